"""Linked data: every IRI of the graph as a page or as RDF (architecture.md, HTTP)."""

from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode
from starlette.responses import RedirectResponse, Response

from api.conditional import respond
from api.errors import BadRequestError, NotFoundError
from api.media import GRAPH_FORMATS, HTML, negotiate
from api.pages import page_path, preferred_language
from api.things import is_document
from api.vocabulary import ATF, BASE

router = APIRouter()

_TYPES: Final = "SELECT ?thing ?type WHERE { ?thing a ?type }"
_DESCRIBE: Final = "CONSTRUCT { ?thing ?p ?o } WHERE { ?thing ?p ?o }"
_GRAPH: Final = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?thing { ?s ?p ?o } }"
_ONTOLOGY: Final = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{BASE}graph/ontology> {{ ?s ?p ?o }} }}"
_SCHEME: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s <http://www.w3.org/2004/02/skos/core#inScheme> ?thing ; ?p ?o }"


async def _answer(request: Request, iri: str, format_name: str | None) -> Response:
    store = request.app.state.store
    media = negotiate(request, (HTML, *GRAPH_FORMATS), format_name)
    if media == HTML:
        return RedirectResponse(page_path(iri, preferred_language(request)), 303, {"Vary": "Accept, Accept-Language"})
    node = NamedNode(iri)
    types = [row["type"].value for row in (await store.select(_TYPES, {"thing": node})).rows]
    if not is_document(iri, types) and format_name is None:
        # A body or a duty is not a document: see other (303), namely its description.
        extension = GRAPH_FORMATS[media]
        separator = "&" if request.url.query else "?"
        return RedirectResponse(f"{request.url.path}{'?' + request.url.query if request.url.query else ''}{separator}format={extension}", 303, {"Vary": "Accept, Accept-Language"})  # fmt: skip
    bindings = {"thing": node}
    if iri.startswith(BASE + "graph/"):
        result = await store.query(_GRAPH, accept=[media], bindings=bindings, max_rows=None)
    elif iri == BASE + "ontology":
        result = await store.query(_ONTOLOGY, accept=[media])
    elif str(ATF) + "ConceptScheme" in types or "http://www.w3.org/2004/02/skos/core#ConceptScheme" in types:
        result = await store.query(_SCHEME, accept=[media], bindings=bindings)
    else:
        if not types:
            raise NotFoundError(f"Nothing is recorded about {iri}.", "Search by name on the start page, or list the questions.")
        result = await store.query(_DESCRIBE, accept=[media], bindings=bindings)
    return respond(request, result.body, result.media_type, vary="Accept")


@router.api_route("/id/{kind}/{slug:path}", methods=["GET", "HEAD"], summary="A thing of the graph")
async def thing(request: Request, kind: str, slug: str, format: str | None = None) -> Response:
    """Answer with the page or the RDF of ``…/id/{kind}/{slug}``."""
    return await _answer(request, f"{BASE}id/{kind}/{slug}", format)


@router.api_route("/ontology", methods=["GET", "HEAD"], summary="The ontology")
@router.api_route("/ontology/{term}", methods=["GET", "HEAD"], summary="A term of the ontology")
async def ontology(request: Request, term: str | None = None, format: str | None = None) -> Response:
    """Answer with the ontology, or with one term of it."""
    return await _answer(request, str(ATF[term]) if term else BASE + "ontology", format)


@router.api_route("/scheme/{name:path}", methods=["GET", "HEAD"], summary="A concept scheme or concept")
async def scheme(request: Request, name: str, format: str | None = None) -> Response:
    """Answer with a concept scheme (with its concepts) or one concept."""
    return await _answer(request, f"{BASE}scheme/{name}", format)


@router.api_route("/rule/{name}", methods=["GET", "HEAD"], summary="A rule")
async def rule(request: Request, name: str, format: str | None = None) -> Response:
    """Answer with a rule; the IRI of its check leads to the rule (house-style.md, rule file)."""
    if name.endswith("-check"):
        return RedirectResponse(f"/rule/{name.removesuffix('-check')}", 303)
    return await _answer(request, f"{BASE}rule/{name}", format)


@router.api_route("/graph/{name:path}", methods=["GET", "HEAD"], summary="A named graph")
async def graph(request: Request, name: str, format: str | None = None) -> Response:
    """Answer with all statements of a named graph."""
    return await _answer(request, f"{BASE}graph/{name}", format)


@router.api_route("/resource", methods=["GET", "HEAD"], summary="A thing with an address of another publisher")
async def resource(request: Request, iri: str, format: str | None = None) -> Response:
    """Answer with what the graph says of an IRI outside this project, e.g. the ELI of an EU act."""
    try:
        NamedNode(iri)
    except ValueError as error:
        raise BadRequestError(f"This is no IRI: {iri[:200]!r}.", "Give a whole IRI, e.g. http://data.europa.eu/eli/dir/2011/36/oj.") from error
    if iri.startswith(BASE):
        return RedirectResponse("/" + iri.removeprefix(BASE) + (f"?{urlencode({'format': format})}" if format else ""), 303)
    return await _answer(request, iri, format)
