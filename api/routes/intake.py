"""Drafts over HTTP: what would change in the findings, and what an import would propose; nothing is kept."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.answering.labels import LANGUAGES
from api.errors import AtfError, BadRequestError, ParameterError, UsageError
from api.graph.asof import parse_date
from api.intake.desk import Desk
from api.intake.events import events_of
from api.intake.faults import UnreadableError
from api.intake.icalendar import MEDIA, calendar
from api.intake.job import Job
from api.intake.proposal import KINDS, Options
from api.intake.summary import headline
from api.intake.upload import Upload, read_upload
from api.sparql.protocol import fields_of
from api.web.conditional import respond
from api.web.media import HTML, JSON, negotiate
from api.web.pages import Language, preferred_language, render, say

router = APIRouter()
_FIELDS: Final = {"as-of", "plan", "period", "kind", "partial", "fragment", "file", "lang"}
# Options of the command in a message, which over HTTP are parameters.
_OPTION: Final = re.compile(r"--([a-z-]+)")
_ON: Final = frozenset({"1", "true", "on"})
_OFF: Final = frozenset({"0", "false", "off"})
_CALENDAR: Final = "calendar-of-deadlines"
_NO_STORE: Final = {"Cache-Control": "no-store", "Vary": "Accept"}


@router.get("/validate", include_in_schema=False)
@router.get("/import", include_in_schema=False)
async def form(request: Request) -> Response:
    """Lead to the page with the form, in the reader's language."""
    lang = preferred_language(request)
    return RedirectResponse(f"/{lang}{request.url.path}", 303, {"Vary": "Accept-Language"})


@router.get("/calendar.ics", summary="Deadlines as a calendar")
async def calendar_file(request: Request) -> Response:
    """Give what falls due as iCalendar (RFC 5545): the question ``calendar-of-deadlines``.

    Parameters: ``year``, ``lang``.
    """
    fields = fields_of(request)
    lang = fields.one("lang") or preferred_language(request)
    if lang not in ("en", "ro"):
        raise ParameterError("The language is 'en' or 'ro'.", "For example lang=ro.", parameter="lang")
    state = request.app.state
    pairs = [(name, value) for name, some in fields.values.items() for value in some if name != "lang"]
    answer = await state.answerer.answer(state.questions[_CALENDAR], pairs, lang)
    body = calendar(events_of(answer), say(answer.question.title, lang), state.manifest.as_of)
    headers = {"Content-Disposition": 'attachment; filename="deadlines.ics"'}
    return respond(request, body, MEDIA, vary="Accept-Language", headers=headers)


@router.post("/validate", summary="What a draft would change in the findings")
async def validate(request: Request) -> Response:
    """Say which findings a draft would close or open: RDF, or the sheet of a plan. Nothing is kept.

    The draft is the body (Turtle, N-Triples, TriG, N-Quads, JSON-LD, RDF/XML, .xlsx, .ods, .csv) or a form with
    ``draft`` or ``file``. Parameters: ``as-of``; of a sheet also ``plan``, ``period``, ``partial``, ``fragment``.
    """
    negotiate(request, (JSON, HTML), None)
    return _json(await _done(request, "validate", await _sent(request, "validate")))


@router.post("/import", summary="What the sheet of a plan or report proposes")
async def propose(request: Request) -> Response:
    """Read the sheet of a plan or report as ``atf import --dry-run`` does and give its Turtle. Nothing is kept.

    Parameters: ``kind`` (plan, report), ``plan``, ``period``, ``partial``, ``fragment``, ``as-of``.
    """
    negotiate(request, (JSON, HTML), None)
    return _json(await _done(request, "import", await _sent(request, "import")))


@router.get("/{lang:lang}/validate", include_in_schema=False)
async def validate_page(request: Request, lang: Language) -> Response:
    """Show the form for a draft."""
    return _page(request, lang, "validate")


@router.post("/{lang:lang}/validate", include_in_schema=False)
async def validated_page(request: Request, lang: Language) -> Response:
    """Show which findings a draft would close or open."""
    return await _answered(request, lang, "validate")


@router.get("/{lang:lang}/import", include_in_schema=False)
async def import_page(request: Request, lang: Language) -> Response:
    """Show the form for the sheet of a plan or report."""
    return _page(request, lang, "import")


@router.post("/{lang:lang}/import", include_in_schema=False)
async def imported_page(request: Request, lang: Language) -> Response:
    """Show what a sheet proposes."""
    return await _answered(request, lang, "import")


