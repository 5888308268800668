"""Server-rendered pages: language, words, templates (architecture.md, "Pages")."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import quote, urlencode, urlsplit

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.answering.answers import Answer, Cell
from api.answering.citations import written_date
from api.answering.labels import choose, local_name
from api.answering.question import Text, variable
from api.vocabulary import BASE, SCHEME
from api.web.foot import foot_of
from api.web.grouping import by_heading, by_origin
from api.web.origins import Value, value_of
from api.web.paths import register_parts
from api.web.problem import Problem
from api.web.sentences import in_language, source_in
from api.wording import figure, words

# Every module with routes of pages imports this one.
register_parts()
Language = Literal["en", "ro"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "ro")
_HERE: Final = Path(__file__).resolve().parent
_DOMAIN: Final = "atf"
# Characters of the last part of an address that still tell two addresses apart.
_TAIL: Final = 32
_ISO_DAY: Final = re.compile(r"/([0-9]{4}-[0-9]{2}-[0-9]{2})")
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
# A note that stands on most things, and has a translation among the words of the pages.
_TRANSLATED: Final = "The Romanian label is the editors' translation."


def word(key: str, lang: str) -> str:
    """Return the interface word ``section.name`` in a language; a missing key is a programming error."""
    return words(_DOMAIN).text(key, lang)


def counted(key: str, number: int, lang: str) -> str:
    """Return a phrase that counts, for a number: 1 instituție, 2 instituții, 20 de instituții."""
    return words(_DOMAIN).counted(key, number, lang)


def status_word(status: int, lang: str) -> str:
    """Return what an HTTP status means, as a sentence for a reader."""
    key = f"status.{status}"
    return word(key if key in words(_DOMAIN) else "status.other", lang)


def outside_term(iri: str, lang: str) -> str | None:
    """Return the name of a term of another vocabulary that brings no label into the graph."""
    key = f"term.{iri}"
    return word(key, lang) if key in words(_DOMAIN) else None


def preferred_language(request: Request) -> Language:
    """Choose Romanian or English by ``Accept-Language`` (RFC 9110 §12.5.4); English where neither is asked for."""
    best: tuple[float, Language] = (0.0, "en")
    for part in request.headers.get("accept-language", "")[:500].split(","):
        tag, _, params = part.strip().partition(";")
        code = tag.lower().split("-")[0]
        try:
            quality = float(params.strip().removeprefix("q=")) if params.strip() else 1.0
        except ValueError:
            quality = 0.0
        if code in LANGUAGES and quality > best[0]:
            best = (quality, code)
    return best[1]


def page_path(iri: str, lang: str) -> str:
    """Return the path of the page about an IRI: our own by its path, any other by its address."""
    if iri.startswith(BASE):
        return f"/{lang}/{quote(iri.removeprefix(BASE), safe='/#-._~')}".replace("#", "/")
    return f"/{lang}/resource?{urlencode({'iri': iri})}"


def safe_link(iri: str) -> str | None:
    """Return an IRI that may become a link: only http, https and mailto ever do."""
    return iri if urlsplit(iri).scheme in {"http", "https", "mailto"} else None


def outside_name(iri: str) -> str | None:
    """Return a short name for a page of another publisher: its host and the last part of its path."""
    parts = urlsplit(iri)
    if parts.scheme not in {"http", "https"} or not parts.hostname or iri.startswith(BASE):
        return None
    host, place = parts.hostname.removeprefix("www."), f"{parts.path}#{parts.fragment}"
    if not place.strip("/#"):
        return host
    tail = local_name(place)
    return f"{host} · {tail}" if len(tail) <= _TAIL else f"{host} · {tail[:_TAIL]}…"


def day(value: object, lang: str) -> str:
    """Write a date (ISO text or ``date``) in words, any other text as it is."""
    try:
        return written_date(str(value), lang)
    except ValueError:
        return str(value)


def readable(value: Value, lang: str) -> str:
    """Return the text of a literal as a reader of a language expects it: yes, 9 November 2018."""
    if value.datatype == _XSD + "boolean":
        return word("value.yes" if value.text in {"true", "1"} else "value.no", lang)
    if value.datatype == _XSD + "date":
        return day(value.text, lang)
    if value.text.startswith("M.Of. "):
        return _gazette(value.text, lang)
    return word("notes.translation", lang) if value.text == _TRANSLATED else value.text


def _gazette(text: str, lang: str) -> str:
    """Write a number of the Romanian gazette as a lawyer does: M.Of. 949 of 9 November 2018."""
    of = "din" if lang == "ro" else "of"
    words = _ISO_DAY.sub(lambda found: f" {of} {day(found[1], lang)}", text)
    return words.replace("(republished)", "(republicare)") if lang == "ro" else words


def cell_text(cell: Cell, lang: str) -> str:
    """Return the text of a cell of an answer: dates and yes or no in words, unless the column names its values."""
    return readable(value_of(cell.term), lang) if cell.label == cell.term.value else cell.label


def text_language_of(value: Value, lang: str) -> str | None:
    """Return the language of the text that ``readable`` gives, where it is known."""
    return lang if value.text == _TRANSLATED else value.language


def assertion_kind(iri: str) -> str | None:
    """Return the name of a kind of assertion (stated, external …) where an IRI is one."""
    prefix = f"{SCHEME}assertion-kind/"
    return iri.removeprefix(prefix) if iri.startswith(prefix) else None


def pick(label: Mapping[str, str] | None, lang: str, iri: str = "") -> str:
    """Choose the text of a label for a page's language (``api.answering.labels.choose``)."""
    return choose(label, lang, iri)[0]


