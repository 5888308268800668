"""The perspectives over HTTP: pages in both languages, and the same tables as CSV, workbook and JSON."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.analysis.accounts import Account
from api.analysis.facts import FINDINGS_GRAPH
from api.analysis.selection import selection_of
from api.answering.exports import XLSX
from api.answering.labels import LANGUAGES
from api.errors import BadRequestError, NotFoundError, ParameterError
from api.perspectives.catalogue import PERSPECTIVES, SUBJECTS
from api.perspectives.desk import AS_OF, Desk, Findings
from api.perspectives.exports import caveats, to_csv, to_json, to_xlsx
from api.perspectives.perspective import Perspective
from api.perspectives.table import Control
from api.printing.pages import perspective_html
from api.printing.press import PDF, print_pdf
from api.routes.findings import analyses_of
from api.sparql.protocol import fields_of
from api.web.conditional import respond
from api.web.extras import has_drawing
from api.web.media import CSV, HTML, JSON, chosen_format
from api.web.pages import Language, day, preferred_language, render, to_page, word

router = APIRouter()

FORMATS: Final = {"html": HTML, "json": JSON, "csv": CSV, "xlsx": XLSX, "pdf": PDF}
# Words of the address that choose how an answer is given, not what it says.
_OTHERS: Final = ("format", "lang", "table", "dataset")
# The parameter that names what a perspective is about, with the word for such a thing: without it, nothing is there.
_ABOUT: Final = {"dossier": ("institution", "institution"), "law": ("act", "act, treaty or document")}
# Characters of the dataset's hash that name it in an address and in a citation.
_HASH: Final = 12


def _listed(name: str) -> None:
    """Add the routes of a perspective: for data, and for pages under each language."""
    path = f"/{name}/{{subject:path}}" if name in SUBJECTS else f"/{name}"
    for one in dict.fromkeys((f"/{name}", path)):
        router.add_api_route(one, _data(name), methods=["GET"], summary=f"Perspective: {name}")
        router.add_api_route(f"/{{lang:lang}}{one}", _page(name), methods=["GET"], include_in_schema=False)


def _data(name: str) -> Callable[..., Awaitable[Response]]:
    async def perspective(request: Request) -> Response:
        fields = _fields(request)
        media = _media(request, fields)
        lang = fields.get("lang") or preferred_language(request)
        if lang not in LANGUAGES:
            raise ParameterError("The language is 'en' or 'ro'.", "For example lang=ro.", parameter="lang")
        if media == HTML:
            return to_page(request, lang, request.url.path, request.url.query)
        # Programs get English unless they ask for Romanian: the same address is the same file.
        return await _answer(request, name, _subject(request), fields.get("lang", "en"), media)

    return perspective


def _page(name: str) -> Callable[..., Awaitable[Response]]:
    async def perspective(request: Request, lang: Language) -> Response:
        fields = _fields(request)
        media = FORMATS[fields["format"]] if fields.get("format") in FORMATS else HTML
        if fields.get("format") and fields["format"] not in FORMATS:
            _media(request, fields)
        return await _answer(request, name, _subject(request), lang, media)

    return perspective


def _subject(request: Request) -> str:
    """The thing that the path names; declared as an argument, it could be given as a parameter as well."""
    return str(request.path_params.get("subject", ""))


async def _answer(request: Request, name: str, subject: str, lang: str, media: str) -> Response:
    """Put a perspective together and give it in a format."""
    state = request.app.state
    fields = _fields(request)
    values = {key: value for key, value in fields.items() if key not in _OTHERS}
    if subject:
        if SUBJECTS[name] in values:
            raise ParameterError("The thing is named twice.", "Name it in the path only.", parameter=SUBJECTS[name])
        values[SUBJECTS[name]] = subject
    desk = Desk(state.answerer, state.questions, lang, values, _findings(request))
    perspective = await _built(name, desk)
    if all(control.name != AS_OF for control in perspective.controls):
        day_field = Control(AS_OF, word("site.as_of", lang), desk.as_of.isoformat(), "date")
        perspective.controls = [*perspective.controls, day_field]
    _refuse_unknown(values, {SUBJECTS.get(name), *(control.name for control in perspective.controls)})
    permalink = _permalink(request, desk, lang)
    cite = _cite(perspective, desk, permalink)
    if media == HTML:
        page = render(
            request,
            "perspectives/perspective.html",
            "ro" if lang == "ro" else "en",
            perspective=perspective,
            desk=desk,
            as_of=desk.as_of,
            sources=desk.sources(),
            caveats=caveats(desk),
            permalink=permalink,
            cite=cite,
            drawing=has_drawing(),
            other_dataset=_other(fields.get("dataset"), desk),
            base=request.url.path,
            query=urlencode({key: value for key, value in fields.items() if key not in _OTHERS}),
        )
        return respond(request, page.body, HTML, vary="Accept-Language")
    if media == CSV:
        body = to_csv(perspective, fields.get("table"))
    elif media == JSON:
        body = to_json(perspective, desk, cite, permalink)
    elif media == PDF:
        body = await print_pdf(perspective_html(perspective, desk, cite, permalink), permalink)
    else:
        body = await run_in_threadpool(to_xlsx, perspective, desk, cite, permalink)
    file = "-".join((name, subject.rsplit("/", 1)[-1], desk.as_of.isoformat())).replace("--", "-")
    extension = next(key for key, value in FORMATS.items() if value == media)
    headers = {} if media == JSON else {"Content-Disposition": f'attachment; filename="{_ascii(file)}.{extension}"'}
    if any(answer.truncated for answer in desk.answers):
        headers["X-Result-Truncated"] = "true"
    return respond(request, body, media, headers=headers)


async def _built(name: str, desk: Desk) -> Perspective:
    """Put the tables together; raises ``NotFoundError`` where the one thing that they are about is not there."""
    try:
        return await PERSPECTIVES[name](desk)
    except ParameterError as error:
        parameter, what = _ABOUT.get(name, ("", ""))
        if error.extra.get("parameter") != parameter or "suggestions" not in error.extra:
            raise
        message = f"There is no {what} '{desk.values[parameter][:200]}' in the graph."
        raise NotFoundError(message, error.hint, suggestions=error.extra["suggestions"]) from error


def _fields(request: Request) -> dict[str, str]:
    """Return the fields of the address, each once and without the empty ones; raises ``BadRequestError``."""
    fields = fields_of(request)
    for name, values in fields.values.items():
        if len(values) > 1:
            raise BadRequestError(f"'{name[:60]}' is given more than once.", "Give one value.")
    return {name: values[0].strip() for name, values in fields.values.items() if values[0].strip()}


def _refuse_unknown(values: Mapping[str, str], known: Collection[str | None]) -> None:
    """Refuse a filter that a perspective does not have, which would otherwise seem to filter."""
    for name in values:
        if name not in known:
            hint = f"The parameters are: {', '.join(sorted(one for one in known if one))}."
            raise ParameterError(f"There is no parameter '{name[:60]}'.", hint, parameter=name[:60])


def _media(request: Request, fields: Mapping[str, str]) -> str:
    return chosen_format(request, FORMATS, fields.get("format"), first=(JSON, CSV, XLSX, PDF, HTML))


def _findings(request: Request) -> Findings:
    async def found(on: date, chosen: Mapping[str, Sequence[str]]) -> Sequence[Account] | None:
        """Return the findings of the day of the dataset; those of another day take seconds, and have their page."""
        manifest = request.app.state.manifest
        if on != manifest.as_of or FINDINGS_GRAPH not in manifest.graphs:
            return None
        analyses = analyses_of(request)
        selection = await selection_of(request.app.state.store, analyses.rules, chosen)
        return selection.of(await analyses.report(on)).accounts

    return found


def _permalink(request: Request, desk: Desk, lang: str) -> str:
    """Return the address that says the day and the dataset, so that a later reader sees what has changed."""
    _, first, *rest = request.url.path.split("/", 2)
    path = f"/{lang}/{rest[0]}" if first in LANGUAGES and rest else f"/{lang}{request.url.path}"
    subject = request.path_params.get("subject")
    kept = {key: value for key, value in desk.values.items() if value != subject and key != AS_OF}
    kept |= {AS_OF: desk.as_of.isoformat(), "dataset": desk.answerer.manifest.sha256[:_HASH]}
    base = request.app.state.settings.public_url or str(request.base_url)
    return f"{str(base).rstrip('/')}{path}?{urlencode(kept)}"


def _cite(perspective: Perspective, desk: Desk, permalink: str) -> str:
    parts = [
        word("site.title", desk.lang),
        perspective.title,
        *(f"{word('perspective.after', desk.lang)} {document}" for document in desk.documents()[:1]),
        f"{word('site.as_of', desk.lang).lower()} {day(desk.as_of, desk.lang)}",
        f"{word('site.version', desk.lang).lower()} {desk.answerer.manifest.sha256[:_HASH]}",
        permalink,
    ]
    return ", ".join(parts)


def _other(dataset: str | None, desk: Desk) -> str | None:
    """Return the dataset that an address was made for, where it is not the one that answers."""
    known = desk.answerer.manifest.sha256
    return dataset[:64] if dataset and not known.startswith(dataset) else None


def _ascii(text: str) -> str:
    """Return a name for a file that every header can hold."""
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "-" for letter in text)


for _name in PERSPECTIVES:
    _listed(_name)
