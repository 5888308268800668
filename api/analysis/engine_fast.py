"""The fast engine: each rule as one query over the whole graph (rules.md, "One rule, two queries, one truth")."""

import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store

from api.analysis.rules import Rule
from api.errors import BuildError

Term = NamedNode | BlankNode | Literal
# The store lets go of Python's lock while it evaluates.
THREADS: Final = min(4, os.cpu_count() or 1)
# A rule that takes longer is worth a line on a reader's screen.
_SLOW_S: Final = 1.0


class Pair(NamedTuple):
    """What both engines find: a focus node and, where the rule has one, the value it objects to."""

    this: Term
    value: Term | None


def find(
    store: Store, rules: Iterable[Rule], progress: Callable[[str], None] = lambda _step: None
) -> dict[str, set[Pair]]:
    """Evaluate rules over the default graph of a store and return their pairs by rule id.

    Raises ``BuildError`` naming the file of a rule whose query cannot be evaluated.
    """

    def run(rule: Rule) -> tuple[str, set[Pair]]:
        started = time.monotonic()
        found = _run(store, rule)
        if time.monotonic() - started > _SLOW_S:
            progress(f"{rule.id}: {len(found)} found in {time.monotonic() - started:.1f} s")
        return rule.id, found

    with ThreadPoolExecutor(THREADS) as pool:
        # The long ones first, so that none is left for the end.
        return dict(pool.map(run, sorted(rules, key=length, reverse=True)))


def length(rule: Rule) -> int:
    """Return how much text the query of a rule is, which tells roughly how long it takes."""
    return len(rule.set_select or rule.select)


def _run(store: Store, rule: Rule) -> set[Pair]:
    try:
        solutions = store.query(rule.set_select or rule.whole_graph)
        assert isinstance(solutions, QuerySolutions)
        return {pair_of(row["this"], _optional(row, "value")) for row in solutions}
    except (SyntaxError, KeyError) as error:
        raise BuildError(f"{rule.name}: the query of {rule.id} cannot be evaluated: {error}.") from error


def pair_of(this: object, value: object) -> Pair:
    """Return a pair; SHACL gives the focus node as the value of a result that has none (§5.3.2)."""
    assert isinstance(this, Term)
    return Pair(this, value if isinstance(value, Term) and value != this else None)


def _optional(row: object, name: str) -> object:
    try:
        return row[name]  # type: ignore[index]
    except KeyError:
        return None