def say(text: Text, lang: str) -> str:
    """Return a text that a question file gives in both languages in one of them."""
    return text.ro if lang == "ro" else text.en


def text_language(label: Mapping[str, str] | None, lang: str) -> str:
    """Return the language of the text that ``pick`` chose, for the ``lang`` attribute (WCAG 3.1.2)."""
    return choose(label, lang, "")[1] or lang


def visible_columns(answer: Answer, lang: str) -> list[str]:
    """Return the columns that a page shows.

    Left out are those without any value, those that only repeat a parameter, and texts in the other language;
    the downloads have them all.
    """
    echoes = {variable(name) for name in answer.question.params}
    other = "Ro" if lang == "en" else "En"
    shown = [name for name in answer.columns if name not in echoes and not name.endswith(other)]
    return [name for name in shown if any(row.get(name) is not None for row in answer.rows)]


def environment_of(folder: Path) -> Environment:
    """Return the way in which all our templates are read, for those of a folder."""
    # Autoescape everywhere: labels come from files that anybody may propose.
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["groupby_order"] = by_heading
    return environment


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = environment_of(_HERE / "templates")
    environment.globals.update(
        say=say,
        assertion_kind=assertion_kind,
        by_origin=by_origin,
        cell_text=cell_text,
        counted=counted,
        day=day,
        figure=figure,
        in_language=in_language,
        source_in=source_in,
        outside_name=outside_name,
        outside_term=outside_term,
        readable=readable,
        status_word=status_word,
        text_language_of=text_language_of,
        visible_columns=visible_columns,
        word=word,
        page_path=page_path,
        safe_link=safe_link,
        pick=pick,
        text_language=text_language,
    )
    return environment


def to_page(request: Request, lang: str | None, path: str, query: str) -> RedirectResponse:
    """Send a reader to the page of a route, in the language asked for, else the one that the client prefers."""
    target = f"/{lang or preferred_language(request)}{path}{f'?{query}' if query else ''}"
    return RedirectResponse(target, 303, {"Vary": "Accept, Accept-Language"})


def error_page(request: Request, problem: Problem) -> Response:
    """Show a problem as a page in the language of the path, else in the reader's."""
    first = request.url.path.split("/", 2)[1]
    lang = first if first in LANGUAGES else preferred_language(request)
    return render(request, "error.html", lang, status=problem.status, problem=problem)


def render(request: Request, template: str, lang: Language, status: int = 200, **context: Any) -> HTMLResponse:
    """Render a template as a page in one language, with the links to the other one."""
    _, first, *rest_of_path = request.url.path.split("/", 2)
    rest = rest_of_path[0] if first in LANGUAGES and rest_of_path else ""
    query = f"?{request.url.query}" if request.url.query else ""
    body = _environment().get_template(template).render(
        request=request,
        lang=lang,
        languages={code: f"/{code}/{rest}{query}".replace(f"/{code}/?", f"/{code}?").rstrip("/") for code in LANGUAGES},
        manifest=request.app.state.manifest,
        foot=foot_of(request, request.app.state.manifest, context),
        **context,
    )  # fmt: skip
    return HTMLResponse(body, status_code=status, headers={"Content-Language": lang, "Vary": "Accept-Language"})
