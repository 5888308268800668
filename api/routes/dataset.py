"""The dataset as a whole: its manifest and its dump (architecture.md, HTTP)."""

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from api.graph.dataset import Manifest, nquads_path
from api.web.conditional import matches, not_modified, respond
from api.web.media import HTML, JSON, negotiate
from api.web.pages import preferred_language

router = APIRouter()

NQUADS = "application/n-quads"


@router.get("/dataset", summary="The dataset's manifest")
async def manifest(request: Request, format: str | None = None) -> Response:
    """Answer with version, date, hash and counts of the dataset."""
    found: Manifest = request.app.state.manifest
    if negotiate(request, (JSON, HTML), format) == HTML:
        return RedirectResponse(f"/{preferred_language(request)}/dataset", 303, {"Vary": "Accept, Accept-Language"})
    return respond(request, found.model_dump_json(indent=2).encode(), JSON)


@router.get("/dataset/atf.nq", summary="The dataset as N-Quads")
async def dump(request: Request) -> Response:
    """Answer with the whole dataset; its entity tag is its SHA-256."""
    found: Manifest = request.app.state.manifest
    tag = f'"{found.sha256}"'
    if matches(request, tag):
        return not_modified(tag, "Accept-Encoding")
    headers = {"ETag": tag, "Vary": "Accept-Encoding"}
    return FileResponse(nquads_path(request.app.state.settings.build), media_type=NQUADS, headers=headers)
