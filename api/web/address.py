"""The address of the service: the public one where it is set, else the one that was asked."""

import re
from typing import Final

from starlette.requests import Request

_HOST: Final = re.compile(r"(?:[A-Za-z0-9.\-_]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


def address_of(request: Request) -> str:
    """Return the address without a slash at its end; what a client claims to stand before us is not believed."""
    public: str | None = request.app.state.settings.public_url
    if public:
        return public.rstrip("/")
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        name, port = request.scope.get("server") or ("localhost", None)
        host = f"{name}:{port}" if port else name
    return f"{request.scope['scheme']}://{host}"
