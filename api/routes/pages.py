"""The pages: start, questions and their answers, things, search, SPARQL (architecture.md, "Pages")."""

from collections import defaultdict
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.answering.answers import Answer, Answerer
from api.answering.citations import Citation, citations_of
from api.answering.labels import labels_of
from api.answering.parameters import short
from api.answering.question import Question
from api.errors import AtfError, NotFoundError, ParameterError
from api.perspectives.order import alphabetical
from api.profiles import web as profiles
from api.profiles.profile import load_profiles
from api.vocabulary import ATF, BASE, ID
from api.web.conditional import respond
from api.web.foot import AS_OF, DATASET
from api.web.graphs import uncatalogued
from api.web.media import GRAPH_FORMATS
from api.web.options import options_of
from api.web.pages import Language, preferred_language, render, say
from api.web.search import search as find
from api.web.things import Thing, describe

router = APIRouter(include_in_schema=False)

FIRST: Final = (
    ("lawyer", "which-institution-holds-a-function", "?function=residence-permit"),
    ("reviewer", "duties-without-a-holder", ""),
    ("data", "victims-of-a-county", "?county=RO411"),
)
_SUCCESSOR: Final = (
    f"SELECT ?next WHERE {{ ?next <http://purl.org/dc/terms/replaces> <{ID}document/strategy-2018-2022> }}"
)


@router.get("/")
async def start(request: Request) -> Response:
    """Lead to the start page in the reader's language."""
    return RedirectResponse(f"/{preferred_language(request)}", 303, {"Vary": "Accept-Language"})


@router.get("/{lang:lang}")
async def home(request: Request, lang: Language) -> Response:
    """Show the start page: search, three first questions, all questions, what the graph holds."""
    state = request.app.state
    questions: dict[str, Question] = state.questions
    classes = sorted(
        ((iri, n) for iri, n in state.manifest.classes.items() if iri.startswith(str(ATF))),
        key=lambda c: (-c[1], c[0]),
    )
    rows = (await state.store.select(_SUCCESSOR)).rows
    successor = rows[0]["next"].value if rows else None
    labels = await labels_of(state.store, [iri for iri, _ in classes] + ([successor] if successor else []))
    grouped: dict[str, list[Question]] = defaultdict(list)
    for question in questions.values():
        grouped[question.tags[0]].append(question)
    first = [(persona, f"/{lang}/queries/{name}{query}") for persona, name, query in FIRST if name in questions]
    page = render(
        request,
        "home.html",
        lang,
        first=first,
        groups=sorted(grouped.items()),
        classes=classes,
        labels=labels,
        successor=successor,
    )
    return respond(request, page.body, page.media_type or "text/html", vary="Accept-Language")


@router.get("/{lang:lang}/queries")
async def question_list(request: Request, lang: Language) -> Response:
    """List all questions."""
    return render(
        request,
        "questions.html",
        lang,
        questions=sorted(request.app.state.questions.values(), key=lambda q: alphabetical(say(q.title, lang))),
    )


@router.get("/{lang:lang}/queries/{name}")
@router.get("/{lang:lang}/queries/{name}/results")
async def question_page(request: Request, lang: Language, name: str) -> Response:
    """Show a question as a form, and its answer where the required parameters are given."""
    state = request.app.state
    question: Question | None = state.questions.get(name)
    if question is None:
        raise NotFoundError(f"There is no question {name!r}.", "See the list of all questions.")
    # A chosen day goes with the reader, also to questions that have none.
    others = {"format", "lang", DATASET, *({AS_OF} - question.params.keys())}
    pairs = [(key, value) for key, value in request.query_params.multi_items() if value.strip() and key not in others]
    answer: Answer | None = None
    problem: AtfError | None = None
    if {key for key, parameter in question.params.items() if parameter.required} <= {key for key, _ in pairs}:
        try:
            answerer: Answerer = state.answerer
            answer = await answerer.answer(question, pairs, lang)
        except ParameterError as error:
            problem = error
    return render(
        request,
        "question.html",
        lang,
        status=problem.status if problem else 200,
        question=question,
        answer=answer,
        problem=problem,
        given=dict(pairs),
        options=await options_of(state.store, question, lang),
        results=f"/queries/{name}/results",
    )


