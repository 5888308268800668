"""The short way to the endpoint: a query passes by the router, which would take as long as the query itself."""

from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.routes.sparql import answer

_PATH: Final = "/sparql"
_METHODS: Final = frozenset({"GET", "POST", "QUERY"})


class Straight:
    """Middleware, the innermost: what asks a query is answered at once, all else goes on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request (ASGI); an error goes up to the envelope, which answers it."""
        if scope["type"] == "http" and scope["path"] == _PATH and scope["method"] in _METHODS:
            response = await answer(Request(scope, receive))
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)
