"""A query on the page for SPARQL: asked through the same guard and store as ``/sparql``, shown as a table."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions

from api.answering.labels import Label, labels_of
from api.errors import QuerySyntaxError
from api.settings import Settings
from api.sparql.store import Store, checked
from api.sparql.tokens import tokenize
from api.vocabulary import PREFIXES
from api.web.media import RESULTS_JSON, TURTLE
from api.web.origins import Value, value_of

# Rows, or triples, that a page shows; the download has as many as the service gives.
MAX_ROWS: Final = 1000
# Things whose names are looked up for a table; further ones are shown by their address.
_MAX_LABELS: Final = 2000
# Characters before and after a wrong place that a page shows.
_BEFORE: Final = 60
_AFTER: Final = 40


@dataclass(frozen=True)
class Shown:
    """A result as a page shows it: rows of a SELECT, the truth of an ASK, or the text of a graph."""

    variables: list[str]
    rows: list[list[Value | None]] | None
    truth: bool | None
    text: str
    truncated: bool
    labels: Mapping[str, Label] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where a query is wrong: its line, and the text around the place."""

    line: int
    before: str
    wrong: str
    after: str


async def run(store: Store, settings: Settings, text: str) -> Shown:
    """Ask a query; raises what ``Store.query`` raises."""
    query = await checked(text, settings)
    media = RESULTS_JSON if query.form in {"select", "ask"} else TURTLE
    result = await store.query(query, accept=[media], max_rows=min(MAX_ROWS, settings.max_rows))
    if media == TURTLE:
        return Shown([], None, None, result.body.decode("utf-8"), result.truncated)
    found = pyoxigraph.parse_query_results(result.body, format=QueryResultsFormat.JSON)
    if isinstance(found, QueryBoolean):
        return Shown([], None, bool(found), "", False)
    assert isinstance(found, QuerySolutions)
    rows = [[None if term is None else value_of(term) for term in solution] for solution in found]
    iris = dict.fromkeys(value.text for row in rows for value in row if value and value.is_iri)
    labels = await labels_of(store, list(iris)[:_MAX_LABELS])
    return Shown([variable.value for variable in found.variables], rows, None, "", result.truncated, labels)


def with_prefixes(text: str) -> str:
    """Return a query with the declarations of the project's prefixes that it uses and does not declare.

    A text without any prefixed name gets those of the model, to begin with.
    """
    used, declared = _prefixes(text)
    wanted = sorted((used or {"atf", "skos"}) & PREFIXES.keys() - declared)
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in wanted) + text


def _prefixes(text: str) -> tuple[set[str], set[str]]:
    """Return the prefixes that a query uses and those that it declares, as far as it can be read."""
    used: set[str] = set()
    declared: set[str] = set()
    last = ""
    with suppress(QuerySyntaxError):
        for token in tokenize(text):
            if token.kind == "name":
                (declared if last == "PREFIX" else used).add(token.text.partition(":")[0])
            last = token.text
    return used, declared


def place_of(text: str, line: object, column: object) -> Place | None:
    """Return the place of an error by its line and column (1-based), or None where they name none."""
    lines = text.splitlines()
    if not isinstance(line, int) or not isinstance(column, int) or not 1 <= line <= len(lines):
        return None
    whole, at = lines[line - 1], max(column - 1, 0)
    return Place(line, whole[max(at - _BEFORE, 0) : at], whole[at : at + 1], whole[at + 1 : at + 1 + _AFTER])