@router.get("/{lang:lang}/search")
async def search_page(request: Request, lang: Language, q: str = "") -> Response:
    """Show the things whose names hold some words."""
    store = request.app.state.store
    hits = await find(store, q)
    labels = await labels_of(store, {iri for hit in hits for iri in (hit.iri, hit.type)})
    return render(request, "search.html", lang, q=q, hits=hits, labels=labels)


@router.get("/{lang:lang}/dataset")
async def dataset_page(request: Request, lang: Language) -> Response:
    """Show what the dataset holds and where to get it."""
    return render(request, "dataset.html", lang, profiles=load_profiles().values())


@router.get("/{lang:lang}/resource")
async def resource_page(request: Request, lang: Language, iri: str) -> Response:
    """Show what the graph says of an IRI of another publisher."""
    return await _thing_page(request, lang, iri, f"/resource?{request.url.query}")


@router.get("/{lang:lang}/{kind:kind}/{rest:path}")
async def thing_page(request: Request, lang: Language, kind: str, rest: str) -> Response:
    """Show a thing, term, concept, rule or graph of ours."""
    iri = str(ATF[rest]) if kind == "ontology" else f"{BASE}{kind}/{rest}"
    return await _thing_page(request, lang, iri, f"/{kind}/{rest}")


@router.get("/{lang:lang}/ontology")
async def ontology_page(request: Request, lang: Language) -> Response:
    """Show the ontology itself."""
    return await _thing_page(request, lang, BASE + "ontology", "/ontology")


async def _thing_page(request: Request, lang: Language, iri: str, data_path: str) -> Response:
    state = request.app.state
    try:
        thing = await describe(state.store, iri, lang)
    except NotFoundError:
        if iri not in state.manifest.graphs:
            raise
        thing = await uncatalogued(state.store, iri, state.manifest.graphs[iri])
    institutions = {str(ATF.Institution), str(ATF.InstitutionGroup)}
    page = render(
        request,
        "thing.html",
        lang,
        thing=thing,
        is_institution=bool(institutions & set(thing.types)),
        perspective=_perspective(thing, lang),
        data_path=data_path,
        json_ld=await profiles.embedded(state.store, state.manifest, iri, thing.types),
        sources=await _places(request, thing),
        formats=list(GRAPH_FORMATS.items()),
    )
    return respond(request, page.body, page.media_type or "text/html", vary="Accept-Language")


def _perspective(thing: Thing, lang: str) -> tuple[str, str] | None:
    """Return the words and the address of the perspective that shows a thing best, or None."""
    slug = quote(thing.iri.rsplit("/", 1)[-1])
    views = (
        (("Institution", "InstitutionGroup"), "dossier_page", f"dossier/{slug}"),
        (("NationalAct", "EUAct", "Treaty", "PolicyDocument"), "law_page", f"law?act={quote(short(thing.iri))}"),
        (("Passage",), "source_page", f"source?passage={slug}"),
    )
    for kinds, words, path in views:
        if {str(ATF[kind]) for kind in kinds} & set(thing.types):
            return f"perspective.{words}", f"/{lang}/{path}"
    return None


async def _places(request: Request, thing: Thing) -> dict[str, Citation]:
    """Return where a thing stands: its own lines where it has some, which stand for its passage, else its sources."""
    state = request.app.state
    own = [thing.iri] if str(ATF.firstLine) in thing.notes else []
    # The words of a passage are its own; what it is taken from is itself.
    others = [] if str(ATF.Passage) in thing.types else [iri for iri in thing.sources if iri.startswith(BASE)]
    found = await citations_of(state.store, state.editions, [*own, *others])
    covered = {found[iri].passage for iri in own if iri in found} - set(own)
    return {iri: found[iri] for iri in [*own, *others] if iri in found and iri not in covered}
