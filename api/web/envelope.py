"""What goes around every answer: security and CORS headers, HEAD, OPTIONS, and no error without an answer."""

import logging
from collections.abc import Collection
from functools import lru_cache
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.web.problem import answer

METHODS: Final = "GET, HEAD, POST, QUERY, OPTIONS"
# Nothing is loaded from elsewhere, nothing stands in the page itself, nobody may frame it.
POLICY: Final = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
_ALWAYS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Allow, Content-Disposition, ETag, Link, Mcp-Session-Id, Retry-After, X-Result-Truncated",
    ),
)
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": METHODS,
    # The second line is what a page sends that speaks the Model Context Protocol.
    "Access-Control-Allow-Headers": (
        "Accept, Accept-Language, Content-Type, If-None-Match, "
        "Last-Event-ID, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id"
    ),
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
                message = {**message, "headers": dress(message["headers"])}
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


def dress(headers: Collection[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer (names in small letters) with those that every answer has."""
    vary = b", ".join([value for name, value in headers if name == b"vary"])
    found = [pair for pair in headers if pair[0] != b"vary"]
    names = {name for name, _ in found}
    found += [pair for pair in _ALWAYS if pair[0] not in names]
    found.append((b"vary", _varied(vary)))
    return found


@lru_cache(256)
def _varied(vary: bytes) -> bytes:
    names = [name.strip() for name in vary.split(b",") if name.strip()]
    return b", ".join(dict.fromkeys([*names, b"Accept-Encoding"]))
