"""Whether the service works: a real query in the store."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from api import __version__
from api.errors import UnavailableError

router = APIRouter()

_PROBE = "SELECT ?s WHERE { ?s ?p ?o } LIMIT 1"


@router.get("/health", summary="Whether the service works")
async def health(request: Request) -> Response:
    """Answer 200 with what is served after a query in the store, or 503 when it cannot answer."""
    state = request.app.state
    if not (await state.store.select(_PROBE)).rows:
        raise UnavailableError("The store holds no statements.", "Run: make build, or atf load --store URL")
    found: dict[str, Any] = {
        "status": "ok",
        "dataset": state.manifest.sha256,
        "quads": state.manifest.quads,
        "as_of": state.manifest.as_of.isoformat(),
        "version": __version__,
        "loaded_at": state.generations.current.loaded_at.isoformat(),
    }
    if state.generations.failure:
        found["reload_failed"] = state.generations.failure
    return JSONResponse(found, headers={"Cache-Control": "no-store"})
