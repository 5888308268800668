"""The reference engine: the same rules as SHACL shapes, node by node, on pySHACL."""

from collections import defaultdict
from typing import Any

import pyshacl
from pyoxigraph import DefaultGraph, Store
from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError, ValidationFailure
from rdflib import RDF, SH, Graph
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query

from api.analysis.engine_fast import Pair, pair_of
from api.analysis.rules import RuleSet
from api.errors import BuildError
from api.graph.terms import from_rdflib, graph_of
from api.vocabulary import RULE


class _Prepared(Graph):
    """A graph that parses each SPARQL text once: pySHACL asks a rule's query anew for every node."""

    _queries: dict[str, Query]

    def query(self, query_object: Any, *args: Any, **kwargs: Any) -> Any:
        queries = self.__dict__.setdefault("_queries", {})
        if isinstance(query_object, str):
            if query_object not in queries:
                queries[query_object] = prepareQuery(query_object)
            query_object = queries[query_object]
        return super().query(query_object, *args, **kwargs)


def find(store: Store, rules: RuleSet) -> dict[str, set[Pair]]:
    """Evaluate rules over the default graph of a store and return their pairs by rule id.

    Raises ``BuildError`` when a rule is no correct shape.
    """
    data = graph_of(quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph()))
    prepared = _Prepared(store=data.store, identifier=data.identifier, bind_namespaces="none")
    shapes = graph_of([*rules.prefixes, *(triple for rule in rules.rules for triple in rule.triples)])
    try:
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
