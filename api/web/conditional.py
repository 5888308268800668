"""Conditional answers: an entity tag on each, and 304 for who has it already (RFC 9110 §13)."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

# Caches keep answers, but ask each time whether they still hold.
CACHE: Final = "public, no-cache"


def tag_of(*parts: str | bytes) -> str:
    """Return an entity tag that stands for some parts; it is weak, because compression changes the bytes."""
    digest = sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return f'W/"{digest.hexdigest()[:32]}"'


def matches(request: Request, tag: str) -> bool:
    """Tell whether If-None-Match names a tag (weak comparison); ``*`` names none in particular."""
    header = request.headers.get("if-none-match", "")
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
    if matches(request, tag) or request.headers.get("if-none-match", "").strip() == "*":
        return not_modified(tag, vary)
    own = {"ETag": tag, "Vary": vary, "Cache-Control": CACHE, **(headers or {})}
    return Response(bytes(body), media_type=media_type, headers=own)
