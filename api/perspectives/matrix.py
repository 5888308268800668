"""The responsibility matrix: who does what, for whom, with gaps and overlaps said in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.answering.answers import Answer
from api.answering.answers import Cell as Found
from api.errors import ParameterError
from api.perspectives.axes import AXES, Axis, Name, axis_of
from api.perspectives.desk import Desk, term
from api.perspectives.duty import Duty, duties_in
from api.perspectives.perspective import Perspective
from api.perspectives.standing_out import Remarks, remarks_on
from api.perspectives.table import Cell, Column, Control, Part, Row, Section, Table, unique
from api.web.pages import word

QUESTION: Final = "responsibility-matrix"
_DEFAULT: Final = {"rows": "function", "columns": "institution"}
_FILTERS: Final = ("family", "target-group", "ministry")


async def build_matrix(desk: Desk) -> Perspective:
    """Return the matrix of two of: function, institution, target group, role, objective.

    A cell holds a line for each duty, which leads to the duty: what the axes do not say, that is mostly the
    role and the people it is for. Raises ``ParameterError`` for an axis that there is not.
    """
    kinds = _axes(desk)
    chosen = await desk.ask(QUESTION, **{name.replace("-", "_"): desk.values.get(name) for name in _FILTERS})
    # Whether a function is held at all is asked of everybody, and for everybody.
    narrowed = any(desk.values.get(name) for name in ("target-group", "ministry"))
    every = await desk.ask(QUESTION, family=desk.values.get("family")) if narrowed else chosen
    duties = await duties_in(desk, chosen, objectives="objective" in kinds)
    if "institution" not in kinds:
        # The line of the holder says through whom; that of the agent would repeat it.
        duties = [duty for duty in duties if duty.how != "for-another"]
    remarks = await remarks_on(desk, chosen, every)
    if "objective" in kinds:
        remarks.objectives, remarks.needing = await _objectives(desk)
    rows, columns = (axis_of(desk, kind, duties, (chosen, every), remarks) for kind in kinds)
    table = _Grid(desk, rows, columns, remarks).table(duties)
    legend = [word(f"matrix.legend_{name}", desk.lang) for name in ("cell", "gap", "overlap")]
    notes = [word("matrix.legend_objective", desk.lang)] if "objective" in kinds else []
    questions = dict.fromkeys(desk.question_link(answer) for answer in (chosen, *remarks.answers))
    sections = [Section("matrix", word("matrix.title", desk.lang), table, questions=tuple(questions))]
    if "institution" in kinds and not any(desk.values.get(name) for name in _FILTERS):
        sections.append(await _unassigned(desk))
    return Perspective(
        "matrix",
        word("matrix.title", desk.lang),
        word("matrix.intro", desk.lang),
        sections,
        [*_choices(desk, *kinds), *await desk.controls(QUESTION, [*_FILTERS, "as-of"])],
        notes,
        legend,
        [Part(word("perspective.all_findings", desk.lang), f"/{desk.lang}/findings?kind=gap,overlap")],
        # A ministry answers for its own duties only: the gaps of the whole are not its own.
        facts=() if desk.values.get("ministry") else remarks.facts(desk),
    )


def _axes(desk: Desk) -> tuple[str, str]:
    rows, columns = (desk.values.get(name) or default for name, default in _DEFAULT.items())
    for name, value in (("rows", rows), ("columns", columns)):
        if value not in AXES:
            raise ParameterError(
                f"There is no axis '{value[:40]}'.", f"It is one of: {', '.join(AXES)}.", parameter=name
            )
    if rows == columns:
        raise ParameterError("Rows and columns are the same.", "Choose two different axes.", parameter="columns")
    return rows, columns


def _choices(desk: Desk, rows: str, columns: str) -> list[Control]:
    choices = [(axis, word(f"matrix.{axis.replace('-', '_')}", desk.lang)) for axis in AXES]
    return [
        Control("rows", word("matrix.rows", desk.lang), rows, "select", choices, True),
        Control("columns", word("matrix.columns", desk.lang), columns, "select", choices, True),
    ]


async def _objectives(desk: Desk) -> tuple[dict[str, str], set[str]]:
    """Return every objective as the document numbers it, and those of which the needs are recorded."""
    answer, needs = await desk.ask("owners-of-objectives"), await desk.ask("who-holds-what-an-objective-needs")
    named = {}
    for row in answer.rows:
        number = f"{row['identifier'].label} " if "identifier" in row else ""
        named[term(row, "objective") or ""] = number + row["objective"].label
    return named, {term(row, "objective") or "" for row in needs.rows}


@dataclass(frozen=True)
class _Grid:
    """The two axes with the remarks on what stands in them."""

    desk: Desk
    rows: Axis
    columns: Axis
    remarks: Remarks

    def table(self, duties: Sequence[Duty]) -> Table:
        """Return the table: headers, a column of remarks on the row, and a cell for each pair."""
        desk, kind = self.desk, self.rows.kind
        marked = kind in {"function", "target-group", "objective"}
        titles = [Column(word(f"matrix.{kind.replace('-', '_')}", desk.lang))]
        titles += [Column(word("matrix.stands_out", desk.lang))] if marked else []
        titles += [Column(name.text, name.href, name.lang) for name in self.columns.names]
        made = []
        for name in self.rows.names:
            own = [duty for duty in duties if name.key in duty.keys(kind)]
            said = self.remarks.of_row(desk, kind, name.key, held=bool(own)) if marked else []
            cells = [Cell((Part(name.text, name.href, name.lang),))]
            cells += [Cell(tuple(said))] if marked else []
            cells += [self._cell(name, column, own) for column in self.columns.names]
            mark = next((part.mark for part in said if part.mark in {"gap", "overlap"}), None)
            made.append(Row(tuple(cells), name.group, mark))
        return Table(tuple(titles), tuple(made), word("matrix.empty", desk.lang), word("matrix.family", desk.lang))

    def _cell(self, row: Name, column: Name, own: Sequence[Duty]) -> Cell:
        """Return a line for each duty of a pair, or that nobody is named in a pair that must be covered."""
        kinds = {self.rows.kind, self.columns.kind}
        lines = []
        for duty in own:
            if column.key in duty.keys(self.columns.kind):
                lines.append(Part(duty.line(self.desk, kinds), self.desk.page(duty.iri)))
                lines += self.remarks.of_cell(self.desk, duty)
        if not lines and kinds == {"function", "target-group"}:
            pair = {self.rows.kind: row.key, self.columns.kind: column.key}
            lines += self.remarks.of_pair(self.desk, pair["function"], pair["target-group"])
        return unique(lines)


async def _unassigned(desk: Desk) -> Section:
    """Return the bodies that the text names as responsible or partner and gives no duty."""
    answer: Answer = await desk.ask("who-is-named-without-a-duty")
    listed = ("/responsible", "/partner")
    rows: list[Mapping[str, Found]] = [row for row in answer.rows if (term(row, "namedAs") or "").endswith(listed)]
    links = {"institution": "dossier/{slug}"}
    table = desk.table(
        answer,
        ["institution", "namedAs", "listing", "dutiesOfUnits", "source", "kind"],
        rows=rows,
        links=links,
        plain=["dutiesOfUnits"],
    )
    title = word("matrix.unassigned", desk.lang)
    return Section("without-duty", title, table, questions=(desk.question_link(answer),))
