"""Linked data: every IRI of the graph as a page or as RDF (architecture.md, HTTP)."""

import json
from typing import Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from rdflib.namespace import SKOS
from starlette.responses import RedirectResponse, Response

from api.answering.labels import Label, choose, labels_of
from api.errors import NotFoundError
from api.graph.dataset import Manifest
from api.vocabulary import ATF, BASE
from api.web.conditional import respond
from api.web.media import GRAPH_FORMATS, HTML, JSON, negotiate
from api.web.origins import ELSEWHERE, node_of
from api.web.pages import LANGUAGES, page_path, preferred_language
from api.web.search import search as find
from api.web.things import is_document

router = APIRouter()

_TYPES: Final = "SELECT ?thing ?type WHERE { ?thing a ?type }"
_DESCRIBE: Final = "CONSTRUCT { ?thing ?p ?o } WHERE { ?thing ?p ?o }"
# Of what has no statement of its own, those that lead to it.
_MENTIONED: Final = "CONSTRUCT { ?s ?p ?thing } WHERE { ?s ?p ?thing }"
_SAYS: Final = "SELECT ?thing ?p WHERE { ?thing ?p ?o } LIMIT 1"
_MENTIONS: Final = "SELECT ?thing ?p WHERE { ?s ?p ?thing } LIMIT 1"
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
        other = request.url.include_query_params(format=GRAPH_FORMATS[media])
        return RedirectResponse(f"{other.path}?{other.query}", 303, {"Vary": "Accept, Accept-Language"})
    bindings = {"thing": node}
    if iri.startswith(BASE + "graph/"):
        manifest: Manifest = request.app.state.manifest
        if iri not in manifest.graphs:
            raise NotFoundError(
                f"There is no graph {iri}.", "The description of the service at /sparql lists the graphs."
            )
        # Who asks for a graph gets all of it, or an error.
        result = await store.query(_GRAPH, accept=[media], bindings=bindings, max_rows=max(manifest.graphs[iri], 1))
    elif iri == BASE + "ontology":
        result = await store.query(_ONTOLOGY, accept=[media])
    elif str(SKOS.ConceptScheme) in types:
        result = await store.query(_SCHEME, accept=[media], bindings=bindings)
    else:
        # The node of the analysis and the prefixes of the rules have no type.
        described = _DESCRIBE if types or (await store.select(_SAYS, bindings)).rows else _MENTIONED
        if described == _MENTIONED and not (await store.select(_MENTIONS, bindings)).rows:
            raise NotFoundError(f"Nothing is recorded about {iri}.", ELSEWHERE)
        result = await store.query(described, accept=[media], bindings=bindings)
    return respond(request, result.body, result.media_type, headers={"Link": _alternates(request, iri)})


def _alternates(request: Request, iri: str) -> str:
    """Return the other forms of a description: the pages and the other formats (RFC 8288)."""
    links = [f'<{page_path(iri, lang)}>; rel="alternate"; type="{HTML}"; hreflang="{lang}"' for lang in LANGUAGES]
    for media, name in GRAPH_FORMATS.items():
        other = request.url.include_query_params(format=name)
        links.append(f'<{quote(other.path)}?{other.query}>; rel="alternate"; type="{media}"')
    return ", ".join(links)


@router.get("/search", summary="Things by name")
async def search(request: Request, q: str = "", format: str | None = None) -> Response:
    """Answer with the things whose names hold all words of ``q``, best first, or lead to the page of the search."""
    if negotiate(request, (JSON, HTML), format) == HTML:
        target = f"/{preferred_language(request)}/search?{urlencode({'q': q})}"
        return RedirectResponse(target, 303, {"Vary": "Accept, Accept-Language"})
    store = request.app.state.store
    hits = await find(store, q)
    labels = await labels_of(store, [hit.iri for hit in hits])
    found = [{"iri": hit.iri, "label": _both(labels.get(hit.iri, {}), hit.iri), "type": hit.type} for hit in hits]
    return respond(request, json.dumps({"hits": found}, ensure_ascii=False).encode(), JSON)


def _both(label: Label, iri: str) -> dict[str, str]:
    return {lang: choose(label, lang, iri)[0] for lang in LANGUAGES}


@router.get("/id/{kind}/{slug:path}", summary="A thing of the graph")
async def thing(request: Request, kind: str, slug: str, format: str | None = None) -> Response:
    """Answer with the page or the RDF of ``…/id/{kind}/{slug}``."""
    return await _answer(request, f"{BASE}id/{kind}/{slug}", format)


@router.get("/ontology", summary="The ontology")
async def ontology(request: Request, format: str | None = None) -> Response:
    """Answer with the ontology."""
    return await _answer(request, BASE + "ontology", format)


@router.get("/ontology/{term}", summary="A term of the ontology")
async def ontology_term(request: Request, term: str, format: str | None = None) -> Response:
    """Answer with one term of the ontology."""
    return await _answer(request, str(ATF[term]), format)


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
