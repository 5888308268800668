"""A query on the page for SPARQL: asked through the same guard and store as ``/sparql``, shown as a table."""

from dataclasses import dataclass
from typing import Final

import pyoxigraph
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions

from api.settings import Settings
from api.sparql.store import Store, checked
from api.web.media import RESULTS_JSON, TURTLE
from api.web.origins import Value, value_of

# Rows, or triples, that a page shows; the download has as many as the service gives.
MAX_ROWS: Final = 1000


@dataclass(frozen=True)
class Shown:
    """A result as a page shows it: rows of a SELECT, the truth of an ASK, or the text of a graph."""

    variables: list[str]
    rows: list[list[Value | None]] | None
    truth: bool | None
    text: str
    truncated: bool


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
    return Shown([variable.value for variable in found.variables], rows, None, "", result.truncated)