async def _answered(request: Request, lang: Language, task: str) -> Response:
    upload: Upload | None = None
    found: dict[str, Any] | None = None
    problem: AtfError | None = None
    try:
        upload = await read_upload(request)
        found = await _done(request, task, upload)
    except AtfError as error:
        problem = error
    page = _page(request, lang, task, upload=upload, found=found, problem=problem)
    page.headers.update({**(problem.headers if problem else {}), "Cache-Control": "no-store"})
    return page


def _page(
    request: Request,
    lang: Language,
    task: str,
    *,
    upload: Upload | None = None,
    found: dict[str, Any] | None = None,
    problem: AtfError | None = None,
) -> Response:
    changes = (found if task == "validate" else found.get("findings")) if found else None
    return render(
        request,
        "intake.html",
        lang,
        status=problem.status if problem else 200,
        task=task,
        upload=upload,
        found=found,
        changes=changes,
        headline=headline(changes, lang) if changes else "",
        problem=problem,
        rows=problem.extra.get("errors", []) if problem else (found or {}).get("errors", []),
        notices=problem.extra.get("notices", []) if problem else (found or {}).get("notices", []),
    )


async def _sent(request: Request, task: str) -> Upload:
    """Read what a program sends; raises ``BadRequestError`` where nothing comes, and what ``read_upload`` raises."""
    headers = request.headers
    empty = "transfer-encoding" not in headers and not headers.get("content-length", "0").strip("0")
    if empty and "content-type" not in headers:
        what = "RDF or the sheet of a plan" if task == "validate" else "a spreadsheet"
        hint = f"Send {what} as the body, with its media type in Content-Type, or use the form: /en/{task}"
        raise BadRequestError("The request has no body.", hint)
    return await read_upload(request)


async def _done(request: Request, task: str, upload: Upload) -> dict[str, Any]:
    fields = {name: value for name, value in upload.fields.items() if value.strip()}
    unknown = sorted(set(fields) - _FIELDS)
    if unknown:
        hint = f"The parameters are: {', '.join(sorted(_FIELDS))}."
        raise ParameterError(f"There is no parameter '{unknown[0][:60]}'.", hint, parameter=unknown[0][:60])
    kind = fields.get("kind", "plan")
    if kind not in KINDS:
        raise ParameterError(f"There is no kind '{kind[:40]}'.", f"It is one of: {', '.join(KINDS)}.", parameter="kind")
    if fields.get("lang", "en") not in LANGUAGES:
        raise ParameterError("The language is 'en' or 'ro'.", "For example lang=ro.", parameter="lang")
    day = fields.get("as-of")
    if day:
        parse_date(day)
    partial, fragment = (_switch(fields, name) for name in ("partial", "fragment"))
    options = Options(upload.name, kind, fields.get("plan"), fields.get("period"), partial, fragment)
    media = upload.media if task == "validate" else ""
    state = request.app.state
    job = Job(task, options, media, day, dataset=state.manifest.sha256)
    try:
        return await _desk(request).do(job, upload.data, lambda: _gone(request))
    except UsageError as error:
        raise _in_http(error) from error
    except UnreadableError as error:
        error.hint = _OPTION.sub(r"\1", error.hint)
        raise


def _switch(fields: Mapping[str, str], name: str) -> bool:
    value = fields.get(name, "0").strip().lower()
    if value not in _ON | _OFF:
        raise ParameterError(f"'{value[:40]}' is no value of '{name}'.", f"Write {name}=1 or {name}=0.", parameter=name)
    return value in _ON


def _in_http(error: UsageError) -> ParameterError:
    """Return what an option of the command is told, in the words of a parameter."""
    named = _OPTION.search(str(error))
    message, hint = (re.sub(r"--([a-z-]+) ", r"\1=", text) for text in (error.message, error.hint))
    return ParameterError(message, hint, parameter=named[1] if named else "plan")


async def _gone(request: Request) -> None:
    """Return when the client has hung up; its request is read by then, so nothing else comes in."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _desk(request: Request) -> Desk:
    """Return the desk of the application, set up at the first file."""
    state = request.app.state
    if not hasattr(state, "desk"):
        state.desk = Desk(state.settings)
    found: Desk = state.desk
    return found


def _json(found: dict[str, Any]) -> Response:
    return Response(json.dumps(found, ensure_ascii=False).encode(), headers=_NO_STORE, media_type=JSON)
