"""Excel workbooks (.xlsx, .xlsm): values by openpyxl, row by row; what its stream leaves out by expat."""

import io
import warnings
import zipfile
from collections.abc import Iterable
from typing import Any, Final
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from api.intake.cells import Merged, Sheet, Workbook
from api.intake.faults import Place, UnreadableError, refuse

# What openpyxl raises at a workbook whose parts do not fit together; it documents none of them.
_BROKEN: Final = (
    InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, zipfile.BadZipFile, EOFError,
    SyntaxError, OSError, expat.ExpatError,
)  # fmt: skip
_NAMESPACE: Final = "}"


def read_xlsx(data: bytes, archive: zipfile.ZipFile) -> Workbook:
    """Read a workbook; macros are ignored and formulas not evaluated, and both are said.

    Raises ``UnreadableError`` for a broken workbook and for one with a password.
    """
    try:
        with warnings.catch_warnings():
            # openpyxl warns of what it drops: styles, extensions, drawings. None of it is content.
            warnings.simplefilter("ignore")
            return _read(data, archive)
    except UnreadableError:
        raise
    except _BROKEN as error:
        raise refuse("broken", kind="xlsx", reason=f"{type(error).__name__}") from error


def _read(data: bytes, archive: zipfile.ZipFile) -> Workbook:
    found = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    book = Workbook([])
    if any(name.endswith("vbaProject.bin") for name in archive.namelist()):
        book.remarks.notice(Place("VBA"), "macros")
    try:
        for source in found.worksheets:
            sheet = Sheet(source.title, hidden=source.sheet_state != "visible")
            _look(archive, getattr(source, "_worksheet_path", ""), sheet)
            _fill(sheet, source.iter_rows())
            book.sheets.append(sheet)
    finally:
        found.close()
    return book


def _fill(sheet: Sheet, rows: Iterable[Iterable[Any]]) -> None:
    for row in rows:
        for cell in row:
            if cell.value is not None:
                formula = cell.data_type == "f"
                sheet.put(cell.row, cell.column, str(cell.value) if formula else cell.value, formula=formula)


def _look(archive: zipfile.ZipFile, path: str, sheet: Sheet) -> None:
    """Find the hidden rows and columns and the merged cells of a sheet in one pass over its XML."""
    number = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal number
        name = tag.rpartition(_NAMESPACE)[2]
        if name == "row":
            number = int(attributes.get("r", number + 1))
            if attributes.get("hidden") in {"1", "true"}:
                sheet.hidden_rows.add(number)
        elif name == "col":
            if attributes.get("hidden") in {"1", "true"}:
                sheet.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))
        elif name == "mergeCell":
            left, top, right, bottom = range_boundaries(attributes["ref"])
            if left is not None and top is not None and right is not None and bottom is not None:
                sheet.merged.append(Merged(top, left, bottom, right))

    parser = expat.ParserCreate(namespace_separator=_NAMESPACE)
    parser.StartElementHandler = start
    if path and path in archive.namelist():
        with archive.open(path) as source:
            parser.ParseFile(source)
