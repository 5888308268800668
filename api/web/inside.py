"""Asking the application itself, without a network: an assistant's tool and a command get what a browser gets."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from starlette.types import ASGIApp, Message

from api.errors import AtfError
from api.web.media import JSON

Pairs = Iterable[tuple[str, str]]


class InsideError(AtfError):
    """The application refused the request; ``members`` are those of the problem."""

    exit_code = 2

    def __init__(self, status: int, members: dict[str, Any]) -> None:
        detail = members.get("detail") or f"The service answered with status {status}."
        super().__init__(str(detail), str(members.get("hint") or ""))
        self.members = members


class UnansweredError(InsideError):
    """The application could not do it."""

    exit_code = 3


@dataclass(frozen=True)
class Reply:
    """What the application answered."""

    status: int
    body: bytes


class Inside:
    """A client of an ASGI application in the same process."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def json(self, path: str, pairs: Pairs = ()) -> dict[str, Any]:
        """Return the JSON of a path; raises ``InsideError`` with the sentence of the problem."""
        reply = await self.get(path, pairs)
        found: dict[str, Any] = json.loads(reply.body)
        return found

    async def get(self, path: str, pairs: Pairs = (), accept: str = JSON) -> Reply:
        """Ask a path with fields; raises ``InsideError`` for any answer but 200."""
        query = urlencode(list(pairs)).encode()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": quote(path).encode(),
            "root_path": "",
            "query_string": query,
            "headers": [(b"host", b"localhost"), (b"accept", accept.encode())],
            "client": None,
            "server": ("localhost", 80),
            "state": {},
        }
        status, parts = 0, []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                parts.append(bytes(message.get("body", b"")))

        await self._app(scope, receive, send)
        body = b"".join(parts)
        if status != 200:
            raise (InsideError if status < 500 else UnansweredError)(status, _members(body))
        return Reply(status, body)


def _members(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
