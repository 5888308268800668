"""Conditional answers: an entity tag on each, and 304 for who has it already (RFC 9110 §13)."""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from api.web.address import header_of

# Caches keep answers, but ask each time whether they still hold.
CACHE: Final = "public, no-cache"
_CACHE: Final = (b"cache-control", CACHE.encode())


class Ready(Response):
    """A body with its type, its entity tag and nothing else, written as bytes at once: most answers are such."""

    def __init__(self, body: bytes, media_type: str, tag: str, vary: str) -> None:
        self.status_code = 200
        self.background = None
        self.body = body
        self.raw_headers = [
            (b"content-length", b"%d" % len(body)),
            (b"content-type", _typed(media_type)),
            (b"etag", tag.encode()),
            (b"vary", vary.encode()),
            _CACHE,
        ]


@lru_cache(64)
def _typed(media_type: str) -> bytes:
    """Return a media type as a header has it; text names its charset."""
    named = media_type.startswith("text/") and "charset=" not in media_type.lower()
    return (f"{media_type}; charset=utf-8" if named else media_type).encode("latin-1")


def tag_of(*parts: str | bytes) -> str:
    """Return an entity tag that stands for some parts; it is weak, because compression changes the bytes."""
    encoded = [part.encode() if isinstance(part, str) else part for part in parts]
    whole = b"".join([b"%d:%b" % (len(data), data) for data in encoded])
    return f'W/"{sha256(whole).hexdigest()[:32]}"'


def matches(request: Request, tag: str) -> bool:
    """Tell whether If-None-Match names a tag (weak comparison); ``*`` names none in particular."""
    header = header_of(request, b"if-none-match")
    if not header:
        return False
    return tag.removeprefix("W/") in {name.strip().removeprefix("W/") for name in header.split(",")}


def not_modified(tag: str, vary: str) -> Response:
    """Return 304 with the headers that a cache updates."""
    return Response(status_code=304, headers={"ETag": tag, "Vary": vary, "Cache-Control": CACHE})


def respond(
    request: Request,
    body: bytes | memoryview,
    media_type: str,
    *,
    vary: str = "Accept",
    tag: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a body with its entity tag (of the body, if ``tag`` is none), or 304 if the client has it."""
    tag = tag or tag_of(media_type, bytes(body))
    if matches(request, tag) or header_of(request, b"if-none-match").strip() == "*":
        return not_modified(tag, vary)
    if headers:
        own = {"ETag": tag, "Vary": vary, "Cache-Control": CACHE, **headers}
        return Response(bytes(body), media_type=media_type, headers=own)
    return Ready(bytes(body), media_type, tag, vary)
