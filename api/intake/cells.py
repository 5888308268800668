"""A spreadsheet as rows of cells, whatever format it came in."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from api.intake.faults import Place, Remarks, refuse
from api.intake.limits import MAX_CELLS, MAX_COLUMN, MAX_ROWS, MAX_TEXT

Value = str | int | float | bool | date


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with content; of a formula only that it is one is known."""

    value: Value
    formula: bool = False

    @property
    def text(self) -> str:
        """The content as text: line ends as they are, numbers without a needless fraction."""
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        return str(self.value).strip()


@dataclass(frozen=True, slots=True)
class Merged:
    """A block of merged cells, its first and last row and column."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Sheet:
    """The cells with content of a sheet, by 1-based row and column."""

    name: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    # First and last column of each block of hidden ones.
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    count: int = 0

    def put(self, row: int, column: int, value: object, *, formula: bool = False) -> None:
        """Add a cell; blank text is no content. Raises ``UnreadableError`` beyond the limits."""
        kept = _plain(value)
        if kept is None or column > MAX_COLUMN:
            return
        if isinstance(kept, str) and len(kept) > MAX_TEXT:
            raise refuse("long-cell", place=str(Place(self.name, row, column)), limit=str(MAX_TEXT))
        self.count += 1
        self.rows.setdefault(row, {})[column] = Cell(kept, formula)
        if self.count > MAX_CELLS or len(self.rows) > MAX_ROWS:
            raise refuse("too-many-rows", rows=f"{MAX_ROWS:,}", cells=f"{MAX_CELLS:,}")

    def at(self, row: int, column: int) -> Cell | None:
        """Return a cell, or ``None`` for a blank one."""
        return self.rows.get(row, {}).get(column)


@dataclass
class Workbook:
    """The sheets of a file in their order, and what was noticed at reading."""

    sheets: list[Sheet]
    remarks: Remarks = field(default_factory=Remarks)


def _plain(value: object) -> Value | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, time):
        return str(value)
    if isinstance(value, str):
        return (value if value.isprintable() else _cleaned(value)).strip() or None
    return value if isinstance(value, int | float | date) else None


def _cleaned(text: str) -> str:
    """Take out characters that no XML may carry, which come from broken exports; a non-breaking space is a space."""
    text = text.replace("\xa0", " ")
    return "".join(char for char in text if char in "\n\t" or char.isprintable())
