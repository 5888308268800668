"""Server-rendered pages: language, words, templates (architecture.md, "Pages")."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import quote, urlencode, urlsplit

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from api.answers import Answer
from api.labels import choose
from api.problem import Problem
from api.question import Text, variable
from api.vocabulary import BASE

Language = Literal["en", "ro"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "ro")
_HERE: Final = Path(__file__).resolve().parent


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, dict[str, str]]]:
    with (_HERE / "locale.toml").open("rb") as file:
        return tomllib.load(file)


def word(key: str, lang: str) -> str:
    """Return the interface word ``section.name`` in a language; a missing key is a programming error."""
    section, name = key.split(".", 1)
    return _words()[section][name][lang]


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


def outside_host(iri: str) -> str | None:
    """Return the host of a page of another publisher, by which a link without a label is called."""
    parts = urlsplit(iri)
    return parts.hostname if parts.scheme in {"http", "https"} and not iri.startswith(BASE) else None


def pick(label: Mapping[str, str] | None, lang: str, iri: str = "") -> str:
    """Choose the text of a label for a page's language (``api.labels.choose``)."""
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


@lru_cache(maxsize=1)
def _environment() -> Environment:
    # Autoescape everywhere: labels come from files that anybody may propose.
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.globals.update(
        say=say,
        outside_host=outside_host,
        visible_columns=visible_columns,
        word=word,
        page_path=page_path,
        safe_link=safe_link,
        pick=pick,
        text_language=text_language,
    )
    return environment


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
        **context,
    )  # fmt: skip
    return HTMLResponse(body, status_code=status, headers={"Content-Language": lang, "Vary": "Accept-Language"})
