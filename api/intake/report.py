"""Monitoring reports: per measure and indicator the value, the period, the status and the evidence, by institution."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from api.intake.bodies import read_bodies
from api.intake.cells import Workbook
from api.intake.choice import Plan, choose_plan
from api.intake.concepts import Concepts
from api.intake.deadlines import read_deadline
from api.intake.entries import Entry, each_once
from api.intake.faults import Place, Remarks, refuse
from api.intake.folding import fold, lookup
from api.intake.framework import Body, Framework
from api.intake.names import Names
from api.intake.numbers import read_number
from api.intake.periods import Period, read_period, written
from api.intake.persons import is_personal
from api.intake.proposal import Options, Proposal, counts_of, headers_of
from api.intake.report_graph import ReportGraph, name_of
from api.intake.table import Row, Table

NEEDED: Final = ("activity", "number")
OTHERS: Final = ("value", "status", "period")
# Numbers of measures that a message names.
_NUMBERS: Final = 8
# Fewer people than this can be recognised (rules.md, INT-008).
_FEW: Final = 11
_PEOPLE: Final = (
    "victim", "persoan", "benefici", "copi", "minor", "particip", "femei", "barbat", "person", "child", "women",
    "people",
)  # fmt: skip
_NAME: Final = re.compile(r"Indicator(?:ul)? \d+ ")
_MEASURES: Final = """SELECT ?measure ?number ?label ?indicator ?words WHERE {
  ?measure a atf:Measure ; dcterms:isPartOf <PLAN> ; dcterms:identifier ?number ; skos:prefLabel ?label .
  OPTIONAL { ?measure atf:measuredBy ?indicator . ?indicator skos:prefLabel ?words } }"""


@dataclass
class Known:
    """A measure of the plan: its number, its words and its indicators by their words."""

    iri: str
    number: str
    words: set[str] = field(default_factory=set)
    indicators: dict[str, str] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)


def propose_report(
    framework: Framework, book: Workbook, data: bytes, options: Options, progress: Callable[[str], None]
) -> Proposal:
    """Read a report on a plan of the graph; rows with a fault are left out. Raises what ``propose`` raises."""
    headed = headers_of(book, NEEDED, OTHERS)
    if not headed:
        raise refuse("no-report-header")
    sheets = [(sheet, header.row) for sheet, header in headed]
    plan = choose_plan(framework, sheets, options.file, book.remarks, slug=options.plan)
    progress("matching the rows to the graph")
    reader = _Reader(framework, plan, book.remarks, read_period(options.period) if options.period else None)
    if not reader.measures:
        raise refuse("no-measures", plan=plan.slug)
    entries = [
        entry
        for sheet, header in headed
        for row in Table(sheet, header, book.remarks).rows()
        if (entry := reader.entry(row))
    ]
    entries = each_once(entries, book.remarks)
    if not entries and not book.remarks.faults():
        raise refuse("no-rows")
    bad = book.remarks.bad_rows()
    good = [entry for entry in entries if (entry.place.sheet, entry.row) not in bad]
    out = ReportGraph(framework, plan, book.remarks).write(good)
    counts = counts_of(out)
    periods = [entry.period for entry in good] or [plan.period]
    return Proposal(
        name=name_of(plan, good),
        text=out.take_turtle() if good else b"",
        document=plan.iri,
        label={"en": f"Monitoring report on plan {plan.name}", "ro": f"Raport de monitorizare a planului {plan.name}"},
        loaded=False,
        first=min(first for first, _ in periods),
        last=max(last for _, last in periods),
        sha256=hashlib.sha256(data).hexdigest(),
        counts=counts,
        remarks=book.remarks,
        skipped=len(entries) - len(good),
    )


class _Reader:
    """Matches rows to the measures, indicators and bodies of one plan."""

    def __init__(self, framework: Framework, plan: Plan, remarks: Remarks, period: Period | None) -> None:
        self.plan, self.remarks, self.period = plan, remarks, period
        self.names = Names(framework, *plan.period)
        self.concepts = Concepts(framework)
        self.measures: dict[str, Known] = {}
        for row in framework.rows(_MEASURES.replace("PLAN", plan.iri)):
            iri = row["measure"].value
            known = self.measures.setdefault(iri, Known(iri, row["number"].value))
            known.words.add(fold(row["label"].value))
            if row["indicator"] is not None:
                words = row["words"].value
                known.indicators[fold(words)] = row["indicator"].value
                # The name of an indicator without words in a language helps nobody to find it.
                if not _NAME.match(words):
                    known.shown.add(words)
        self._by_number = {fold(one.number): one for one in self.measures.values()}

    def entry(self, row: Row) -> Entry | None:
        """Return the entry of a row; what does not fit becomes a fault of its cell."""
        measure = self._measure(row)
        institution = self._institution(row)
        period = self._period(row)
        if measure is None or institution is None or period is None:
            return None
        entry = Entry(
            row.number, measure.iri, measure.number, self._indicator(row, measure), institution, period, _first(row)
        )
        text = row.text("value")
        if text:
            entry.value = read_number(text)
            if entry.value is None:
                self.remarks.fault(row.place("value"), "value", text)
            entry.people = fold(row.text("indicators")).find("numar") >= 0 and _counts_people(row.text("indicators"))
            if entry.value is not None and _counts_people(row.text("indicators")) and 0 < entry.value < _FEW:
                self.remarks.fault(row.place("value"), "few-people")
        entry.status = self._status(row)
        if not text and not row.text("status"):
            self.remarks.fault(Place(row.sheet, row.number), "no-value")
        entry.evidence = row.text("evidence")
        if is_personal(entry.evidence):
            self.remarks.fault(row.place("evidence"), "person")
        if "received" in row.cells:
            dates = read_deadline(row.cells["received"], row.place("received"), self.remarks).dates
            entry.received = dates[-1] if dates else None
            if entry.received and entry.received <= period[1]:
                text, end = row.text("received"), period[1].isoformat()
                self.remarks.notice(row.place("received"), "received-early", text, end=end)
        return entry

    def _measure(self, row: Row) -> Known | None:
        number, words = fold(row.text("number")), fold(row.text("activity"))
        found = self._by_number.get(number) if number else None
        found = found or next((one for one in self.measures.values() if words and words in one.words), None)
        if found is None:
            column = "number" if number else "activity"
            known = sorted((one.number for one in self.measures.values()), key=_natural)
            self.remarks.fault(
                row.place(column), "unknown-measure", row.text(column), plan=self.plan.slug,
                numbers=", ".join(known[:_NUMBERS]) + (", …" if len(known) > _NUMBERS else ""),
            )  # fmt: skip
        return found

    def _indicator(self, row: Row, measure: Known) -> str | None:
        text = row.text("indicators")
        if not text:
            only = set(measure.indicators.values())
            return only.pop() if len(only) == 1 and row.text("value") else None
        found = measure.indicators.get(fold(text))
        if found is None:
            self.remarks.fault(row.place("indicators"), "unknown-indicator", text, *sorted(measure.shown)[:3])
        return found

    def _institution(self, row: Row) -> Body | None:
        text = row.text("institution")
        if not text:
            self.remarks.fault(Place(row.sheet, row.number), "no-institution")
            return None
        found = read_bodies(text, self.names, row.place("institution"), self.remarks)
        if len(found) > 1:
            self.remarks.fault(row.place("institution"), "several-institutions", text)
        return found[0].body if len(found) == 1 else None

    def _period(self, row: Row) -> Period | None:
        text = row.text("period")
        found = read_period(text) if text else self.period
        if found is None:
            self.remarks.fault(row.place("period"), "period", text)
        elif not (found[0] <= self.plan.period[1] and self.plan.period[0] <= found[1]):
            self.remarks.notice(row.place("period"), "outside-plan", text, plan=written(self.plan.period))
        return found

    def _status(self, row: Row) -> str | None:
        text = row.text("status")
        if not text:
            return None
        known = lookup("status").get(fold(text))
        if known:
            return known
        found = self.concepts.read(text, "measure-status", row.place("status"), "unknown-status", self.remarks)
        return found[0].rsplit("/", 1)[-1] if found else None


def _natural(number: str) -> tuple[int, str]:
    return (int(number), "") if number.isdecimal() else (1 << 30, number)


def _counts_people(text: str) -> bool:
    return any(word.startswith(_PEOPLE) for word in fold(text).split())


def _first(row: Row) -> Place:
    """Return the cell that an entry rests on: that of its value, else of its status, else the first."""
    for column in ("value", "status"):
        if column in row.cells:
            return row.place(column)
    return next(iter(row.places.values()))
