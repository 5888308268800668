"""Linked data: every IRI of the graph as a page or as RDF (architecture.md, HTTP)."""

from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from rdflib.namespace import SKOS
from starlette.responses import RedirectResponse, Response

from api.conditional import respond
from api.errors import NotFoundError
from api.media import GRAPH_FORMATS, HTML, negotiate
from api.pages import page_path, preferred_language
from api.things import ELSEWHERE, is_document, node_of
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
    node = node_of(iri)
    types = [row["type"].value for row in (await store.select(_TYPES, {"thing": node})).rows]
    if not is_document(iri, types) and format_name is None:
        # A body or a duty is not a document: see other (303), namely its description.
        described = request.url.include_query_params(format=GRAPH_FORMATS[media])
        return RedirectResponse(f"{described.path}?{described.query}", 303, {"Vary": "Accept, Accept-Language"})
    bindings = {"thing": node}
    if iri.startswith(BASE + "graph/"):
        result = await store.query(_GRAPH, accept=[media], bindings=bindings, max_rows=None)
    elif iri == BASE + "ontology":
        result = await store.query(_ONTOLOGY, accept=[media])
    elif str(SKOS.ConceptScheme) in types:
        result = await store.query(_SCHEME, accept=[media], bindings=bindings)
    else:
        if not types:
            raise NotFoundError(f"Nothing is recorded about {iri}.", ELSEWHERE)
        result = await store.query(_DESCRIBE, accept=[media], bindings=bindings)
    return respond(request, result.body, result.media_type, vary="Accept")


@router.get("/id/{kind}/{slug:path}", summary="A thing of the graph")
async def thing(request: Request, kind: str, slug: str, format: str | None = None) -> Response:
    """Answer with the page or the RDF of ``…/id/{kind}/{slug}``."""
    return await _answer(request, f"{BASE}id/{kind}/{slug}", format)


@router.get("/ontology", summary="The ontology")
@router.get("/ontology/{term}", summary="A term of the ontology")
async def ontology(request: Request, term: str | None = None, format: str | None = None) -> Response:
    """Answer with the ontology, or with one term of it."""
    return await _answer(request, str(ATF[term]) if term else BASE + "ontology", format)


@router.get("/scheme/{name:path}", summary="A concept scheme or concept")
async def scheme(request: Request, name: str, format: str | None = None) -> Response:
    """Answer with a concept scheme (with its concepts) or one concept."""
    return await _answer(request, f"{BASE}scheme/{name}", format)


@router.get("/rule/{name}", summary="A rule")
async def rule(request: Request, name: str, format: str | None = None) -> Response:
    """Answer with a rule; the IRI of its check leads to the rule (house-style.md, rule file)."""
    if name.endswith("-check"):
        return RedirectResponse(f"/rule/{name.removesuffix('-check')}", 303)
    return await _answer(request, f"{BASE}rule/{name}", format)


@router.get("/graph/{name:path}", summary="A named graph")
async def graph(request: Request, name: str, format: str | None = None) -> Response:
    """Answer with all statements of a named graph."""
    return await _answer(request, f"{BASE}graph/{name}", format)


@router.get("/resource", summary="A thing with an address of another publisher")
async def resource(request: Request, iri: str, format: str | None = None) -> Response:
    """Answer with what the graph says of an IRI outside this project, e.g. the ELI of an EU act."""
    if iri.startswith(BASE):
        return RedirectResponse(
            "/" + iri.removeprefix(BASE) + (f"?{urlencode({'format': format})}" if format else ""), 303
        )
    return await _answer(request, iri, format)
