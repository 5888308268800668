"""The questions over HTTP: the catalogue, one question, and its answers (architecture.md, HTTP)."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api import __version__
from api.answering.answers import Answer, Answerer
from api.answering.exports import XLSX, to_turtle, to_xlsx
from api.answering.folding import fold
from api.answering.labels import LANGUAGES
from api.answering.question import Question
from api.errors import BadRequestError, NotFoundError, ParameterError
from api.web.conditional import matches, not_modified, respond, tag_of
from api.web.media import CSV, HTML, JSON, TURTLE, chosen_format, negotiate
from api.web.pages import to_page

router = APIRouter()

# The formats of an answer, by their name in ``format=``; the first is what a client gets that has no wish.
FORMATS: Final = {"json": JSON, "csv": CSV, "xlsx": XLSX, "ttl": TURTLE, "html": HTML}
_EXTENSIONS: Final = {media: name for name, media in FORMATS.items()}
# More fields than any form of ours has; beyond it a request is an attack (hostile-inputs.md, H45).
MAX_FIELDS: Final = 100


@router.get("/queries", summary="All questions")
async def catalogue(request: Request) -> Response:
    """List the questions with their parameters and columns."""
    if negotiate(request, (JSON, HTML)) == HTML:
        return _to_page(request, "/queries")
    state = request.app.state
    day = state.manifest.as_of.isoformat()
    choices = await state.answerer.choices(state.questions.values())
    listed = [question.public(day, choices) for _, question in sorted(state.questions.items())]
    return _json(request, {"queries": listed})


@router.get("/queries/{name}", summary="One question")
async def one(request: Request, name: str) -> Response:
    """Describe one question, with its SPARQL, which runs unchanged in any SPARQL 1.1 engine."""
    question = _question(request, name)
    if negotiate(request, (JSON, HTML)) == HTML:
        return _to_page(request, f"/queries/{name}")
    day = request.app.state.manifest.as_of.isoformat()
    choices = await request.app.state.answerer.choices([question])
    return _json(request, {**question.public(day, choices), "sparql": question.sparql})


@router.get("/queries/{name}/results", summary="The answer to a question")
async def results(request: Request, name: str) -> Response:
    """Answer a question as JSON, CSV, a workbook or DAWG result-set Turtle; a browser gets the page.

    The parameters are those of the question, plus ``format`` and ``lang``, the language of the labels.
    """
    question = _question(request, name)
    pairs, words = _fields(request)
    media = _format(request, words)
    if media == HTML:
        return _to_page(request, f"/queries/{name}")
    answerer: Answerer = request.app.state.answerer
    terms = await answerer.parameters(question, pairs)
    lang = words.get("lang", "en")
    # What an answer depends on; who has it already costs no query. The day decides what has expired.
    given = json.dumps([(key, str(term)) for key, term in sorted(terms.items())])
    version = (__version__, answerer.manifest.sha256, question.model_dump_json(), date.today().isoformat())
    tag = tag_of(*version, given, media, lang)
    if matches(request, tag):
        return not_modified(tag, "Accept")
    if media == CSV:
        result = await answerer.csv(question, terms)
        body, truncated = result.body, result.truncated
    else:
        answer = await answerer.run(question, terms, lang)
        # A workbook of ten thousand rows takes a second, in which others are served.
        body = await run_in_threadpool(_WRITERS[media], answer)
        truncated = answer.truncated
    headers = {} if media == JSON else {"Content-Disposition": f'attachment; filename="{name}.{_EXTENSIONS[media]}"'}
    if truncated:
        headers["X-Result-Truncated"] = "true"
    return respond(request, body, media, tag=tag, headers=headers)


def _to_json(answer: Answer) -> bytes:
    return json.dumps(answer.public(), ensure_ascii=False).encode()


_WRITERS: Final[dict[str, Callable[[Answer], bytes]]] = {JSON: _to_json, XLSX: to_xlsx, TURTLE: to_turtle}


def _question(request: Request, name: str) -> Question:
    questions: dict[str, Question] = request.app.state.questions
    if name in questions:
        return questions[name]
    near = [other for other in questions if set(fold(name).split("-")) & set(other.split("-"))]
    hint = f"Perhaps: {', '.join(near[:5])}." if near else "GET /queries lists the questions."
    raise NotFoundError(f"There is no question '{name[:100]}'.", hint)


def _fields(request: Request) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """Return the fields of the query string: those of the question, and the words of the request itself.

    Raises ``BadRequestError`` where they are no UTF-8 or too many; Starlette would replace and drop silently.
    """
    raw: bytes = request.scope["query_string"]
    try:
        fields = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError as error:
        hint = f"Send at most {MAX_FIELDS} fields, percent-encoded as UTF-8."
        raise BadRequestError("The query string cannot be read.", hint) from error
    words: dict[str, str] = {}
    pairs = []
    for name, value in fields:
        if name not in {"format", "lang"}:
            pairs.append((name, value))
        elif name in words:
            raise ParameterError(f"'{name}' is given more than once.", "Give one value.", parameter=name)
        else:
            words[name] = value
    if words.get("lang", "en") not in LANGUAGES:
        raise ParameterError("The language of labels is 'en' or 'ro'.", "For example lang=ro.", parameter="lang")
    return pairs, words


def _format(request: Request, words: dict[str, str]) -> str:
    """Return the media type that ``format=`` names, else the one that the client prefers."""
    return chosen_format(request, FORMATS, words.get("format"))


def _to_page(request: Request, path: str) -> Response:
    """Send a reader to the page of the question, in the language asked for, with the same parameters."""
    fields, words = _fields(request)
    return to_page(request, words.get("lang"), path, urlencode(fields))


def _json(request: Request, data: dict[str, Any]) -> Response:
    return respond(request, json.dumps(data, ensure_ascii=False).encode(), JSON)
