"""The SPARQL endpoint: the read side of the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/)."""

import asyncio
from typing import Final

from fastapi import APIRouter, Request
from starlette.requests import ClientDisconnect
from starlette.responses import RedirectResponse, Response

from api.errors import MethodNotAllowedError
from api.settings import Settings
from api.sparql.description import PREFIXES, describe
from api.sparql.guard import Query
from api.sparql.protocol import FORM, QUERY, Operation, read
from api.sparql.results import link_in_head, write_graph
from api.sparql.store import Result, Store, checked
from api.web.address import address_of
from api.web.conditional import matches, not_modified, respond, tag_of
from api.web.envelope import METHODS
from api.web.media import GRAPH_FORMATS, HTML, JSON, RESULTS_JSON, aliases_of, formats_of, negotiate
from api.web.pages import preferred_language
from api.web.traffic import NOTES

router = APIRouter()

# A client that hangs up is noticed after this long; most queries are answered by then.
_WATCH_S: Final = 0.2
_VARY: Final = "Accept"
_PARAMETERS: Final = [
    {"name": "query", "in": "query", "schema": {"type": "string"}, "description": "A SPARQL 1.1 query."},
    {
        "name": "default-graph-uri",
        "in": "query",
        "schema": {"type": "array", "items": {"type": "string"}},
        "description": "Graphs that make up the default graph; overrides FROM.",
    },
    {
        "name": "named-graph-uri",
        "in": "query",
        "schema": {"type": "array", "items": {"type": "string"}},
        "description": "Named graphs of the dataset; overrides FROM NAMED.",
    },
    {
        "name": "format",
        "in": "query",
        "schema": {"type": "string", "enum": ["json", "xml", "csv", "tsv", "ttl", "nt", "rdf", "jsonld"]},
        "description": "The format, instead of the header Accept.",
    },
    {
        "name": "timeout",
        "in": "query",
        "schema": {"type": "number"},
        "description": "Seconds after which to give up; can only lower the limit of the service.",
    },
]
_BODY: Final = {
    "required": True,
    "content": {
        QUERY: {"schema": {"type": "string"}},
        FORM: {"schema": {"type": "object", "required": ["query"], "properties": {"query": {"type": "string"}}}},
    },
}


@router.get("/sparql/", include_in_schema=False)
@router.get("/sparql", summary="Query by GET", openapi_extra={"parameters": _PARAMETERS})
async def query_by_get(request: Request) -> Response:
    """Answer the query in the address; without one, describe the service or lead a browser to the editor."""
    return await answer(request)


@router.post("/sparql/", include_in_schema=False)
@router.post("/sparql", summary="Query by POST", openapi_extra={"requestBody": _BODY})
async def query_by_post(request: Request) -> Response:
    """Answer the query in the body, which is the query itself or a form."""
    return await answer(request)


@router.api_route("/sparql/", methods=["QUERY"], include_in_schema=False)
@router.api_route("/sparql", methods=["QUERY"], include_in_schema=False)
async def query_by_query(request: Request) -> Response:
    """Answer the query in the body; QUERY is a POST that is safe to repeat (SPARQL 1.2 Protocol)."""
    return await answer(request)


@router.options("/sparql/", include_in_schema=False)
@router.options("/sparql", include_in_schema=False)
async def options() -> Response:
    """Tell the methods."""
    return Response(status_code=204, headers={"Allow": METHODS, "Accept-Query": f"{QUERY}, {FORM}"})


@router.api_route("/sparql/", methods=["PUT", "DELETE", "PATCH", "TRACE"], include_in_schema=False)
@router.api_route("/sparql", methods=["PUT", "DELETE", "PATCH", "TRACE"], include_in_schema=False)
async def refuse(request: Request) -> Response:
    """Refuse the methods that would change something."""
    message = f"{request.method} is not allowed here: this endpoint only answers queries."
    raise MethodNotAllowedError(message, f"Use {METHODS}.", {"Allow": METHODS})


async def answer(request: Request) -> Response:
    """Answer a query, whatever way it came; raises the errors of ``Store.query`` and of the protocol."""
    settings: Settings = request.app.state.settings
    operation = await read(request, settings.max_query_kb)
    if operation.query is None:
        return _describe(request, operation.format)
    if settings.log == "queries":
        request.scope[NOTES]["query"] = operation.query
    query = await checked(operation.query, settings)
    media = negotiate(request, tuple(formats_of(query.form)), operation.format, tuple(aliases_of(query.form)))
    base = _endpoint(request)
    tag = _tag(request, operation, media, base)
    if not query.volatile and matches(request, tag):
        return not_modified(tag, _VARY)
    result = await _run(request, operation, query, media, base)
    body, headers = result.body, {}
    if result.truncated:
        headers = {"X-Result-Truncated": "true"}
        if media in {RESULTS_JSON, JSON} and result.form == "select":
            body = link_in_head(body, base)
    if query.volatile:
        headers |= {"Cache-Control": "no-store", "Vary": _VARY}
        return Response(body, media_type=media, headers=headers)
    return respond(request, body, media, vary=_VARY, tag=tag, headers=headers)


async def _run(request: Request, operation: Operation, query: Query, media: str, base: str) -> Result:
    """Ask the store, and stop when the client hangs up."""
    store: Store = request.app.state.store
    with _Watch(request):
        return await store.query(
            query,
            accept=(media,),
            default_graphs=operation.default_graphs,
            named_graphs=operation.named_graphs,
            deadline_s=operation.timeout_s,
            base=base,
        )


class _Watch:
    """Cancels what it is around when the client hangs up, which becomes ``ClientDisconnect``."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._task = asyncio.current_task()
        self._gone: asyncio.Task[None] | None = None
        self._hung_up = False

    def __enter__(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_WATCH_S, self._begin)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._timer.cancel()
        if self._gone:
            self._gone.cancel()
        if self._hung_up and self._task and self._task.uncancel() == 0 and kind is asyncio.CancelledError:
            raise ClientDisconnect from error

    def _begin(self) -> None:
        self._gone = asyncio.get_running_loop().create_task(self._wait())

    async def _wait(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        if self._task:
            self._hung_up = self._task.cancel()


def _tag(request: Request, operation: Operation, media: str, base: str) -> str:
    manifest, settings = request.app.state.manifest, request.app.state.settings
    graphs = (*operation.default_graphs, "", *operation.named_graphs)
    # NUL, which stands in none of them, parts them.
    return tag_of("\0".join((manifest.sha256, operation.query or "", media, base, str(settings.max_rows), *graphs)))


def _endpoint(request: Request) -> str:
    return f"{address_of(request)}/sparql"


def _describe(request: Request, format_name: str | None) -> Response:
    media = negotiate(request, [*GRAPH_FORMATS, HTML], format_name, list(aliases_of("construct")))
    if media == HTML:
        return RedirectResponse(f"/{preferred_language(request)}/sparql", 303, {"Vary": "Accept, Accept-Language"})
    triples = describe(_endpoint(request), request.app.state.manifest, request.app.state.settings.max_rows)
    body, _ = write_graph(triples, GRAPH_FORMATS[_plain(media)], PREFIXES, len(triples), 1 << 24)
    return respond(request, body, media, vary=_VARY)


def _plain(media: str) -> str:
    """Return the usual media type for a wider one."""
    names = {name: usual for usual, name in GRAPH_FORMATS.items()}
    return media if media in GRAPH_FORMATS else names[aliases_of("construct")[media]]
