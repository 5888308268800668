"""A report as RDF: a SHACL validation report whose results are findings (SHACL §3, model.md)."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize
from rdflib import URIRef
from rdflib.namespace import DCTERMS, RDF, SH, SKOS, XSD

from api.analysis.accounts import Account, Report
from api.answering.labels import LANGUAGES
from api.vocabulary import ATF, ID, PREFIXES, RUN, SCHEME

_RUN: Final = NamedNode(str(RUN))
# Which of the values is which, where the order matters; the first is the one that is neither.
ORDERED: Final = (ATF.secondValue, ATF.thirdValue)


def finding_iri(finding_id: str) -> str:
    """Return the IRI of a finding."""
    return f"{ID}finding/{finding_id.lower()}"


def to_turtle(report: Report) -> bytes:
    """Return a report in Turtle."""
    written = serialize(report_triples(report), format=RdfFormat.TURTLE, prefixes=PREFIXES)
    assert written is not None
    return written


def report_triples(report: Report) -> Iterator[Triple]:
    """Yield the validation report with its results, which are the findings."""
    yield _triple(_RUN, RDF.type, NamedNode(str(SH.ValidationReport)))
    yield _triple(_RUN, ATF.asOf, _day(report.as_of))
    conforms = "false" if report.accounts else "true"
    yield _triple(_RUN, SH.conforms, Literal(conforms, datatype=NamedNode(str(XSD.boolean))))
    yield from finding_triples(report.accounts, report.as_of)
    for account in report.accounts:
        node = NamedNode(finding_iri(account.id))
        yield _triple(_RUN, SH.result, node)
        yield _triple(node, RDF.type, NamedNode(str(SH.ValidationResult)))
        yield _triple(node, SH.focusNode, account.finding.focus)
        for value in account.finding.values[:1]:
            yield _triple(node, SH.value, value)
        yield _triple(node, SH.sourceShape, NamedNode(account.rule.iri))
        yield _triple(node, SH.sourceConstraint, NamedNode(f"{account.rule.iri}-check"))
        yield _triple(node, SH.sourceConstraintComponent, NamedNode(str(SH.SPARQLConstraintComponent)))
        yield _triple(node, SH.resultSeverity, NamedNode(account.rule.sh_severity))
        for lang, text in account.message.items():
            yield _triple(node, SH.resultMessage, Literal(text, language=lang))


def finding_triples(accounts: Sequence[Account], as_of: date) -> Iterator[Triple]:
    """Yield the findings as ``atf:Finding`` nodes, which is what the graph of findings holds (model.md §3).

    Everything that a finding needs to be told again is there: its sentence, and the order of its values.
    """
    for account in accounts:
        finding = account.finding
        node = NamedNode(finding_iri(account.id))
        yield _triple(node, RDF.type, NamedNode(str(ATF.Finding)))
        yield _triple(node, DCTERMS.identifier, Literal(account.id))
        for lang in LANGUAGES:
            title = f"{account.rule.label.get(lang, account.rule.id)}: {account.focus.label[lang]} ({account.id})"
            yield _triple(node, SKOS.prefLabel, Literal(title, language=lang))
            yield _triple(node, SKOS.note, Literal(account.message[lang], language=lang))
        yield _triple(node, ATF.ofRule, NamedNode(account.rule.iri))
        yield _triple(node, ATF.asOf, _day(as_of))
        yield _triple(node, ATF.severity, Literal(finding.severity))
        yield _triple(node, ATF.findingStatus, NamedNode(f"{SCHEME}finding-status/{finding.status}"))
        if finding.degree:
            yield _triple(node, ATF.degree, Literal(finding.degree))
        yield _triple(node, ATF.focus, finding.focus)
        for value in finding.values:
            yield _triple(node, ATF.value, value)
        # Many values without an order of their own stand in that of their texts.
        if not finding.collapsed and not finding.rule.groups_values:
            for name, value in zip(ORDERED, finding.values[1:], strict=False):
                yield _triple(node, name, value)
        for iri in finding.evidence:
            yield _triple(node, ATF.evidence, NamedNode(iri))
        for iri in finding.waiting_for:
            yield _triple(node, ATF.waitsFor, NamedNode(iri))
        if finding.waiver:
            yield _triple(node, ATF.acceptedBy, NamedNode(finding.waiver.iri))
        if finding.collapsed:
            yield _triple(node, ATF.collapses, Literal("true", datatype=NamedNode(str(XSD.boolean))))


def _triple(subject: NamedNode, predicate: URIRef, value: object) -> Triple:
    return Triple(subject, NamedNode(str(predicate)), value)  # type: ignore[arg-type]


def _day(day: date) -> Literal:
    return Literal(day.isoformat(), datatype=NamedNode(str(XSD.date)))
