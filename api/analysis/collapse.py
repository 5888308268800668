"""One finding about the document, where a rule fires on every node of its class in it (rules.md)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode
from rdflib.namespace import RDF

from api.analysis.documents import Documents
from api.analysis.facts import Facts
from api.analysis.findings import Finding, Term
from api.analysis.rules import Rule

# Fewer findings are read one by one.
LEAST: Final = 3
_TYPE: Final = NamedNode(str(RDF.type))


def collapse(facts: Facts, documents: Documents, rule: Rule, findings: Sequence[Finding]) -> list[Finding]:
    """Put the findings of a rule on all valid nodes of one of its classes in a document into one.

    Each class is looked at by itself, and findings of one severity come together: what weighs otherwise is
    told apart. So is a finding that is accepted by a waiver of its own. The values of the new finding are the
    nodes, in the order of their IRIs.
    """
    foci = {finding.focus for finding in findings}
    if not rule.collapses or len(foci) < LEAST:
        return list(findings)
    home: dict[Term, NamedNode] = {}
    for name in rule.classes:
        home = _homes(facts, documents, name, foci) | home
    groups: dict[tuple[NamedNode, str], list[Finding]] = defaultdict(list)
    kept = []
    for finding in findings:
        if finding.waiver is None and finding.focus in home:
            groups[home[finding.focus], finding.severity].append(finding)
        else:
            kept.append(finding)
    for (document, _), group in groups.items():
        if len({finding.focus for finding in group}) < LEAST:
            kept += group
        else:
            kept.append(_one(document, group))
    return kept


def _homes(facts: Facts, documents: Documents, name: str, foci: Set[Term]) -> dict[Term, NamedNode]:
    """Return the document of each focus of a class, where all nodes of that class in the document are foci."""
    members = list(_members(facts, documents, name))
    inside = [node for node in members if node in foci]
    whole = {document for node in inside for document in documents.of(node)}
    for node in members:
        if whole and node not in foci:
            whole -= documents.of(node)
    homes = {node: whole & documents.of(node) for node in inside}
    return {node: min(some, key=str) for node, some in homes.items() if some}


def _members(facts: Facts, documents: Documents, name: str) -> Iterator[Term]:
    """Yield the nodes of a class that are valid on the day, also those that the rule does not object to."""
    for quad in facts.store.quads_for_pattern(None, _TYPE, NamedNode(name), DefaultGraph()):
        node = quad.subject
        if isinstance(node, Term) and node not in documents.not_valid:
            yield node


def _one(document: NamedNode, group: Sequence[Finding]) -> Finding:
    first = group[0]
    return replace(
        first,
        focus=document,
        values=tuple(sorted({finding.focus for finding in group}, key=lambda node: node.value)),
        degree=None,
        variant=first.variant if all(finding.variant == first.variant for finding in group) else {},
        evidence=tuple(sorted({document.value, *(node for finding in group for node in finding.evidence)})),
        collapsed=True,
        unverified=all(finding.unverified for finding in group),
    )
