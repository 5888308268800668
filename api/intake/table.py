"""A sheet below its header, row by row: merged cells filled, formulas and repeated headers dealt with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from api.intake.cells import Cell, Sheet
from api.intake.faults import Place, Remarks
from api.intake.folding import fold, has_cedilla, vocabulary, with_commas
from api.intake.headings import Header, base_of, kinds_of

# What spreadsheet programs show where a formula failed.
_ERRORS: Final = frozenset(
    {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "Err:502", "Err:508", "Err:509"}
)
# Longer texts than this are no mark for a blank cell.
_MARK: Final = 40


@dataclass(frozen=True)
class Row:
    """A row of a table: its cells by the name of their column, and where each one's content stands."""

    sheet: str
    number: int
    cells: Mapping[str, Cell]
    places: Mapping[str, Place]
    # The columns whose cell belongs to a block merged with the row above.
    continued: frozenset[str]
    # Whether a single cell is all there is in the row; whether it is merged across columns.
    alone: bool
    spans: bool

    def text(self, column: str) -> str:
        """Return the text of a column, empty for a blank cell."""
        cell = self.cells.get(column)
        return cell.text if cell else ""

    def place(self, column: str) -> Place:
        """Return where the content of a column stands."""
        return self.places.get(column, Place(self.sheet, self.number))


class Table:
    """The rows under a header."""

    def __init__(self, sheet: Sheet, header: Header, remarks: Remarks) -> None:
        self.sheet, self.header, self.remarks = sheet, header, remarks
        self._names = {column: name for name, column in header.columns.items()}

    @cached_property
    def _anchors(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Where the content of each merged cell stands, for the columns of the table."""
        found = {}
        last = max(self.sheet.rows, default=0)
        for block in self.sheet.merged:
            for column in range(block.left, min(block.right, max(self._names, default=0)) + 1):
                for row in range(block.top, min(block.bottom, last) + 1):
                    found[row, column] = (block.top, block.left)
        return found

    def rows(self) -> Iterator[Row]:
        """Yield the rows with content below the header; a header that comes again is skipped, and said."""
        said_cedilla = False
        numbers = {number for number in self.sheet.rows if number > self.header.last_row}
        numbers |= {row for row, column in self._anchors if row > self.header.last_row and column in self._names}
        for number in sorted(numbers):
            if self._is_header(number):
                continue
            row = self._row(number)
            if row is None:
                continue
            if not said_cedilla and any(has_cedilla(cell.text) for cell in self.sheet.rows.get(number, {}).values()):
                self.remarks.notice(Place(self.sheet.name, number), "cedilla")
                said_cedilla = True
            yield row

    def _row(self, number: int) -> Row | None:
        cells: dict[str, Cell] = {}
        places: dict[str, Place] = {}
        continued = set()
        own = self.sheet.rows.get(number, {})
        spanning = False
        for column, name in self._names.items():
            top, left = self._anchors.get((number, column), (number, column))
            # A block over several columns is read in its first; over several rows it counts for each.
            if left != column:
                spanning = spanning or (top == number and bool(self.sheet.at(top, left)))
                continue
            cell = self.sheet.at(top, left)
            if cell is None:
                continue
            place = Place(self.sheet.name, top, column)
            if cell.formula:
                self.remarks.fault(place, "formula", cell.text)
                continue
            if cell.text in _ERRORS:
                self.remarks.fault(place, "cell-error", cell.text)
                continue
            if is_blank(cell):
                continue
            cells[name] = Cell(with_commas(cell.value)) if isinstance(cell.value, str) else cell
            places[name] = place
            if top < number:
                continued.add(name)
        fresh = [name for name in cells if name not in continued]
        if not fresh and not (own and not cells):
            return None
        if not cells:
            # What stands outside the table's columns is a heading or a remark only if it is all there is.
            cell = next((own[column] for column in sorted(own) if not own[column].formula), None)
            if cell is None or any(column in self.header.titles for column in own):
                return None
            cells, places, fresh = (
                {"activity": cell},
                {"activity": Place(self.sheet.name, number, min(own))},
                ["activity"],
            )
            spanning = True
        return Row(self.sheet.name, number, cells, places, frozenset(continued), len(fresh) == 1, spanning)

    def _is_header(self, number: int) -> bool:
        kinds = kinds_of(self.sheet, number)
        own = self.sheet.rows.get(number, {})
        names = {base_of(kind) for kind in kinds.values()}
        if len(kinds) < 2 or len(kinds) < len(own) - 1 or not names & {"activity", "number"}:
            return False
        place = Place(self.sheet.name, number, min(kinds))
        if all(fold(cell.text) == fold(self.header.titles.get(column, "")) for column, cell in own.items()):
            self.remarks.notice(place, "header-again", row=str(self.header.row))
        else:
            self.remarks.fault(place, "two-headers", row=str(self.header.row))
        return True


def is_blank(cell: Cell) -> bool:
    """Tell whether a cell only says that it is blank: a dash, "N/A", "nu este cazul"."""
    text = cell.text
    return len(text) <= _MARK and (not text.strip("-–—./ ") or fold(text) in vocabulary()["cell"]["blank"])
