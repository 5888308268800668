"""The page for SPARQL: a form that works without scripts, and the optional editor."""

import json
from collections import defaultdict
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answering.question import Question
from api.errors import AtfError, NotFoundError
from api.perspectives.order import alphabetical
from api.sparql.protocol import fields_of
from api.vocabulary import ATF, PREFIXES
from api.web.console import Shown, place_of, run, with_prefixes
from api.web.envelope import POLICY
from api.web.extras import has_editor
from api.web.pages import Language, render, say

router = APIRouter(include_in_schema=False)

# The one style that the editor writes as an attribute, by its hash.
_EDITOR_STYLE: Final = "style-src 'self' 'unsafe-hashes' 'sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk='"
_EXAMPLE_QUERY: Final = f"""PREFIX atf: <{ATF}>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?institution ?function WHERE {{
  ?duty a atf:Responsibility ; atf:holder/skos:prefLabel ?institution ; atf:function/skos:prefLabel ?function .
  FILTER(LANG(?institution) = "en" && LANG(?function) = "en")
}} ORDER BY ?institution ?function"""


@router.get("/{lang:lang}/sparql")
async def sparql_page(request: Request, lang: Language) -> Response:
    """Show a form for SPARQL that works without scripts, and the result of the query in the address.

    ``example`` puts the query of a question into the form, ``do=prefixes`` declares the prefixes that it uses.
    """
    state, fields = request.app.state, fields_of(request)
    query, example = fields.one("query"), fields.one("example")
    result: Shown | None = None
    problem: AtfError | None = None
    if example:
        if example not in state.questions:
            raise NotFoundError(f"There is no question {example[:100]!r}.", "See the list of all questions.")
        query = state.questions[example].sparql
    elif query and fields.one("do") == "prefixes":
        query = with_prefixes(query)
    elif query and query.strip():
        try:
            result = await run(state.store, state.settings, query)
        except AtfError as error:
            problem = error
    page = render(
        request,
        "sparql.html",
        lang,
        status=problem.status if problem else 200,
        query=query or _example(lang),
        result=result,
        problem=problem,
        place=place_of(query, problem.extra.get("line"), problem.extra.get("column")) if query and problem else None,
        example=example,
        groups=_by_tag(state.questions, lang),
        editor=has_editor(),
        formats=("json", "csv", "tsv", "xml", "ttl", "jsonld", "nt"),
    )
    page.headers.update(problem.headers if problem else {})
    return page


@router.get("/{lang:lang}/sparql/editor")
async def editor_page(request: Request, lang: Language) -> Response:
    """Show the editor with colours and tabs, where set-up has fetched it; it needs scripts."""
    if not has_editor():
        raise NotFoundError("The editor is not installed here.", f"The plain form works without it: /{lang}/sparql")
    query = fields_of(request).one("query") or _example(lang)
    page = render(request, "editor.html", lang, query=query, prefixes=json.dumps(PREFIXES))
    page.headers["Content-Security-Policy"] = f"{POLICY}; {_EDITOR_STYLE}"
    return page


def _example(lang: str) -> str:
    """Return the query to begin with, for names in a language."""
    return _EXAMPLE_QUERY.replace('"en"', f'"{lang}"')


def _by_tag(questions: dict[str, Question], lang: str) -> list[tuple[str, list[Question]]]:
    """Return the questions by their first tag, each group by title."""
    grouped: dict[str, list[Question]] = defaultdict(list)
    for question in sorted(questions.values(), key=lambda one: alphabetical(say(one.title, lang))):
        grouped[question.tags[0]].append(question)
    return sorted(grouped.items())
