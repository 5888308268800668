"""A plan of the graph as cells again, each where it stood, so that importing the sheet changes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from pyoxigraph import Literal, NamedNode
from rdflib.namespace import DCTERMS, SKOS

from api.intake.folding import words
from api.intake.framework import Body, Framework, document_iri
from api.intake.names import Names
from api.intake.plan_graph import UNTRANSLATED
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
    reader = _Reader(framework, slug)
    measures = reader.measures()
    if not measures:
        return []
    if kind == "report":
        return [_report(reader, measures, lang)]
    by_sheet: dict[str, list[str]] = defaultdict(list)
    for measure in measures:
        by_sheet[reader.cell(measure)[0]].append(measure)
    return [_Writer(reader, sheet, own).grid() for sheet, own in by_sheet.items()]


class _Reader:
    """Looks things of a plan up."""

    def __init__(self, framework: Framework, slug: str) -> None:
        self.framework = framework
        self.document = framework.documents[document_iri(slug)]
        first, last = self.document.first or date.min, self.document.last or date.max
        self.names = Names(framework, first, last)
        self._written: dict[str, str] = {}

    def values(self, subject: str, predicate: object) -> list[NamedNode | Literal]:
        found = self.framework.store.quads_for_pattern(NamedNode(subject), NamedNode(str(predicate)), None, None)
        terms = {quad.object for quad in found if isinstance(quad.object, NamedNode | Literal)}
        return sorted(terms, key=lambda term: term.value)

    def texts(self, subject: str, predicate: object) -> list[str]:
        return [term.value for term in self.values(subject, predicate)]

    def subjects(self, predicate: object, value: str) -> list[str]:
        found = self.framework.store.quads_for_pattern(None, NamedNode(str(predicate)), NamedNode(value), None)
        return sorted({quad.subject.value for quad in found if isinstance(quad.subject, NamedNode)})

    def measures(self) -> list[str]:
        """Return the measures of the plan by sheet and row."""
        kind = NamedNode(str(ATF.Measure))
        found = [
            iri
            for iri in self.subjects(DCTERMS.isPartOf, self.document.iri)
            if kind in self.values(iri, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
        ]
        return sorted(found, key=lambda iri: (*self.cell(iri), iri))

    def cell(self, iri: str) -> tuple[str, int, int]:
        """Return sheet, row and column of what a thing rests on."""
        passage = self.texts(iri, DCTERMS.source)[0]
        sheet, _, place = self.texts(passage, DCTERMS.identifier)[0].rpartition("!")
        letter, row = coordinate_from_string(place)
        return sheet, row, column_index_from_string(letter)

    def label(self, iri: str) -> dict[str, str]:
        """Return the words of a thing that the sheet gave: a label that only names the thing is none."""
        notes = {
            (term.language, term.value) for term in self.values(iri, SKOS.editorialNote) if isinstance(term, Literal)
        }
        found = {}
        for term in self.values(iri, SKOS.prefLabel):
            if (
                isinstance(term, Literal)
                and term.language
                and (term.language, UNTRANSLATED.get(term.language)) not in notes
            ):
                found[term.language] = term.value
        return found

    def written(self, body: Body, lang: str) -> str:
        """Return the shortest name of a body that is read as that body again."""
        if body.iri not in self._written:
            # A sheet takes an acronym for certain only where it is written in capitals.
            names = sorted(
                body.names, key=lambda name: (not name.isupper(), name != body.label.get(lang), len(name), name)
            )
            self._written[body.iri] = next((name for name in names if self._is_read(name, body)), names[0])
        return self._written[body.iri]

    def _is_read(self, name: str, body: Body) -> bool:
        parts = words(name)
        if not parts or any(mark in name for mark in ";\n"):
            return False
        length, bodies = self.names.longest(parts, 0)
        return length == len(parts) and self.names.choose(bodies) == [body]


class _Writer:
    """Puts the measures of one sheet back into their cells."""

    def __init__(self, reader: _Reader, sheet: str, measures: list[str]) -> None:
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


def _report(reader: _Reader, measures: Iterable[str], lang: str) -> Grid:
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


def _label(reader: _Reader, iri: str, lang: str) -> str:
    label = reader.label(iri)
    return label.get(lang) or next(iter(label.values()), "")


def _natural(iri: str) -> tuple[int, str]:
    tail = iri.rsplit("-", 1)[-1]
    return (int(tail) if tail.isdecimal() else 0, iri)
