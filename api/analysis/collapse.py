"""One finding about the document, where a rule fires on every node of its class in it (rules.md)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode
from rdflib.namespace import RDF

from api.analysis.documents import Documents
from api.analysis.facts import Facts
from api.analysis.findings import Finding, Term, weightier
from api.analysis.rules import SEVERITIES, Rule
from api.vocabulary import ATF

# Fewer findings are read one by one.
LEAST: Final = 3
_TYPE: Final = NamedNode(str(RDF.type))
_NOT_VALID: Final = NamedNode(str(ATF.notValidOn))


def collapse(facts: Facts, documents: Documents, rule: Rule, findings: Sequence[Finding]) -> list[Finding]:
    """Put the findings of a rule on all valid nodes of its class in a document into one.

    A finding that is accepted by a waiver of its own stays by itself. The values of the new finding are the
    nodes, in the order of their IRIs.
    """
    foci = {finding.focus for finding in findings}
    if not rule.collapses or len(foci) < LEAST:
        return list(findings)
    whole = {document for focus in foci for document in documents.of(focus)}
    for node in _members(facts, rule):
        if not whole:
            return list(findings)
        if node not in foci:
            whole -= documents.of(node)
    members: dict[NamedNode, list[Finding]] = defaultdict(list)
    kept = []
    for finding in findings:
        homes = whole & documents.of(finding.focus)
        if finding.waiver is None and homes:
            members[min(homes, key=str)].append(finding)
        else:
            kept.append(finding)
    for document, group in members.items():
        if len({finding.focus for finding in group}) < LEAST:
            kept += group
        else:
            kept.append(_one(document, group))
    return kept


def _members(facts: Facts, rule: Rule) -> Iterator[Term]:
    """Yield the nodes of a rule's classes that are valid on the day, also those that it does not object to."""
    here = DefaultGraph()
    for name in rule.classes:
        for quad in facts.store.quads_for_pattern(None, _TYPE, NamedNode(name), here):
            node = quad.subject
            if isinstance(node, Term) and not any(facts.store.quads_for_pattern(node, _NOT_VALID, None, here)):
                yield node


def _one(document: NamedNode, group: Sequence[Finding]) -> Finding:
    first, severity = group[0], group[0].severity
    for finding in group:
        severity = weightier(severity, finding.severity, SEVERITIES)
    return replace(
        first,
        focus=document,
        values=tuple(sorted({finding.focus for finding in group}, key=lambda node: node.value)),
        severity=severity,
        degree=None,
        variant=first.variant if all(finding.variant == first.variant for finding in group) else {},
        evidence=tuple(sorted({document.value, *(node for finding in group for node in finding.evidence)})),
        collapsed=True,
        unverified=all(finding.unverified for finding in group),
    )
