"""The integrity rules (INT-…): SHACL shapes, run by pySHACL over the union of all graphs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
import pyshacl
from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError, ValidationFailure
from rdflib import RDF, SH, Graph, Variable
from rdflib.query import Result
from rdflib.term import Node

from api.errors import BuildError
from api.graph.sources import Source
from api.graph.terms import from_rdflib, graph_of, to_rdflib
from api.vocabulary import GRAPH, RULE


@dataclass(frozen=True, order=True)
class Violation:
    """One thing that breaks one rule: the rule's id, the thing's IRI, another value if any, the sentence."""

    rule: str
    focus: str
    value: str
    message: str


class _Graph(Graph):
    """A graph whose SPARQL pyoxigraph answers.

    pySHACL asks a rule's query anew for every node; rdflib would parse it every time, which takes thirty
    times as long as the answer.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        super().__init__(bind_namespaces="none")
        self._twin = ox.Store()
        self._twin.extend([ox.Quad(*triple) for triple in triples])
        for quad in self._twin:
            self.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))

    def query(self, query_object: Any, *args: Any, **kwargs: Any) -> Result:
        """Answer as ``rdflib.Graph.query`` does; of its parameters only the query and the bindings matter."""
        given: Mapping[str, Node] = kwargs.get("initBindings") or (args[3] if len(args) > 3 else None) or {}
        bound: dict[ox.Variable, Any] = {ox.Variable(name): from_rdflib(term) for name, term in given.items()}
        try:
            found = self._twin.query(str(query_object), substitutions=bound)
        except SyntaxError as error:
            raise ReportableRuntimeError(f"{error.msg} in the query: {query_object}") from error
        assert isinstance(found, ox.QuerySolutions), "the query of a rule is a SELECT"
        answer = Result("SELECT")
        answer.vars = [Variable(variable.value) for variable in found.variables]
        answer.bindings = [
            {Variable(name.value): to_rdflib(row[name]) for name in found.variables if row[name] is not None}
            for row in found
        ]
        return answer


def rules_of(sources: Iterable[Source], kind: str = "INT") -> Graph:
    """Return the shapes of one kind of rule, with the prefixes that all rules share."""
    chosen = (f"{GRAPH}rule/{kind}-", f"{GRAPH}rule/prefixes")
    return graph_of(triple for source in sources if source.graph.startswith(chosen) for triple in source.triples)


def violations(triples: Iterable[ox.Triple], shapes: Graph) -> list[Violation]:
    """Run the shapes over the union of the statements and return every violation, sorted.

    Raises ``BuildError`` when a shape itself is wrong.
    """
    try:
        _, report, _ = pyshacl.validate(
            _Graph(triples), shacl_graph=shapes, advanced=True, inplace=True, inference="none"
        )
    except (ReportableRuntimeError, ShapeLoadError, ConstraintLoadError) as error:
        raise BuildError(f"A rule is wrong: {error}") from error
    if isinstance(report, ValidationFailure):
        raise BuildError(f"A rule is wrong: {report.message}")
    found = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus, value = report.value(result, SH.focusNode), report.value(result, SH.value)
        found.add(
            Violation(
                rule=str(report.value(result, SH.sourceShape)).removeprefix(str(RULE)),
                focus=str(focus),
                value="" if value is None or value == focus else str(value),
                message=str(report.value(result, SH.resultMessage)),
            )
        )
    return sorted(found)
