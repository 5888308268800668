"""The graph of findings: written by the build as of the default date, read back by the web application."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Triple
from rdflib.namespace import SKOS

from api.analysis.accounts import accounts_of
from api.analysis.check import analyse
from api.analysis.facts import FINDINGS_GRAPH, facts_of_quads
from api.analysis.findings import Finding, Term
from api.analysis.local import LocalStore
from api.analysis.report_rdf import ORDERED, finding_triples
from api.analysis.rules import Rule, RuleSet, load_rules
from api.analysis.waivers import waiver_of
from api.answering.labels import LANGUAGES, chunks
from api.answering.labels import values as values_block
from api.sparql.store import Reader
from api.vocabulary import ATF

_ALL: Final = f"SELECT ?node WHERE {{ GRAPH <{FINDINGS_GRAPH}> {{ ?node a <{ATF.Finding}> }} }} ORDER BY ?node"
_FACTS: Final = "SELECT ?node ?property ?value WHERE { NODES ?node ?property ?value }"
# Nodes in one question: a finding about a document may have a hundred statements.
_CHUNK: Final = 50

# The statements of each node: property -> values.
Facts = Mapping[str, Mapping[str, list[Term]]]


def triples_of(root: Path, quads: Iterable[Quad], as_of: date, today: date) -> list[Triple]:
    """Analyse statements, with what follows from them, by the rules of a checkout, for ``atf build``.

    The quads are those of the dataset without its shapes; all rules run but the integrity rules, which the
    build runs by itself. Returns what ``graph/findings`` holds, in a fixed order.
    """
    facts = facts_of_quads(quads, "", as_of, today)
    analysis = analyse(facts, load_rules(root).choose())
    accounts = asyncio.run(accounts_of(LocalStore(facts.store), analysis.findings, as_of, today))
    return list(finding_triples(accounts, as_of))


async def stored_findings(store: Reader, rules: RuleSet) -> list[Finding]:
    """Read the findings that the build has written, in their order, with the rules that made them."""
    nodes = [row["node"].value for row in (await store.select(_ALL)).rows]
    return await read_findings(store, await _statements(store, nodes), rules)


async def read_findings(store: Reader, facts: Facts, rules: RuleSet, today: date | None = None) -> list[Finding]:
    """Turn the statements of ``atf:Finding`` nodes into findings; the store is asked for their waivers only.

    A waiver that expired since they were written does not count.
    """
    waivers = {
        term.value
        for said in facts.values()
        for term in said.get(str(ATF.acceptedBy), [])
        if isinstance(term, NamedNode)
    }
    known = await _statements(store, waivers)
    found = []
    for said in facts.values():
        rule = rules.by_iri.get(_first(said, ATF.ofRule))
        if rule is not None:
            found.append(_reopened(_finding(said, rule, known), today or date.today()))
    return sorted(found, key=lambda finding: finding.order)


def _reopened(finding: Finding, today: date) -> Finding:
    if finding.waiver and finding.waiver.through < today:
        return replace(finding, waiver=None)
    return finding


async def _statements(store: Reader, nodes: Iterable[str]) -> dict[str, dict[str, list[Term]]]:
    found: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for part in chunks(nodes, _CHUNK):
        for row in (await store.select(_FACTS.replace("NODES", values_block("node", part)))).rows:
            found[row["node"].value][row["property"].value].append(row["value"])
    return found


def statements_of(triples: Iterable[Triple]) -> dict[str, dict[str, list[Term]]]:
    """Sort the statements of ``atf:Finding`` nodes among triples by node and property."""
    found: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, Term):
            found[triple.subject.value][triple.predicate.value].append(triple.object)
    return {node: said for node, said in found.items() if str(ATF.ofRule) in said}


def _first(said: Mapping[str, list[Term]], name: object) -> str:
    return next((term.value for term in said.get(str(name), [])), "")


def _finding(said: Mapping[str, list[Term]], rule: Rule, waivers: Facts) -> Finding:
    rest = [term for name in ORDERED for term in said.get(str(name), [])]
    every = sorted(said.get(str(ATF.value), []), key=lambda term: (term.value, str(term)))
    values = (*(term for term in every if term not in rest), *rest)
    notes = {
        term.language: term.value
        for term in said.get(str(SKOS.note), [])
        if isinstance(term, Literal) and term.language
    }
    waiver = _first(said, ATF.acceptedBy)
    return Finding(
        rule=rule,
        focus=said[str(ATF.focus)][0],
        values=values,
        degree=_first(said, ATF.degree) or None,
        severity=_first(said, ATF.severity),
        evidence=tuple(sorted(term.value for term in said.get(str(ATF.evidence), []))),
        collapsed=bool(_first(said, ATF.collapses)),
        waiting_for=tuple(sorted(term.value for term in said.get(str(ATF.waitsFor), []))),
        waiver=waiver_of(waiver, waivers[waiver]) if waiver in waivers else None,
        message={lang: notes[lang] for lang in LANGUAGES if lang in notes},
    )
