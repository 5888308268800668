"""What goes around every answer: security and CORS headers, HEAD, OPTIONS, and no error without an answer."""

import logging
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.web.problem import answer

METHODS: Final = "GET, HEAD, POST, QUERY, OPTIONS"
# Nothing is loaded from elsewhere, nothing stands in the page itself, nobody may frame it.
POLICY: Final = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": ("Allow, Content-Disposition, ETag, Link, Retry-After, X-Result-Truncated"),
}
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
log = logging.getLogger(__name__)


class Envelope:
    """Middleware: HEAD is GET without the body, a preflight is answered, and every answer has its headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request (ASGI)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"
        started = False

        async def dressed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _dress(MutableHeaders(raw=message["headers"]))
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        request = Request(scope, receive)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in request.headers:
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, dressed)
            return
        # A copy: the server still has to know that it was HEAD.
        inner = {**scope, "method": "GET"} if head else scope
        try:
            await self.app(inner, receive, dressed)
        except ClientDisconnect:
            # Nobody is left who could read an answer.
            return
        except Exception as error:
            if started:
                raise
            await answer(request, error)(scope, receive, dressed)


def _dress(headers: MutableHeaders) -> None:
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    vary = [name.strip() for line in headers.getlist("vary") for name in line.split(",")]
    headers["Vary"] = ", ".join(dict.fromkeys([*vary, "Accept-Encoding"]))
