"""The graph store: the read side of the SPARQL 1.1 Graph Store HTTP Protocol.

https://www.w3.org/TR/sparql11-http-rdf-update/ with indirect graph identification. A graph is never cut: a
reader who gets less than the graph would take it for the graph.
"""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.errors import BadRequestError, MethodNotAllowedError, NotFoundError
from api.graph.dataset import Manifest
from api.sparql.protocol import check_absolute, fields_of
from api.web.conditional import matches, not_modified, respond, tag_of
from api.web.media import GRAPH_FORMATS, aliases_of, negotiate

router = APIRouter()

METHODS: Final = "GET, HEAD, OPTIONS"
_ALL: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_VARY: Final = "Accept"
_PARAMETERS: Final = [
    {"name": "graph", "in": "query", "schema": {"type": "string"}, "description": "The IRI of a named graph."},
    {
        "name": "default",
        "in": "query",
        "schema": {"type": "string", "maxLength": 0},
        "allowEmptyValue": True,
        "description": "The default graph, which is the union of all named graphs.",
    },
    {
        "name": "format",
        "in": "query",
        "schema": {"type": "string", "enum": ["ttl", "nt", "rdf", "jsonld"]},
        "description": "The format, instead of the header Accept.",
    },
]


@router.get("/store", summary="A graph, whole", openapi_extra={"parameters": _PARAMETERS})
async def graph(request: Request) -> Response:
    """Answer with all statements of the graph that ``?graph=IRI`` or ``?default`` names."""
    manifest: Manifest = request.app.state.manifest
    iri, format_name = _asked(request)
    if iri is not None and iri not in manifest.graphs:
        raise NotFoundError(
            f"There is no graph <{iri[:200]}>.", "The description of the service at /sparql lists the graphs."
        )
    media = negotiate(request, list(GRAPH_FORMATS), format_name, list(aliases_of("construct")))
    tag = tag_of(manifest.sha256, "graph" if iri is not None else "default", iri or "", media)
    if matches(request, tag):
        return not_modified(tag, _VARY)
    graphs = () if iri is None else (iri,)
    result = await request.app.state.store.query(
        _ALL, accept=[media], default_graphs=graphs, max_rows=max(manifest.quads, 1)
    )
    return respond(request, result.body, media, vary=_VARY, tag=tag)


@router.options("/store", include_in_schema=False)
async def options() -> Response:
    """Tell the methods."""
    return Response(status_code=204, headers={"Allow": METHODS})


@router.api_route("/store", methods=["PUT", "POST", "DELETE", "PATCH", "QUERY", "TRACE"], include_in_schema=False)
async def refuse(request: Request) -> Response:
    """Refuse the methods that would change a graph."""
    message = f"{request.method} is not allowed here: the graphs change through their files."
    raise MethodNotAllowedError(message, f"Use {METHODS}; see CONTRIBUTING.", {"Allow": METHODS})


def _asked(request: Request) -> tuple[str | None, str | None]:
    """Return the IRI of the graph that a request names (``None``: the default graph), and its format."""
    fields = fields_of(request)
    iri, default = fields.one("graph"), fields.one("default")
    if (iri is None) == (default is None):
        raise BadRequestError("A request names one graph.", "Give ?graph=IRI for a named graph, or ?default.")
    if default:
        raise BadRequestError("The parameter 'default' has no value.", "Write ?default.")
    if iri is not None:
        check_absolute("graph", iri)
    return iri, fields.first("format")
