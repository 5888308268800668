"""How sure a node is: what stands in unverified graphs only never weighs high (rules.md, "Fixed details")."""

from dataclasses import replace
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode
from rdflib import URIRef

from api.analysis.facts import Facts
from api.analysis.findings import Finding
from api.graph.sources import INFERRED
from api.vocabulary import ATF, SCHEME

_ASK: Final = f"""SELECT DISTINCT ?graph WHERE {{
  ?graph <{ATF.confidence}> <{URIRef(SCHEME + "confidence/unverified")}> .
}}"""


class Certainty:
    """Knows which nodes of a graph under analysis rest on nothing but unverified statements."""

    def __init__(self, facts: Facts) -> None:
        self._store = facts.store
        self._unverified = {row["graph"] for row in facts.rows(_ASK)}
        self._known: dict[str, bool] = {}

    def weigh(self, finding: Finding) -> Finding:
        """Return a finding with the weight that its least certain node allows."""
        if not self._unverified or not any(self._is_unverified(iri) for iri in finding.evidence):
            return finding
        severity = "medium" if finding.severity == "high" else finding.severity
        return replace(finding, severity=severity, unverified=True)

    def _is_unverified(self, iri: str) -> bool:
        if iri not in self._known:
            graphs: set[NamedNode | BlankNode | DefaultGraph] = {
                quad.graph_name for quad in self._store.quads_for_pattern(NamedNode(iri), None, None, None)
            } - {DefaultGraph(), NamedNode(INFERRED)}
            self._known[iri] = bool(graphs) and graphs <= self._unverified
        return self._known[iri]
