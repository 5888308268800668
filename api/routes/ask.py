"""Questions in plain words over HTTP: ``/ask`` as JSON, and the page with its answer cards."""

import json
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.answering.labels import LANGUAGES
from api.ask.asking import Asking
from api.ask.replies import Reply
from api.ask.words import MAX_LENGTH
from api.errors import AtfError, ParameterError
from api.graph.asof import parse_date
from api.sparql.protocol import Fields, fields_of
from api.web.conditional import respond
from api.web.media import HTML, JSON, negotiate
from api.web.pages import Language, preferred_language, render

router = APIRouter()

_NAMES: Final = frozenset({"q", "lang", "as-of", "format"})
_EXAMPLE: Final = "For example /ask?q=who+issues+residence+permits+to+victims."
# What the page offers to begin with, one of each kind of question.
EXAMPLES: Final[dict[Language, tuple[str, ...]]] = {
    "en": (
        "Who gives foreign victims a residence permit?",
        "What does the labour inspectorate do?",
        "Which law ratified the Lanzarote Convention?",
        "Which indicators has objective 2.3?",
        "How many victims were there in Dolj?",
        "Which institution is responsible for objective 3.3?",
    ),
    "ro": (
        "Cine repatriază copiii victime?",
        "Ce atribuții are Inspecția Muncii?",
        "Prin ce lege a fost ratificată Convenția de la Lanzarote?",
        "Ce indicatori are obiectivul 2.3?",
        "Câte victime au fost în Dolj?",
        "Ce instituție răspunde de obiectivul 3.3?",
    ),
}


async def answered(request: Request, question: str, lang: str, fields: Fields) -> Reply:
    """Answer a question; raises ``ParameterError`` for one that is too long and for a wrong date."""
    if len(question) > MAX_LENGTH:
        raise ParameterError(
            f"The question has {len(question)} characters (limit {MAX_LENGTH}).", "Ask one thing at a time.",
            parameter="q", limit="question", value=MAX_LENGTH,
        )  # fmt: skip
    day = fields.first("as-of")
    asking: Asking = request.app.state.asking
    return await (await asking.asker()).ask(question, lang, parse_date(day) if day else None)


@router.get("/ask", summary="A question in plain words")
async def ask(request: Request) -> Response:
    """Answer a question in Romanian or English with cards, best first, or say that the graph does not hold it.

    Parameters: ``q`` the question, ``lang`` (en, ro) of the values in words, ``as-of``, ``format`` (json, html).
    """
    fields = fields_of(request)
    if negotiate(request, (JSON, HTML), fields.one("format")) == HTML:
        lang = fields.one("lang")
        rest = [(key, value) for key in ("q", "as-of") for value in fields.values.get(key, [])]
        target = f"/{lang if lang in LANGUAGES else preferred_language(request)}/ask"
        headers = {"Vary": "Accept, Accept-Language"}
        return RedirectResponse(f"{target}?{urlencode(rest)}" if rest else target, 303, headers)
    unknown = sorted(set(fields.values) - _NAMES)
    if unknown:
        hint = f"The parameters are: {', '.join(sorted(_NAMES))}."
        raise ParameterError(f"There is no parameter '{unknown[0][:60]}'.", hint, parameter=unknown[0][:60])
    lang = fields.one("lang") or "en"
    if lang not in LANGUAGES:
        raise ParameterError("The language is 'en' or 'ro'.", "For example lang=ro.", parameter="lang")
    question = " ".join((fields.one("q") or "").split())
    if not question:
        raise ParameterError("There is no question.", _EXAMPLE, parameter="q")
    reply = await answered(request, question, lang, fields)
    body = json.dumps(reply.public(), ensure_ascii=False, separators=(",", ":"))
    return respond(request, body.encode(), JSON)


@router.get("/{lang:lang}/ask", include_in_schema=False)
async def ask_page(request: Request, lang: Language) -> Response:
    """Show the form, and the answer cards where a question stands in the address."""
    fields = fields_of(request)
    question = " ".join((fields.first("q") or "").split())
    reply: Reply | None = None
    problem: AtfError | None = None
    if question:
        try:
            reply = await answered(request, question, lang, fields)
        except ParameterError as error:
            problem = error
    given = fields.first("as-of")
    shown = [("q", question), ("lang", lang), *([("as-of", given)] if given else []), ("format", "json")]
    page = render(
        request,
        "ask.html",
        lang,
        status=problem.status if problem else 200,
        question=question,
        reply=reply,
        problem=problem,
        as_of=given or request.app.state.manifest.as_of,
        examples=EXAMPLES[lang],
        data=f"/ask?{urlencode(shown)}",
    )
    if problem:
        return page
    return respond(request, page.body, page.media_type or HTML, vary="Accept-Language")
