"""The record of what became of the findings in a version: a block in ``data/reviews/history.ttl``, for review in git.

The file only grows: a version that has a later one is never written again. The newest may be, until its data are
committed. One version is one node, and one change of status one statement of it.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

from rdflib import Graph
from rdflib.namespace import DCTERMS, PROV, RDF, SKOS, VOID, XSD
from rdflib.term import Literal, URIRef

from api.analysis.findings import ACCEPTED, Finding
from api.analysis.history import CLOSED, HISTORY, PROPERTIES, Change, History, history_of_file, order_of
from api.errors import UnavailableError, UsageError
from api.graph.sources import parse_turtle, read_text
from api.graph.terms import graph_of
from api.graph.turtle import canonical
from api.vocabulary import ATF, GRAPH, ID

_GRAPH: Final = URIRef(f"{GRAPH}reviews/history")
_DESCRIPTION: Final = {
    "en": "In which version of the dataset each finding appeared, was accepted, reopened or closed; written by "
    "atf check --record. A finding that a version does not name is as it was in the version before.",
    "ro": "În ce versiune a setului de date a apărut, a fost acceptată, redeschisă sau închisă fiecare constatare; "
    "scris de atf check --record. O constatare pe care o versiune nu o numește este ca în versiunea anterioară.",
}
_VERSION: Final = {"en": "Dataset version {}", "ro": "Versiunea {} a setului de date"}
_ACCEPTANCE: Final = {
    "en": "Acceptance of {} in dataset version {}",
    "ro": "Acceptarea constatării {} în versiunea {} a setului de date",
}


def record(root: Path, name: str, findings: Iterable[Finding], as_of: date, today: date) -> dict[str, int]:
    """Write what is new in a version to the history of a checkout; return how many findings came to each status.

    Raises ``UsageError`` for a name that is no version or has a later one, ``UnavailableError`` where the file
    cannot be written.
    """
    order = _order(name)
    history = asyncio.run(history_of_file(root))
    later = [version.name for version in history.versions if version.order > order]
    if later:
        hint = f"Name a version after {later[-1]}, or record that one again."
        raise UsageError(f"{name} is closed: {later[-1]} has been recorded since.", hint)
    earlier = [version for version in history.versions if version.order < order]
    changes = list(_changes(history, earlier[-1].name if earlier else None, findings))
    path = root / HISTORY
    graph = _without(path, name)
    for term, text in _DESCRIPTION.items():
        graph.add((_GRAPH, DCTERMS.description, Literal(text, lang=term)))
    graph.add((_GRAPH, RDF.type, VOID.Dataset))
    _write(graph, name, changes, as_of, today)
    try:
        path.write_text(canonical(graph), encoding="utf-8")
    except OSError as error:
        raise UnavailableError(f"{HISTORY} cannot be written: {error.strerror}.", "Look at its permissions.") from error
    return dict(Counter(status for _, status, _ in changes))


def _order(name: str) -> tuple[int, ...]:
    try:
        return order_of(name)
    except ValueError as error:
        raise UsageError(f"{name[:60]!r} is no version.", "Write numbers with dots between them: 0.2.0.") from error


def _changes(
    history: History, before: str | None, findings: Iterable[Finding]
) -> Iterable[tuple[str, str, Finding | None]]:
    """Yield id, status and finding of each whose status, or whose acceptance, is not that of the version before."""
    known = history.standing(before)
    standing = {finding.id: finding for finding in findings}
    for finding_id, finding in standing.items():
        last = known.get(finding_id)
        if last is None or last.status != finding.status or _is_renewed(last, finding):
            yield finding_id, finding.status, finding
    for finding_id in known.keys() - standing.keys():
        yield finding_id, CLOSED, None


def _is_renewed(last: Change, finding: Finding) -> bool:
    waiver = finding.waiver
    return waiver is not None and (waiver.author, waiver.through) != (last.author, last.through)


def _without(path: Path, name: str) -> Graph:
    """Return the statements of the file, without those of a version, which are to be written anew."""
    if not path.is_file():
        return graph_of(())
    graph = graph_of(parse_turtle(read_text(path, HISTORY), HISTORY)[0])
    version = _version(name)
    for node in {version, *graph.subjects(ATF.inVersion, version)}:
        graph.remove((node, None, None))
    return graph


def _version(name: str) -> URIRef:
    return URIRef(f"{ID}dataset-version/{name}")


def _write(
    graph: Graph, name: str, changes: Iterable[tuple[str, str, Finding | None]], as_of: date, today: date
) -> None:
    version = _version(name)
    graph.add((version, RDF.type, ATF.DatasetVersion))
    graph.add((version, DCTERMS.identifier, Literal(name)))
    graph.add((version, DCTERMS.created, Literal(today.isoformat(), datatype=XSD.date)))
    graph.add((version, ATF.asOf, Literal(as_of.isoformat(), datatype=XSD.date)))
    for lang, title in _VERSION.items():
        graph.add((version, SKOS.prefLabel, Literal(title.format(name), lang=lang)))
    for finding_id, status, finding in changes:
        if status != ACCEPTED or finding is None or finding.waiver is None:
            graph.add((version, PROPERTIES[status], Literal(finding_id)))
            continue
        node = URIRef(f"{ID}acceptance-record/{name}-{finding_id.lower()}")
        graph.add((node, RDF.type, ATF.AcceptanceRecord))
        graph.add((node, ATF.inVersion, version))
        graph.add((node, ATF.recordsAccepted, Literal(finding_id)))
        graph.add((node, PROV.wasAttributedTo, URIRef(finding.waiver.author)))
        graph.add((node, ATF.validThrough, Literal(finding.waiver.through.isoformat(), datatype=XSD.date)))
        for lang, title in _ACCEPTANCE.items():
            graph.add((node, SKOS.prefLabel, Literal(title.format(finding_id, name), lang=lang)))
