"""A plan's rows as measures: activity, indicators, deadline, bodies and money, each with its cell."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from api.intake.bodies import Mention, read_bodies
from api.intake.choice import Plan, has_objectives, objective_of
from api.intake.concepts import Concepts
from api.intake.deadlines import read_deadline
from api.intake.faults import Place, Remarks
from api.intake.folding import fold, fold_line, vocabulary
from api.intake.framework import Framework, short_label
from api.intake.measures import Measure, Text, each_once
from api.intake.names import Names
from api.intake.persons import is_personal
from api.intake.resources import read_resources
from api.intake.table import Row, Table

_OBJECTIVE: Final = re.compile(
    r"(?:(?P<word>obiectiv\w*(?: (?:specific|general|operational)\w*)?|(?:specific |general )?objective|"
    r"o\.?\s?[sg]\.?|[sg]\.?\s?o\.?)"
    r"(?: (?:nr|no)\.?)? ?)?(?P<number>\d{1,2}(?:\.\d{1,2})*)\.?(?=[\s:–—-]|$)"
)
_GRAPH: Final = ("the graph", "graf")
_BULLET: Final = re.compile(r"^\s*(?:[-–—•·*▪]|\(?[a-z0-9]{1,2}[.)])\s+")
_SPLIT: Final = re.compile(r"[\n;]|\s[•▪·]\s")
_SHARED: Final = re.compile(r"(?i)\b(responsabil\w*|responsible\w*|lead|parteneri?|partners?)\s*:")


class PlanReader:
    """Reads the tables of a plan into measures."""

    def __init__(self, framework: Framework, plan: Plan, remarks: Remarks) -> None:
        self.framework, self.plan, self.remarks = framework, plan, remarks
        self.names = Names(framework, *plan.period)
        self.concepts = Concepts(framework)
        self.measures: list[Measure] = []
        self._objective: str | None = None
        # Bodies of which it was said that others succeeded them.
        self._renamed: set[str] = set()

    def read(self, tables: Iterable[Table]) -> list[Measure]:
        """Return the measures of some tables in their order; duplicates are read once."""
        for table in tables:
            self._objective = None
            open_measure: Measure | None = None
            for row in table.rows():
                if self._is_section(row):
                    open_measure = None
                    continue
                open_measure = self._row(row, table, open_measure)
        return each_once(self.measures, self.remarks)

    def _is_section(self, row: Row) -> bool:
        """Deal with a row that is no measure: an objective, a heading, a remark under the table."""
        if not row.alone or "objective" in row.cells:
            return False
        column = "activity" if "activity" in row.cells else next(iter(row.cells))
        text, place = row.text(column), row.place(column)
        folded = fold_line(text)
        found = _OBJECTIVE.match(folded)
        # A number alone begins an objective only where it has the two parts of one.
        if found and (found["word"] or found["number"].count(".") == 1):
            self._set_objective(found["number"], text, place, general=_is_general(found))
            return True
        known = vocabulary()["row"]
        if folded.startswith(tuple(known["foot"])):
            self.remarks.notice(place, "foot", text)
        elif row.spans or column != "activity" or folded.startswith(tuple(known["heading"])):
            self.remarks.notice(place, "heading", text)
        else:
            return False
        return True

    def _set_objective(self, number: str, text: str, place: Place, *, general: bool) -> None:
        self._objective = None
        strategy = self.plan.strategy
        label, nume = (strategy.label.get(lang, strategy.slug) for lang in ("en", "ro")) if strategy else _GRAPH
        if general or (strategy and (strategy.iri, number) in self.framework.general):
            if (
                strategy
                and has_objectives(self.framework, self.plan)
                and (strategy.iri, number) not in self.framework.general
            ):
                self.remarks.fault(place, "unknown-objective", text, number=number, strategy=label, strategy_ro=nume)
            return
        self._objective = objective_of(self.framework, self.plan, number)
        if self._objective is None:
            key = "unknown-objective" if has_objectives(self.framework, self.plan) else "strategy-not-loaded"
            numbers = [one for document, one in self.framework.objectives if strategy and document == strategy.iri]
            near = [one for one in sorted(numbers) if one.split(".")[0] == number.split(".", maxsplit=1)[0]]
            self.remarks.fault(place, key, text, *near, number=number, strategy=label, strategy_ro=nume)

    def _row(self, row: Row, table: Table, open_measure: Measure | None) -> Measure | None:
        if "objective" in row.cells and "objective" not in row.continued:
            text = row.text("objective")
            found = _OBJECTIVE.match(fold_line(text))
            number = found["number"] if found else text[:20]
            self._set_objective(number, text, row.place("objective"), general=_is_general(found))
        if "activity" not in row.cells:
            if row.continued or not {"responsible", "partners", "shared", "deadline", "indicators"} & set(row.cells):
                return open_measure
            # Of a formula in its place it was told already.
            place = Place(row.sheet, row.number, table.header.columns["activity"])
            if not self.remarks.is_faulty(place):
                self.remarks.fault(place, "no-activity")
            return None
        if "activity" in row.continued and open_measure:
            measure = open_measure
        else:
            activity = self._text(row, table, "activity")
            measure = Measure(row.number, activity, row.text("number"), self._objective, language=table.header.language)
            if is_personal(row.text("activity")):
                self.remarks.fault(row.place("activity"), "person")
            self.measures.append(measure)
        measure.rows.add((row.sheet, row.number))
        self._fill(measure, row, table)
        return measure

    def _text(self, row: Row, table: Table, column: str) -> Text:
        own = table.header.language
        found = {own: " ".join(row.text(column).split())}
        for lang in ("en", "ro"):
            if lang != own and row.text(f"{column}.{lang}"):
                found[lang] = " ".join(row.text(f"{column}.{lang}").split())
        return Text(found, row.place(column))

    def _fill(self, measure: Measure, row: Row, table: Table) -> None:
        fresh = measure.row == row.number

        def cell(column: str) -> bool:
            return column in row.cells and (fresh or column not in row.continued)

        for column, side in (("responsible", measure.responsible), ("partners", measure.partners)):
            if cell(column):
                self._bodies(row.text(column), row.place(column), side)
        if cell("shared"):
            self._shared(measure, row)
        if cell("indicators"):
            measure.indicators += self._indicators(row, table)
        if cell("deadline"):
            place = row.place("deadline")
            found = read_deadline(row.cells["deadline"], place, self.remarks)
            measure.deadline.dates = sorted({*measure.deadline.dates, *found.dates})
            measure.deadline.recurrences += [
                one for one in found.recurrences if one not in measure.deadline.recurrences
            ]
            self._check_end(found.dates, place, row.text("deadline"))
        if cell("resources"):
            place = row.place("resources")
            money = read_resources(row.text("resources"), self.names, place, self.remarks)
            measure.resources.payers += [body for body in money.payers if body not in measure.resources.payers]
            measure.resources.amounts += money.amounts
            measure.resources.years += money.years
            for source in money.sources:
                measure.sources.setdefault(" ".join(source.split()), place)
        for column, concepts, scheme in (
            ("function", measure.functions, "function"),
            ("group", measure.groups, "target-group"),
        ):
            if cell(column):
                key = f"unknown-{column}"
                concepts.extend(self.concepts.read(row.text(column), scheme, row.place(column), key, self.remarks))

    def _bodies(self, text: str, place: Place, side: list[tuple[Mention, Place]]) -> None:
        for mention in read_bodies(text, self.names, place, self.remarks):
            if all(mention.body != other.body for other, _ in side):
                side.append((mention, place))
            today = self.framework.today(mention.body)
            if today and mention.body.iri not in self._renamed:
                self._renamed.add(mention.body.iri)
                names = {"body": short_label([mention.body], "en"), "successor": short_label(today, "en")}
                names |= {"body_ro": short_label([mention.body], "ro"), "successor_ro": short_label(today, "ro")}
                self.remarks.notice(place, "successor", "", **names)

    def _shared(self, measure: Measure, row: Row) -> None:
        """Read a column for responsible bodies and partners: by the words before a colon, else by its lines."""
        text, place = row.text("shared"), row.place("shared")
        parts = _SHARED.split(text)
        if len(parts) > 1:
            if parts[0].strip():
                self._bodies(parts[0], place, measure.responsible)
            for word, names in zip(parts[1::2], parts[2::2], strict=True):
                is_partner = fold(word).startswith("part")
                self._bodies(names, place, measure.partners if is_partner else measure.responsible)
            return
        first, _, rest = text.partition("\n")
        self._bodies(first, place, measure.responsible)
        if rest.strip():
            self._bodies(rest, place, measure.partners)
        self.remarks.notice(Place(row.sheet, 0, place.column), "shared-column", "")

    def _indicators(self, row: Row, table: Table) -> list[Text]:
        place, own = row.place("indicators"), table.header.language
        if is_personal(row.text("indicators")):
            self.remarks.fault(place, "person")
            return []
        texts = {own: _items(row.text("indicators"))}
        for lang in ("en", "ro"):
            other = _items(row.text(f"indicators.{lang}"))
            if lang != own and len(other) == len(texts[own]):
                texts[lang] = other
        return [
            Text({lang: items[place_of] for lang, items in texts.items()}, place) for place_of in range(len(texts[own]))
        ]

    def _check_end(self, dates: Sequence[date], place: Place, text: str) -> None:
        end = self.plan.period[1]
        if any(day > end for day in dates):
            self.remarks.notice(place, "outside-period", text, end=end.isoformat())


def _is_general(found: re.Match[str] | None) -> bool:
    word = (found and found["word"]) or ""
    return "general" in word or re.sub(r"[.\s]", "", word) in {"og", "go"}


def _items(text: str) -> list[str]:
    return [item for part in _SPLIT.split(text) if (item := " ".join(_BULLET.sub("", part).strip(" ,.").split()))]
