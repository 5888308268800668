"""The reference engine: the same rules as SHACL shapes, node by node, on pySHACL."""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

import pyshacl
from pyoxigraph import DefaultGraph, Store
from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError, ValidationFailure
from pyshacl.helper.sparql_query_helper import SPARQLQueryHelper
from rdflib import RDF, SH, Graph
from rdflib.plugins.sparql import prepareQuery

from api.analysis.engine_fast import Pair, pair_of
from api.analysis.rules import RuleSet
from api.errors import BuildError
from api.graph.terms import from_rdflib, graph_of
from api.vocabulary import RULE

# The rules' texts are few and the same in each run; rdflib takes half a second to parse a long one.
_prepared = lru_cache(maxsize=512)(prepareQuery)


class _Prepared(Graph):
    """A graph that parses each SPARQL text once: pySHACL asks a rule's query anew for every node."""

    def query(self, query_object: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(query_object, str):
            query_object = _prepared(query_object)
        return super().query(query_object, *args, **kwargs)


class _Remembered:
    """A regular expression that searches each text once."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.search = cache(pattern.search)


@contextmanager
def _each_text_checked_once() -> Iterator[None]:
    """Let pySHACL ask once for each query, not once for each node, whether SHACL allows what it says.

    Its four expressions for that (``has_…_regex``) are quadratic in the lines of a query, which was three
    quarters of its time on ours; what they find is the same.
    """
    names = [name for name in vars(SPARQLQueryHelper) if name.startswith("has_")]
    own = {name: getattr(SPARQLQueryHelper, name) for name in names}
    for name, pattern in own.items():
        setattr(SPARQLQueryHelper, name, _Remembered(pattern))
    try:
        yield
    finally:
        for name, pattern in own.items():
            setattr(SPARQLQueryHelper, name, pattern)


def find(store: Store, rules: RuleSet) -> dict[str, set[Pair]]:
    """Evaluate rules over the default graph of a store and return their pairs by rule id.

    Raises ``BuildError`` when a rule is no correct shape.
    """
    data = graph_of(quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph()))
    prepared = _Prepared(store=data.store, identifier=data.identifier, bind_namespaces="none")
    shapes = graph_of([*rules.prefixes, *(triple for rule in rules.rules for triple in rule.triples)])
    try:
        with _each_text_checked_once():
            _, report, _ = pyshacl.validate(prepared, shacl_graph=shapes, advanced=True, inplace=True, inference="none")
    except (ReportableRuntimeError, ShapeLoadError, ConstraintLoadError) as error:
        raise BuildError(f"A rule is no correct shape: {error}") from error
    if isinstance(report, ValidationFailure):
        raise BuildError(f"A rule is no correct shape: {report.message}")
    found: dict[str, set[Pair]] = defaultdict(set, {rule.id: set() for rule in rules.rules})
    for result in report.subjects(RDF.type, SH.ValidationResult):
        rule_id = str(report.value(result, SH.sourceShape)).removeprefix(str(RULE))
        value = report.value(result, SH.value)
        this = from_rdflib(report.value(result, SH.focusNode))
        found[rule_id].add(pair_of(this, from_rdflib(value) if value is not None else None))
    return dict(found)
