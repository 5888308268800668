"""Tables that are the same on the page, in CSV and in a workbook: cells of parts, each a text and perhaps a link."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from api.perspectives.county_map import CountyMap


@dataclass(frozen=True)
class Part:
    """One text of a cell: its address and language, ``kind`` where it is a badge, ``mark`` where it is a remark."""

    text: str
    href: str | None = None
    lang: str | None = None
    kind: str | None = None
    mark: str | None = None


@dataclass(frozen=True)
class Cell:
    """The parts that stand under one another in a cell."""

    parts: tuple[Part, ...] = ()

    @property
    def text(self) -> str:
        """The cell in one line, as CSV and workbook hold it."""
        return "; ".join(part.text for part in self.parts)


@dataclass(frozen=True)
class Column:
    """A column: its name, where the name leads (a dossier, or the table in another order), and how it is sorted."""

    title: str
    href: str | None = None
    lang: str | None = None
    # "ascending" or "descending" where the table is sorted by it; a link alone sorts nothing.
    sort: str | None = None
    # Whether it holds sentences, which want room.
    wide: bool = False


@dataclass(frozen=True)
class Row:
    """A row; its first cell is its header, ``group`` the heading under which it stands, ``mark`` gap or overlap."""

    cells: tuple[Cell, ...]
    group: Part | None = None
    mark: str | None = None


@dataclass(frozen=True)
class Table:
    """A table with what an empty one means."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: str = ""
    # The name of the heading column where rows stand under headings.
    group: str = ""

    @property
    def grouped(self) -> bool:
        """Whether the rows stand under headings."""
        return any(row.group for row in self.rows)

    def header(self) -> list[str]:
        """Return the names of the columns as files hold them: the heading is a column of its own there."""
        return [*([self.group] if self.grouped else []), *(column.title for column in self.columns)]

    def lines(self) -> list[list[str]]:
        """Return the rows as files hold them."""
        return [
            [*([row.group.text if row.group else ""] if self.grouped else []), *(cell.text for cell in row.cells)]
            for row in self.rows
        ]


@dataclass(frozen=True)
class Bar:
    """A bar of a chart: its label, its length (0 to 1), and its value as text."""

    label: str
    length: float
    text: str


@dataclass(frozen=True)
class Mark:
    """What a timeline draws: a label, where it begins and ends (0 to 1), and the row that it stands in."""

    label: str
    start: float
    end: float
    row: int


@dataclass(frozen=True)
class Chart:
    """A picture of a table: bars, marks on an axis with its ticks (text, place), or branches (name, connection)."""

    title: str
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()
    ticks: tuple[tuple[str, float], ...] = ()
    branches: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Section:
    """A part of a perspective: a heading, what to know, perhaps a picture, a table, and the questions it rests on."""

    id: str
    title: str
    table: Table
    notes: tuple[str, ...] = ()
    chart: Chart | None = None
    # The name and address of the question that answers it, for "see the query".
    questions: tuple[tuple[str, str], ...] = ()
    # A map of the counties, where the figures are theirs.
    map: CountyMap | None = None


def unique(parts: Iterable[Part]) -> Cell:
    """Return a cell of parts without repetitions, in their order."""
    return Cell(tuple(dict.fromkeys(parts)))


def chart_of(title: str, values: Sequence[tuple[str, float, str]]) -> Chart:
    """Return a bar chart of labels, values and their texts; the longest bar is the largest value."""
    most = max((value for _, value, _ in values), default=0.0) or 1.0
    return Chart(title, bars=tuple(Bar(label, max(value, 0.0) / most, text) for label, value, text in values))


@dataclass(frozen=True)
class Control:
    """A field of the form above a perspective: a date, a choice, or a hidden value that the form keeps."""

    name: str
    label: str
    value: str
    kind: str = "select"
    choices: Sequence[tuple[str, str]] = field(default_factory=tuple)
    required: bool = False
