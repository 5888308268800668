"""The types of our problems: each IRI that problem+json names leads to what it means and what to do."""

from collections.abc import Iterable
from typing import Final

from fastapi import APIRouter, Request
from pyoxigraph import Triple
from starlette.responses import Response

from api.errors import NotFoundError
from api.sparql.results import write_graph
from api.vocabulary import PREFIXES
from api.web import problem_types
from api.web.conditional import respond
from api.web.media import GRAPH_FORMATS, HTML, negotiate
from api.web.pages import Language, render, to_page

router = APIRouter()
# Bytes of the description of all types; it is a tenth of that.
_MAX_BYTES: Final = 1 << 20


@router.get("/problem", summary="The types of problems")
async def all_types(request: Request, format: str | None = None) -> Response:
    """List what the service can answer instead of what was asked, as a page or as RDF."""
    media = negotiate(request, (HTML, *GRAPH_FORMATS), format)
    if media == HTML:
        return to_page(request, None, "/problem", "")
    return _graph(request, problem_types.scheme_triples(), media)


@router.get("/problem/{name}", summary="A type of problem")
async def one_type(request: Request, name: str, format: str | None = None) -> Response:
    """Say when a problem of this type is sent and what to do, as a page or as RDF."""
    media = negotiate(request, (HTML, *GRAPH_FORMATS), format)
    _known(name)
    if media == HTML:
        return to_page(request, None, f"/problem/{name}", "")
    return _graph(request, problem_types.triples_of(name), media)


@router.get("/{lang:lang}/problem", include_in_schema=False)
async def all_types_page(request: Request, lang: Language) -> Response:
    """Show all types."""
    return _page(request, lang, problem_types.words_of("page", lang)["title"], problem_types.names())


@router.get("/{lang:lang}/problem/{name}", include_in_schema=False)
async def one_type_page(request: Request, lang: Language, name: str) -> Response:
    """Show one type."""
    _known(name)
    return _page(request, lang, problem_types.words_of(name, lang)["title"], [name])


def _known(name: str) -> None:
    if name not in problem_types.names():
        hint = f"The types are: {', '.join(problem_types.names())}."
        raise NotFoundError(f"There is no type of problem '{name[:60]}'.", hint)


def _page(request: Request, lang: Language, title: str, names: list[str]) -> Response:
    told = [
        (name, problem_types.iri_of(name), problem_types.status_of(name), problem_types.words_of(name, lang))
        for name in names
    ]
    words = problem_types.words_of("page", lang)
    page = render(request, "problem.html", lang, title=title, told=told, own=words, formats=list(GRAPH_FORMATS.items()))
    return respond(request, page.body, HTML, vary="Accept-Language", headers={"Content-Language": lang})


def _graph(request: Request, triples: Iterable[Triple], media: str) -> Response:
    body, _ = write_graph(triples, GRAPH_FORMATS[media], PREFIXES, _MAX_BYTES, _MAX_BYTES)
    return respond(request, body, media)
