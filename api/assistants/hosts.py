"""Who may call over HTTP: requests for our own address only, so that no page of a stranger reaches a local server.

By DNS rebinding a web page makes its own host name point to the loopback address; its requests then carry that name
in ``Host`` and its own address in ``Origin`` (specification of the protocol, "Transports", security warning).
"""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from api.errors import ForbiddenError

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_HINT: Final = "Call it by the loopback address, or set ATF_PUBLIC_URL to the address under which clients reach it."


def check_caller(headers: Headers, public_url: str | None) -> None:
    """Raise ``ForbiddenError`` unless Host, and Origin where there is one, name the loopback or the public address."""
    known = _LOOPBACK | ({_name(public_url)} if public_url else frozenset())
    host = headers.get("host", "")
    if _name(f"//{host}") not in known:
        raise ForbiddenError(f"This server is not called {host[:100]!r}.", _HINT)
    origin = headers.get("origin")
    if origin is not None and (_name(origin) not in known or urlsplit(origin).scheme not in {"http", "https"}):
        raise ForbiddenError(f"Pages of {origin[:100]!r} may not call this server.", _HINT)


def _name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
