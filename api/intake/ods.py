"""OpenDocument spreadsheets (.ods): content.xml in one pass (OpenDocument 1.3 part 3, §9), repeats counted."""

import zipfile
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from xml.parsers import expat

from api.intake.cells import Merged, Sheet, Value, Workbook
from api.intake.faults import Place, refuse
from api.intake.limits import MAX_COLUMN

_SEPARATOR: Final = "}"
# A row or cell with content may be repeated; beyond this it is a filled column, not a table.
_MAX_REPEAT: Final = 1_000


@dataclass
class _State:
    sheet: Sheet | None = None
    row: int = 0
    column: int = 0
    columns: int = 0
    repeat_row: int = 1
    attributes: dict[str, str] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    cells: list[tuple[int, int, Value, bool]] = field(default_factory=list)
    inside: int = 0
    skip: int = 0
    hidden_row: bool = False
    hidden_styles: set[str] = field(default_factory=set)
    style: str = ""


def read_ods(archive: zipfile.ZipFile) -> Workbook:
    """Read a spreadsheet; formulas are not evaluated but marked, blank repeats cost nothing.

    Raises ``UnreadableError`` for a broken file and for one with a password.
    """
    book = Workbook([])
    names = archive.namelist()
    if any(name.startswith("Basic/") for name in names):
        book.remarks.notice(Place("Basic"), "macros")
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    reader = _Reader(book)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.buffer_text = True
    try:
        with archive.open("content.xml") as source:
            parser.ParseFile(source)
    except (expat.ExpatError, KeyError, ValueError, zipfile.BadZipFile, RuntimeError) as error:
        raise refuse("broken", kind="ods", reason=type(error).__name__) from error
    return book


class _Reader:
    """Collects the tables as their elements go by."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.at = _State()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        at = self.at
        name = tag.rpartition(_SEPARATOR)[2]
        known = {key.rpartition(_SEPARATOR)[2]: value for key, value in attributes.items()}
        if name == "style" and known.get("family") == "table":
            at.style = known.get("name", "")
        elif name == "table-properties" and known.get("display") == "false":
            at.hidden_styles.add(at.style)
        elif name == "table" and "table:1.0" in tag:
            at.sheet = Sheet(known.get("name", "Sheet"), hidden=known.get("style-name", "") in at.hidden_styles)
            at.row = at.columns = 0
        elif at.sheet is None:
            return
        elif name in {"table-column", "table-row"}:
            self._begin(name, known, at.sheet)
        elif name in {"table-cell", "covered-table-cell"}:
            at.attributes, at.text, at.inside = known, [], 1
        elif name == "annotation":
            at.skip += 1
        elif name == "p" and at.inside and not at.skip:
            if at.text:
                at.text.append("\n")
        elif name == "line-break" and at.inside:
            at.text.append("\n")
        elif name in {"s", "tab"} and at.inside:
            at.text.append(" " * int(known.get("c", "1")))

    def _begin(self, name: str, known: dict[str, str], sheet: Sheet) -> None:
        at = self.at
        hidden = known.get("visibility") in {"collapse", "filter"}
        if name == "table-column":
            first, at.columns = at.columns + 1, at.columns + int(known.get("number-columns-repeated", "1"))
            if hidden:
                sheet.hidden_columns.append((first, at.columns))
            return
        at.repeat_row = int(known.get("number-rows-repeated", "1"))
        at.row += 1
        at.column, at.cells = 0, []
        at.hidden_row = hidden

    def characters(self, data: str) -> None:
        if self.at.inside and not self.at.skip:
            self.at.text.append(data)

    def end(self, tag: str) -> None:
        at = self.at
        name = tag.rpartition(_SEPARATOR)[2]
        if at.sheet is None:
            return
        if name == "annotation":
            at.skip -= 1
        elif name in {"table-cell", "covered-table-cell"}:
            self._cell(covered=name.startswith("covered"))
        elif name == "table-row":
            self._row(at.sheet)
        elif name == "table" and "table:1.0" in tag:
            self.book.sheets.append(at.sheet)
            at.sheet = None

    def _cell(self, *, covered: bool) -> None:
        at = self.at
        assert at.sheet is not None
        at.inside = 0
        known = at.attributes
        repeat = int(known.get("number-columns-repeated", "1"))
        value = _value(known, "".join(at.text).strip())
        if value is not None and not covered:
            at.cells += [
                (at.column + 1 + place, repeat, value, "formula" in known)
                for place in range(min(repeat, _MAX_REPEAT, MAX_COLUMN))
            ]
        down, right = (int(known.get(f"number-{way}-spanned", "1")) for way in ("rows", "columns"))
        if (down > 1 or right > 1) and not covered:
            row, column = at.row, at.column + 1
            at.sheet.merged.append(Merged(row, column, row + down - 1, column + right - 1))
        at.column += repeat

    def _row(self, sheet: Sheet) -> None:
        at = self.at
        last = at.row + at.repeat_row - 1
        copies = min(at.repeat_row, _MAX_REPEAT) if at.cells else 0
        for row in range(at.row, at.row + copies):
            for column, _, value, formula in at.cells:
                sheet.put(row, column, value, formula=formula)
            if at.hidden_row:
                sheet.hidden_rows.add(row)
        at.row = last


def _value(known: dict[str, str], text: str) -> Value | None:
    kind = known.get("value-type")
    if kind == "date":
        return date.fromisoformat(known["date-value"][:10])
    if kind in {"float", "currency"}:
        return float(known["value"])
    if kind == "percentage":
        return text or float(known["value"])
    return text or None
