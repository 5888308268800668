"""A plan of the graph as cells again, each where it stood, so that importing the sheet changes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from rdflib.namespace import DCTERMS

from api.intake.framework import Framework
from api.intake.plan_reading import PlanReader
from api.intake.sheet_words import COLUMNS, HEADINGS, SHEETS, WORDS, recurrence_word
from api.vocabulary import ATF

_ROLE_COLUMNS: Final = {
    "lead": "responsible",
    "principal": "responsible",
    "coordinator": "responsible",
    "partner": "partners",
}
Cell = tuple[int, int]


@dataclass
class Grid:
    """A sheet to write: its language, its columns by name, and the text of its cells by row and column."""

    name: str
    lang: str
    columns: dict[str, int] = field(default_factory=dict)
    header: int = 1
    cells: dict[Cell, str] = field(default_factory=dict)
    # First row, column and last row of merged cells.
    merged: list[tuple[int, int, int]] = field(default_factory=list)


def grids_of_plan(framework: Framework, slug: str, kind: str, lang: str) -> list[Grid]:
    """Return the sheets of a plan, or those of an empty report on it."""
    reader = PlanReader(framework, slug)
    measures = reader.measures()
    if not measures:
        return []
    if kind == "report":
        return [_report(reader, measures, lang)]
    by_sheet: dict[str, list[str]] = defaultdict(list)
    for measure in measures:
        by_sheet[reader.cell(measure)[0]].append(measure)
    return [_Writer(reader, sheet, own).grid() for sheet, own in by_sheet.items()]


class _Writer:
    """Puts the measures of one sheet back into their cells."""

    def __init__(self, reader: PlanReader, sheet: str, measures: list[str]) -> None:
        self.reader, self.measures = reader, measures
        self.cells: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.columns: dict[str, int] = {}
        self.last_row: dict[str, int] = {}
        self.lang = self._language()
        self.name = sheet

    def _language(self) -> str:
        things = [
            *self.measures,
            *(one for measure in self.measures for one in self.reader.texts(measure, ATF.fundedBy)),
        ]
        languages = [set(self.reader.label(thing)) for thing in things]
        return "en" if {"en"} in languages and {"ro"} not in languages else "ro"

    def grid(self) -> Grid:
        rows = {measure: self.reader.cell(measure)[1] for measure in self.measures}
        for measure in self.measures:
            self._measure(measure, rows[measure])
        first = min(rows.values())
        used = set(self.columns.values())
        for name in self.cells:
            if name not in self.columns:
                self.columns[name] = next(place for place in range(1, 200) if place not in used)
                used.add(self.columns[name])
        both = f"activity.{'en' if self.lang == 'ro' else 'ro'}" in self.columns
        grid = Grid(self.name, self.lang, {}, max(first - 1, 1))
        for name, column in self.columns.items():
            marked = both and name in {"activity", "indicators"}
            grid.columns[f"{name}.{self.lang}" if marked else name] = column
        for name, by_row in self.cells.items():
            for row, texts in by_row.items():
                grid.cells[row, self.columns[name]] = ("\n" if name.startswith("indicators") else "; ").join(
                    dict.fromkeys(texts)
                )
        column = self.columns["activity"]
        grid.merged = [(rows[one], column, last) for one, last in self.last_row.items() if last > rows[one]]
        if grid.header > 1:
            grid.cells[1, 1] = self.reader.document.label.get("ro", self.reader.document.slug)
        return grid

    def _put(self, column: str, row: int, text: str, place: int | None = None) -> None:
        self.cells[column][row].append(text)
        if place is not None:
            self.columns.setdefault(column, place)

    def _measure(self, measure: str, row: int) -> None:
        reader = self.reader
        self.last_row[measure] = row
        self._words("activity", measure, row, reader.cell(measure)[2])
        self._put("number", row, reader.texts(measure, DCTERMS.identifier)[0])
        for objective in reader.texts(measure, ATF.contributesTo):
            self._put("objective", row, reader.texts(objective, DCTERMS.identifier)[0])
        for indicator in sorted(reader.texts(measure, ATF.measuredBy), key=_natural):
            _, at, column = reader.cell(indicator)
            self._words("indicators", indicator, at, column)
            self.last_row[measure] = max(self.last_row[measure], at)
        self._times(measure, row)
        self._money(measure, row)
        for duty in reader.subjects(ATF.concerns, measure):
            self._duty(measure, duty, row)

    def _words(self, column: str, thing: str, row: int, place: int) -> None:
        label = self.reader.label(thing)
        own = label.get(self.lang) or next(iter(label.values()))
        self._put(column, row, own, place)
        for lang, text in label.items():
            if lang != self.lang:
                self._put(f"{column}.{lang}", row, text)

    def _times(self, measure: str, row: int) -> None:
        for text in self.reader.texts(measure, ATF.dueDate):
            self._put("deadline", row, text)
        for text in self.reader.texts(measure, ATF.recurrence):
            self._put("deadline", row, recurrence_word(text.rsplit("/", 1)[-1], self.lang))

    def _money(self, measure: str, row: int) -> None:
        reader = self.reader
        payers = [reader.framework.bodies[iri] for iri in reader.texts(measure, ATF.payer)]
        if payers:
            names = ", ".join(reader.written(body, self.lang) for body in payers)
            self._put("resources", row, f"{WORDS['budget'][self.lang]} {names}")
        for source in reader.texts(measure, ATF.fundedBy):
            label = reader.label(source)
            _, at, column = reader.cell(source)
            self._put(
                "resources", row, label.get(self.lang) or next(iter(label.values())), column if at == row else None
            )
        years = reader.texts(measure, ATF.year)
        for amount in reader.texts(measure, ATF.budgetAmount):
            value = Decimal(amount)
            written = f"{int(value)}" if value == value.to_integral() else f"{value:.2f}"
            currency = reader.texts(measure, ATF.budgetCurrency)[0]
            self._put("resources", row, f"{written} {currency}" + (f" ({', '.join(years)})" if years else ""))

    def _duty(self, measure: str, duty: str, row: int) -> None:
        reader = self.reader
        role = reader.texts(duty, ATF.role)[0].rsplit("/", 1)[-1]
        column = _ROLE_COLUMNS.get(role)
        if column is None or not duty.rsplit("/", 1)[-1].startswith(measure.rsplit("/", 1)[-1]):
            return
        _, at, place = reader.cell(duty)
        text = reader.written(reader.framework.bodies[reader.texts(duty, ATF.holder)[0]], self.lang)
        through = [
            reader.written(reader.framework.bodies[iri], self.lang) for iri in reader.texts(duty, ATF.actsThrough)
        ]
        if through:
            text += f" ({WORDS['through'][self.lang]} {', '.join(through)})"
        if role in {"coordinator", "principal"}:
            text += f" ({WORDS[role][self.lang]})"
        self._put(column, at, text, place)
        self.last_row[measure] = max(self.last_row[measure], at)
        for name, predicate in (("function", ATF.function), ("group", ATF.targetGroup)):
            for concept in reader.texts(duty, predicate):
                written = concept.rsplit("/", 1)[-1]
                if written not in self.cells[name][row]:
                    self._put(name, row, written)


def _report(reader: PlanReader, measures: Iterable[str], lang: str) -> Grid:
    """Return a report with a row for each indicator of each measure, or for the measure where it has none."""
    grid = Grid(
        SHEETS["report"][lang], lang, {name: place for place, name in enumerate(COLUMNS["report"], 1)}, header=2
    )
    grid.cells[1, 1] = (
        f"{HEADINGS['title-report'][lang].split(' (')[0]}: {reader.document.label.get(lang, reader.document.slug)}"
    )
    row = grid.header
    for measure in measures:
        for indicator in sorted(reader.texts(measure, ATF.measuredBy), key=_natural) or [""]:
            row += 1
            texts: Mapping[str, str] = {
                "number": reader.texts(measure, DCTERMS.identifier)[0],
                "activity": _label(reader, measure, lang),
                "indicators": _label(reader, indicator, lang) if indicator else "",
            }
            grid.cells |= {(row, grid.columns[name]): text for name, text in texts.items() if text}
    return grid


def _label(reader: PlanReader, iri: str, lang: str) -> str:
    label = reader.label(iri)
    return label.get(lang) or next(iter(label.values()), "")


def _natural(iri: str) -> tuple[int, str]:
    tail = iri.rsplit("-", 1)[-1]
    return (int(tail) if tail.isdecimal() else 0, iri)
