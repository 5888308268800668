"""The rows of monitoring reports as observations, each with its report, its period and its cell."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from api.intake.choice import Plan
from api.intake.concepts import concept
from api.intake.entries import Entry
from api.intake.faults import Place, Remarks
from api.intake.folding import fold
from api.intake.framework import Framework, short_label
from api.intake.periods import Period, written
from api.intake.statements import Statements
from api.intake.terms import ATF, DCTERMS, ELI, RDF
from api.vocabulary import ID, QB, SDMX_ATTRIBUTE, SDMX_DIMENSION, SDMX_MEASURE


class ReportGraph:
    """Writes the entries of reports on one plan."""

    def __init__(self, framework: Framework, plan: Plan, remarks: Remarks) -> None:
        self.framework, self.plan, self.remarks = framework, plan, remarks
        self.out = Statements()

    def write(self, entries: Sequence[Entry]) -> Statements:
        """Return the statements about the entries; of a measure's statuses the one of the last period is its status."""
        for entry in entries:
            self._observation(entry, self._report(entry))
        last: dict[str, Entry] = {}
        for entry in entries:
            before = last.get(entry.measure)
            if entry.status and (before is None or before.period[1] <= entry.period[1]):
                last[entry.measure] = entry
        for measure, entry in last.items():
            self._status(measure, entry)
        return self.out

    def _status(self, measure: str, entry: Entry) -> None:
        assert entry.status
        own = concept("measure-status", entry.status)
        others = {
            row["status"].value
            for row in self.framework.rows(f"SELECT ?status WHERE {{ <{measure}> atf:status ?status }}")
        }
        if others - {own}:
            self.remarks.notice(entry.place, "status-before", entry.status)
        elif not others:
            self.out.add(measure, ATF.status, own)

    def _report(self, entry: Entry) -> str:
        out, plan = self.out, self.plan
        slug = f"{plan.slug}-{_of_period(entry.period)}-{entry.institution.slug}"
        iri = f"{ID}report/{slug}"
        if iri not in out:
            when = written(entry.period)
            out.add(iri, RDF.type, ATF.MonitoringReport)
            out.label(
                iri,
                f"{short_label([entry.institution], 'en')}: report on plan {plan.name}, {when}",
                f"{short_label([entry.institution], 'ro')}: raport privind planul {plan.name}, {when}",
            )
            out.add(iri, ATF.reportsOn, plan.iri)
            out.add(iri, ATF.reportedBy, entry.institution.iri)
            out.add(iri, ATF.validFrom, entry.period[0])
            out.add(iri, ATF.validThrough, entry.period[1])
        if entry.received:
            out.add(iri, ATF.receivedOn, entry.received)
        return iri

    def _observation(self, entry: Entry, report: str) -> None:
        out, name = self.out, self.plan.name
        about = entry.indicator or entry.measure
        slug = f"{about.rsplit('/', 1)[-1]}-{_of_period(entry.period)}-{entry.institution.slug}"
        iri = f"{ID}observation/{slug}"
        when = written(entry.period)
        out.add(iri, RDF.type, str(QB.Observation))
        en, ro = (short_label([entry.institution], lang) for lang in ("en", "ro"))
        out.label(
            iri,
            f"{en}: measure {entry.number} of plan {name}, {when}",
            f"{ro}: măsura {entry.number} din planul {name}, {when}",
        )
        out.add(iri, ATF.observes, about)
        out.add(iri, DCTERMS.source, self._passage(entry.place, report))
        out.text(iri, str(SDMX_DIMENSION.refPeriod), when)
        if entry.value is not None:
            whole = entry.value == entry.value.to_integral()
            out.add(iri, str(SDMX_MEASURE.obsValue), int(entry.value) if whole else Decimal(entry.value))
            if entry.people:
                out.add(iri, str(SDMX_ATTRIBUTE.unitMeasure), concept("unit", "persons"))
        if entry.status:
            out.add(iri, ATF.status, concept("measure-status", entry.status))
        if entry.evidence:
            out.text(iri, ATF.evidenceNote, " ".join(entry.evidence.split()))

    def _passage(self, place: Place, report: str) -> str:
        iri = f"{ID}passage/report-{report.rsplit('/', 1)[-1]}-{_slug(place.sheet)}-{place.letter.lower()}{place.row}"
        out = self.out
        out.add(iri, RDF.type, ATF.Passage)
        out.text(iri, DCTERMS.identifier, str(place))
        out.add(iri, ELI.is_part_of, report)
        out.add(iri, ATF.coverage, concept("coverage", "encoded"))
        out.label(
            iri,
            f"Report on plan {self.plan.name}, sheet {place.sheet}, row {place.row}, column {place.letter}",
            f"Raport privind planul {self.plan.name}, foaia {place.sheet}, rândul {place.row}, coloana {place.letter}",
        )
        return iri


def name_of(plan: Plan, entries: Sequence[Entry]) -> str:
    """Return the name of the file for some entries: the plan, the period, and the institution if it is one."""
    if not entries:
        return f"report-{plan.slug}"
    first, last = min(one.period[0] for one in entries), max(one.period[1] for one in entries)
    bodies = {one.institution.slug for one in entries}
    return "-".join(["report", plan.slug, _of_period((first, last)), *(bodies if len(bodies) == 1 else ())])


def _of_period(period: Period) -> str:
    """Return a period as a part of a slug: its year, its half-year or quarter, else its days."""
    first, last = period
    if first == date(first.year, 1, 1) and last == date(last.year, 12, 31):
        return str(first.year) if first.year == last.year else f"{first.year}-{last.year}"
    for months, letter in ((6, "h"), (3, "q")):
        if (
            first.day == 1
            and (first.month - 1) % months == 0
            and last.month == first.month + months - 1
            and first.year == last.year
        ):
            return f"{first.year}-{letter}{(first.month - 1) // months + 1}"
    return f"{first.isoformat()}-{last.isoformat()}"


def _slug(text: str) -> str:
    return re.sub(r"-+", "-", "-".join(fold(text).split()))
