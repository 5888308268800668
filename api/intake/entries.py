"""The rows of a report, matched to the graph."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from api.intake.faults import Place, Remarks
from api.intake.framework import Body
from api.intake.periods import Period


@dataclass
class Entry:
    """One row of a report, matched to the graph."""

    row: int
    measure: str
    number: str
    indicator: str | None
    institution: Body
    period: Period
    place: Place
    value: Decimal | None = None
    status: str | None = None
    evidence: str = ""
    people: bool = False
    received: date | None = None


def each_once(entries: list[Entry], remarks: Remarks) -> list[Entry]:
    """Leave out rows that say the same twice; two that differ on one thing are a fault of the second."""
    first: dict[tuple[object, ...], Entry] = {}
    kept = []
    bad = remarks.bad_rows()
    for entry in entries:
        own = Place(entry.place.sheet, entry.row)
        key = (entry.measure, entry.indicator, entry.institution.iri, entry.period)
        before = entry if (own.sheet, own.row) in bad else first.setdefault(key, entry)
        if before is not entry and (before.value, before.status) == (entry.value, entry.status):
            remarks.notice(own, "duplicate", row=str(before.row))
            continue
        if before is not entry:
            remarks.fault(own, "same-entry", row=str(before.row))
        kept.append(entry)
    return kept
