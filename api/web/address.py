"""What a request says in its headers, and the address of the service: the public one, else the one that was asked."""

import re
from typing import Final

from starlette.requests import Request

_HEADERS: Final = "atf.headers"
_HOST: Final = re.compile(r"(?:[A-Za-z0-9.\-_]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


def header_of(request: Request, name: bytes) -> str:
    """Return a header by its name in small letters, or an empty text; several of one name as one list.

    The headers are put in order once for each request; its own mapping goes through all of them each time.
    """
    found: dict[bytes, bytes] | None = request.scope.get(_HEADERS)
    if found is None:
        found = {}
        for key, value in request.scope["headers"]:
            found[key] = found[key] + b"," + value if key in found else value
        request.scope[_HEADERS] = found
    return found[name].decode("latin-1") if name in found else ""


def address_of(request: Request) -> str:
    """Return the address without a slash at its end; what a client claims to stand before us is not believed."""
    public: str | None = request.app.state.settings.public_url
    if public:
        return public.rstrip("/")
    host = header_of(request, b"host")
    if not _HOST.fullmatch(host):
        name, port = request.scope.get("server") or ("localhost", None)
        host = f"{name}:{port}" if port else name
    return f"{request.scope['scheme']}://{host}"
