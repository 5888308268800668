"""Which plan a file is about, for which period, and under which strategy: told, read in a title, or assumed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from api.errors import UsageError
from api.intake.cells import Sheet
from api.intake.faults import Place, Remarks
from api.intake.folding import fold
from api.intake.framework import Document, Framework, document_iri
from api.intake.periods import Period, period_in, read_period, written

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PLAN: Final = "action-plan"


@dataclass(frozen=True)
class Plan:
    """The plan that a file is about; ``known`` is its document in the graph, if there is one."""

    slug: str
    period: Period
    title: str
    known: Document | None
    strategy: Document | None

    @property
    def iri(self) -> str:
        """The IRI of its document."""
        return document_iri(self.slug)

    @property
    def name(self) -> str:
        """How labels call it: its years if these tell it, else its slug."""
        years = written(self.period)
        return years if self.slug == f"{_PLAN}-{years}" else self.slug

    def label(self, lang: str) -> str:
        """Return its name in a language: that of the graph, else of the title row, else one made of its name."""
        if self.known:
            return self.known.label.get(lang, self.slug)
        words = {"en": f"Action plan {self.name}", "ro": f"Planul de acțiune {self.name}"}
        return self.title if self.title and lang == "ro" else words[lang]


def choose_plan(
    framework: Framework,
    sheets: Iterable[tuple[Sheet, int]],
    file: str,
    remarks: Remarks,
    *,
    slug: str | None = None,
    period: str | None = None,
) -> Plan:
    """Return the plan of a file: as the user says, by a title row, or assumed, which is said.

    ``sheets`` are those with a header, and its row. Raises ``UsageError`` for a slug or period that is none.
    """
    asked = _period(period) if period else None
    found = [(sheet, *_title(sheet, row)) for sheet, row in sheets]
    place = Place(found[0][0].name) if found else Place(file)
    title, titled = next(((text, years) for _, text, years in found if years), ("", None))
    named = titled or _named(found, file)
    known = _known(framework, slug) if slug else None
    when = asked or (_of(known) if known else None) or named
    _say_titles(found, titled, when, remarks, told=bool(slug or asked))
    if slug is None and when is not None:
        known = _by_period(framework, when)
        slug = known.slug if known else f"{_PLAN}-{written(when).replace('/', '-')}"
        from_where = "plan-assumed" if asked else "plan-from-title" if titled else "plan-from-name"
        remarks.notice(place, from_where, plan=slug)
    if slug is None:
        slug = f"plan-{_slug_of(PurePath(file).stem)}"
        remarks.notice(place, "plan-assumed", plan=slug)
    if when is None:
        loaded = _loaded(framework)
        if loaded is None or (when := _of(loaded)) is None:
            raise UsageError("The period of the plan is not known.", "Give it: --period 2018-2020.")
        remarks.notice(place, "period-assumed", period=written(when))
    return Plan(slug, when, " ".join(title.split()), known, _strategy(framework, known, when, place, remarks))


def _period(text: str) -> Period:
    found = read_period(text)
    if found is None:
        raise UsageError(f"--period {text[:40]!r} is no period.", "Write --period 2018-2020.")
    return found


def _known(framework: Framework, slug: str) -> Document | None:
    if not _SLUG.fullmatch(slug):
        raise UsageError(
            f"--plan {slug[:60]!r} is no slug.", "Write small letters, digits and hyphens: action-plan-2018-2020."
        )
    return framework.documents.get(document_iri(slug))


def _title(sheet: Sheet, header_row: int) -> tuple[str, Period | None]:
    for row in sorted(sheet.rows):
        if row >= header_row:
            break
        for cell in sheet.rows[row].values():
            if not cell.formula and "plan" in fold(cell.text) and (years := period_in(cell.text)):
                return cell.text, years
    return "", None


def _named(found: list[tuple[Sheet, str, Period | None]], file: str) -> Period | None:
    """Return the years in the name of a sheet or of the file, where it calls itself a plan."""
    for name in (*(sheet.name for sheet, _, _ in found), PurePath(file).stem):
        text = name.replace("_", "-")
        if "plan" in fold(text) and (years := period_in(text)):
            return years
    return None


def _say_titles(
    found: list[tuple[Sheet, str, Period | None]],
    first: Period | None,
    when: Period | None,
    remarks: Remarks,
    *,
    told: bool,
) -> None:
    """Name the sheets whose title is of another plan: where the user said which one is meant it is a notice."""
    for sheet, text, years in found:
        if not years or not when or years == (when if told else first):
            continue
        if told:
            remarks.notice(Place(sheet.name), "title-differs", text, period=written(when))
        else:
            remarks.fault(Place(sheet.name), "other-plan", text, plan=written(when))


def _of(document: Document) -> Period | None:
    return (document.first, document.last) if document.first and document.last else None


def _by_period(framework: Framework, period: Period) -> Document | None:
    plans = (one for one in framework.documents.values() if _PLAN in one.kinds and _of(one) == period)
    return min(plans, key=lambda one: one.iri, default=None)


def _loaded(framework: Framework) -> Document | None:
    """Return the loaded strategy that ends last."""
    documents = {document for document, _ in framework.objectives}
    loaded = [framework.documents[iri] for iri in documents if iri in framework.documents]
    return max(loaded, key=lambda one: (str(one.last or ""), one.iri), default=None)


def _strategy(
    framework: Framework, known: Document | None, period: Period, place: Place, remarks: Remarks
) -> Document | None:
    """Return the strategy whose objectives the plan names: that which it refers to, else the loaded one of its time."""
    for iri in sorted(known.refers if known else ()):
        document = framework.documents.get(iri)
        if document and "strategy" in document.kinds:
            return document
    loaded = _loaded(framework)
    if loaded is None:
        return None
    first, last = loaded.first or period[0], loaded.last or period[1]
    if not (first <= period[1] and period[0] <= last):
        label, nume = (loaded.label.get(lang, loaded.slug) for lang in ("en", "ro"))
        remarks.notice(place, "strategy-assumed", period=written(period), strategy=label, strategy_ro=nume)
    return loaded


def _slug_of(text: str) -> str:
    return "-".join(fold(text).split())[:60].strip("-") or "unnamed"


def objective_of(framework: Framework, plan: Plan, number: str) -> str | None:
    """Return the specific objective of a number in the plan's strategy."""
    return framework.objectives.get((plan.strategy.iri, number)) if plan.strategy else None


def has_objectives(framework: Framework, plan: Plan) -> bool:
    """Tell whether the objectives of the plan's strategy are loaded."""
    strategy = plan.strategy.iri if plan.strategy else None
    return any(document == strategy for document, _ in framework.objectives)
