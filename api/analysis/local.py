"""A graph in this process, asked in the same way as the store of the web application."""

from collections.abc import Mapping
from typing import Any

import pyoxigraph
from pyoxigraph import QuerySolutions, QueryTriples, Triple, Variable

from api.errors import UsageError
from api.sparql.store import Rows, Term


class LocalStore:
    """Answers the questions of our own code from a pyoxigraph store, without limits and without a guard.

    ``graph`` is that store, for what is read faster without a query. For the command line only: a query in
    the web process could end it (architecture.md).
    """

    def __init__(self, store: pyoxigraph.Store) -> None:
        self.graph = store

    async def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> Rows:
        """Answer a SELECT with terms."""
        found = self._run(text, bindings)
        if not isinstance(found, QuerySolutions):
            raise UsageError("This query is no SELECT.")
        names = [variable.value for variable in found.variables]
        rows: list[dict[str, Any]] = [
            {name: term for name, term in zip(names, solution, strict=True) if term is not None} for solution in found
        ]
        return Rows(names, rows, truncated=False)

    async def construct(self, text: str, bindings: Mapping[str, Term] | None = None) -> list[Triple]:
        """Answer a CONSTRUCT or DESCRIBE with triples, sorted by subject."""
        found = self._run(text, bindings)
        if not isinstance(found, QueryTriples):
            raise UsageError("This query is no CONSTRUCT.")
        return sorted(found, key=str)

    def _run(self, text: str, bindings: Mapping[str, Term] | None) -> object:
        terms: dict[Variable, pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | Triple] = {
            Variable(name): term for name, term in (bindings or {}).items()
        }
        return self.graph.query(text, substitutions=terms)
