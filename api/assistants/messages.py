"""A JSON-RPC message that came in over HTTP: read within a limit, and refused where it is none."""

import json
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive

from api.errors import TooLargeError, UnsupportedMediaTypeError
from api.web.media import JSON

# JSON-RPC 2.0 §5.1.
_PARSE_ERROR: Final = -32700
_INVALID_REQUEST: Final = -32600


class _NumberError(ValueError):
    """NaN or Infinity, which JSON does not have (RFC 8259 §6)."""


async def read_message(headers: Headers, receive: Receive, limit: int) -> bytes | None:
    """Return the body of a request, or ``None`` where its client hung up.

    Raises ``TooLargeError`` while it still comes in, and ``UnsupportedMediaTypeError`` for anything but JSON.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        shown = kind[:80] or "none"
        raise UnsupportedMediaTypeError(f"A message is {JSON}, not {shown}.", f"Send Content-Type: {JSON}.")
    length = headers.get("content-length", "")
    size, parts, more = int(length) if length.isdecimal() else 0, [], True
    while more and size <= limit:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        size = max(size, sum(map(len, parts)))
        more = message.get("more_body", False)
    if size > limit:
        text = f"The message is larger than {limit // 1024} kB (limit {limit // 1024} kB)."
        raise TooLargeError(text, "Ask for one thing at a time.", limit="message", value=limit)
    return b"".join(parts)


def replayed(body: bytes, receive: Receive) -> Receive:
    """Return a channel that gives a body once more, and then what comes after it."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def refused(body: bytes) -> Response | None:
    """Return the error for a message that the SDK would take for a notification, and so never answer."""
    try:
        message = json.loads(body, parse_constant=_no_number)
    except _NumberError as error:
        return _error(_PARSE_ERROR, f"Parse error: {error} is no JSON.")
    except (ValueError, RecursionError):
        # The SDK says so itself.
        return None
    if isinstance(message, dict) and "method" in message and "id" in message:
        value: Any = message["id"]
        if not isinstance(value, str | int) or isinstance(value, bool):
            return _error(_INVALID_REQUEST, "Invalid request: id is neither a text nor a whole number.")
    return None


def _no_number(name: str) -> float:
    raise _NumberError(name)


def _error(code: int, text: str) -> Response:
    return JSONResponse({"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": text}}, 400)
