"""Findings as people and programs read them: with labels, sentences, evidence and remedy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from api.analysis.evidence import Place, places_of
from api.analysis.findings import Finding, Term, Waiver
from api.analysis.local import LocalStore
from api.analysis.lookups import bodies_in, labels_in, places_in
from api.analysis.messages import Teller
from api.analysis.rules import Rule, Text
from api.answering.labels import LANGUAGES, Label, choose, chunks, labels_of
from api.answering.labels import values as values_block
from api.sparql.store import Reader
from api.vocabulary import ATF

_BODIES: Final = f"SELECT DISTINCT ?iri WHERE {{ NODES ?iri a <{ATF.Institution}> }}"


@dataclass(frozen=True)
class Named:
    """A node with its label in both languages; a literal has no IRI."""

    iri: str | None
    label: Text

    def public(self) -> dict[str, Any]:
        """Return the node as JSON."""
        return {"iri": self.iri, "label": dict(self.label)}


@dataclass(frozen=True)
class Account:
    """One finding, told."""

    finding: Finding
    focus: Named
    values: tuple[Named, ...]
    message: Text
    remedy: Text
    evidence: tuple[Place, ...]
    waiting_for: tuple[Named, ...]

    @property
    def id(self) -> str:
        """The stable id of the finding."""
        return self.finding.id

    @property
    def rule(self) -> Rule:
        """The rule that made it."""
        return self.finding.rule

    @property
    def iris(self) -> set[str]:
        """The IRIs that the finding names."""
        return {named.iri for named in (self.focus, *self.values) if named.iri}

    def public(self) -> dict[str, Any]:
        """Return the finding as JSON (architecture.md, route ``/findings``)."""
        finding = self.finding
        return {
            "id": self.id,
            "rule": finding.rule.id,
            "kind": finding.rule.kind,
            "degree": finding.degree,
            "severity": finding.severity,
            "status": finding.status,
            "focus": self.focus.public(),
            "values": [
                value.public() | _literal(term) for value, term in zip(self.values, finding.values, strict=True)
            ],
            "message": dict(self.message),
            "evidence": [place.public() for place in self.evidence],
            "remedy": dict(self.remedy),
            "waits_for": [document.public() for document in self.waiting_for],
            "waiver": _waiver(finding.waiver) if finding.waiver else None,
        }


def _literal(term: Term) -> dict[str, Any]:
    """Return what the JSON of a value says of a literal, which has no IRI."""
    return {"value": term.value, "lang": term.language} if isinstance(term, Literal) else {}


def _waiver(waiver: Waiver) -> dict[str, Any]:
    return {
        "iri": waiver.iri,
        "author": waiver.author,
        "created": waiver.created.isoformat(),
        "through": waiver.through.isoformat(),
        "basis": waiver.basis,
        "reason": dict(waiver.reason),
    }


@dataclass(frozen=True)
class Known:
    """The version of the dataset that a report is limited to, and what it knew that is not in the report (JSON)."""

    version: str
    gone: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Report:
    """The findings of one analysis, told: on which dataset, for which day, and what to know before reading."""

    as_of: date
    dataset: str
    accounts: Sequence[Account]
    notices: tuple[str, ...] = ()
    truncated: bool = False
    known: Known | None = None

    def head(self) -> dict[str, Any]:
        """Return the day, the dataset and the version that it is limited to as JSON."""
        known = {"known": {"version": self.known.version, "gone": self.known.gone}} if self.known else {}
        return {"as_of": self.as_of.isoformat(), "dataset": self.dataset, **known}

    def public(self) -> dict[str, Any]:
        """Return the report as JSON, the same on the command line and on the web (architecture.md)."""
        return {
            **self.head(),
            "findings": [account.public() for account in self.accounts],
            "truncated": self.truncated,
        }


async def accounts_of(store: Reader, findings: Sequence[Finding], as_of: date, today: date) -> list[Account]:
    """Tell findings with what a store knows of their nodes."""
    nodes = {iri for finding in findings for iri in _iris((finding.focus, *finding.values))}
    documents = {iri for finding in findings for iri in finding.waiting_for}
    grounds = {node for finding in findings for node in finding.evidence}
    if isinstance(store, LocalStore):
        graph = store.graph
        labels, places, bodies = labels_in(graph, nodes | documents), places_in(graph, grounds), bodies_in(graph, nodes)
    else:
        labels, places = await labels_of(store, nodes | documents), await places_of(store, grounds)
        bodies = await _bodies(store, nodes)
    teller, named = Teller(labels, bodies, as_of, today), _Names(labels)
    return [
        Account(
            finding=finding,
            focus=named[finding.focus],
            values=tuple(named[value] for value in finding.values),
            message=finding.message or teller.message(finding),
            remedy=teller.remedy(finding),
            evidence=tuple(sorted(place for node in finding.evidence for place in places.get(node, []))),
            waiting_for=tuple(named[NamedNode(iri)] for iri in finding.waiting_for),
        )
        for finding in findings
    ]


async def _bodies(store: Reader, nodes: Iterable[str]) -> set[str]:
    found = set()
    for part in chunks(node for node in nodes if node.startswith(("http://", "https://", "urn:"))):
        rows = (await store.select(_BODIES.replace("NODES", values_block("iri", part)))).rows
        found |= {row["iri"].value for row in rows}
    return found


def _iris(terms: Iterable[Term]) -> set[str]:
    return {term.value for term in terms if isinstance(term, NamedNode)}


class _Names(dict[Term, Named]):
    """Terms with their labels, each made once."""

    def __init__(self, labels: Mapping[str, Label]) -> None:
        super().__init__()
        self._labels = labels

    def __missing__(self, term: Term) -> Named:
        if isinstance(term, NamedNode):
            label = self._labels.get(term.value)
            named = Named(term.value, {lang: choose(label, lang, term.value)[0] for lang in LANGUAGES})
        else:
            named = Named(None, dict.fromkeys(LANGUAGES, term.value))
        self[term] = named
        return named
