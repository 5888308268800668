"""The short way to the endpoint: a query passes by the middleware and the router, which would take longer than itself.

What is asked and what is answered is the same: ``api.routes.sparql.answer`` reads, checks and evaluates, ``dress`` adds
the headers that every answer has. What is to be compressed, or is an error, goes the long way with its outcome.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.routes.sparql import answer
from api.web.address import header_of
from api.web.connection import WHOLE, Whole
from api.web.envelope import dress
from api.web.traffic import TALLY, Tally

# Bytes from which on an answer is compressed for who asks for it.
COMPRESSED_FROM: Final = 500
_PATH: Final = "/sparql"
_METHODS: Final = frozenset({"GET", "POST", "QUERY"})
_OUTCOME: Final = "atf.outcome"


class Straight:
    """What asks a query is answered here; ``app`` takes an outcome the rest of the way."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    @staticmethod
    def takes(scope: Scope) -> bool:
        """Tell whether a request asks a query."""
        return scope["type"] == "http" and scope["path"] == _PATH and scope["method"] in _METHODS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request (ASGI)."""
        request = Request(scope, receive)
        outcome: Response | Exception
        try:
            outcome = await answer(request)
        except Exception as error:  # whatever it is, the envelope answers it
            outcome = error
        else:
            if len(outcome.body) < COMPRESSED_FROM or not header_of(request, b"accept-encoding"):
                await _send(scope, send, outcome)
                return
        await self.app({**scope, _OUTCOME: outcome}, receive, send)


async def _send(scope: Scope, send: Send, response: Response) -> None:
    """Send an answer: as one piece where the server takes it so, else as the messages of ASGI."""
    status, headers, body = response.status_code, dress(response.raw_headers), bytes(response.body)
    whole: Whole | None = scope.get(WHOLE)
    if whole and whole(status, headers, body):
        tally: Tally = scope[TALLY]
        tally.status, tally.size = status, len(body)
        return
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def take(scope: Scope, receive: Receive, send: Send) -> None:
    """Give what was answered to the middleware around (ASGI); an error goes up to the envelope."""
    outcome: Response | Exception = scope[_OUTCOME]
    if isinstance(outcome, Exception):
        raise outcome
    await outcome(scope, receive, send)
