"""Any spreadsheet, told apart by its content and not by its name."""

import io
import zipfile
from pathlib import PurePath
from typing import Final

from api.intake.cells import Sheet, Workbook
from api.intake.delimited import read_delimited
from api.intake.faults import Place, refuse
from api.intake.limits import MAX_FILE, MAX_MEMBERS, MAX_UNPACKED
from api.intake.ods import read_ods
from api.intake.xlsx import read_xlsx

_ZIP: Final = b"PK\x03\x04"
# Compound files: Excel before 2007, and any workbook with a password.
_COMPOUND: Final = b"\xd0\xcf\x11\xe0"
_ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"
# Hidden columns that are named.
_LETTERS: Final = 10
_ENCRYPTED: Final = 0x1
_WORKBOOKS: Final = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})


def read_workbook(data: bytes, name: str) -> Workbook:
    """Read the bytes of a spreadsheet; ``name`` is that of its file.

    Hidden sheets and rows are read like the others, and said. Raises ``UnreadableError`` for what is empty,
    too large, broken or no spreadsheet; the message names the limit.
    """
    if len(data) > MAX_FILE:
        raise refuse("large-file", limit=_mb(MAX_FILE))
    if not data.strip():
        raise refuse("empty")
    if data.startswith(_COMPOUND):
        raise refuse("old-excel")
    if data.startswith(_ZIP):
        book = _read_archive(data)
    elif data.lstrip()[:1] in (b"<", b"{") or data.startswith(b"%PDF"):
        raise refuse("not-a-spreadsheet")
    else:
        book = read_delimited(data, PurePath(name).stem or "csv")
        # Programs save text tables under the names of workbooks; a text without a table is something else.
        if PurePath(name).suffix.lower() in _WORKBOOKS and not _is_table(book):
            raise refuse("not-a-spreadsheet")
    if not any(sheet.rows for sheet in book.sheets):
        raise refuse("empty")
    for sheet in book.sheets:
        if sheet.hidden and sheet.rows:
            book.remarks.notice(Place(sheet.name), "hidden-sheet")
        shown = sorted(sheet.hidden_rows & set(sheet.rows))
        if shown:
            book.remarks.notice(Place(sheet.name, shown[0]), "hidden-rows", rows=_ranges(shown))
        _say_hidden_columns(sheet, book)
    return book


def _say_hidden_columns(sheet: Sheet, book: Workbook) -> None:
    if not sheet.hidden_columns:
        return
    used = sorted({column for row in sheet.rows.values() for column in row})
    shown = [one for one in used if any(first <= one <= last for first, last in sheet.hidden_columns)]
    if shown:
        letters = ", ".join(Place(sheet.name, 1, column).letter for column in shown[:_LETTERS])
        more = ", …" if len(shown) > _LETTERS else ""
        book.remarks.notice(Place(sheet.name, 0, shown[0]), "hidden-columns", columns=f"{letters}{more}")


def _read_archive(data: bytes) -> Workbook:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise refuse("broken", kind="zip", reason=type(error).__name__) from error
    with archive:
        members = archive.infolist()
        unpacked = sum(member.file_size for member in members)
        if len(members) > MAX_MEMBERS:
            raise refuse("many-members", count=f"{len(members):,}", limit=f"{MAX_MEMBERS:,}")
        if unpacked > MAX_UNPACKED:
            raise refuse("zip-bomb", size=_mb(unpacked), limit=_mb(MAX_UNPACKED))
        if any(member.flag_bits & _ENCRYPTED for member in members):
            raise refuse("old-excel")
        names = {member.filename for member in members}
        try:
            kind = archive.read("mimetype") if "mimetype" in names else b""
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise refuse("broken", kind="zip", reason=type(error).__name__) from error
        if kind.startswith(_ODS):
            return read_ods(archive)
        if "xl/workbook.xml" in names:
            return read_xlsx(data, archive)
    raise refuse("not-a-spreadsheet")


def _is_table(book: Workbook) -> bool:
    """Tell whether any row has more than one cell."""
    return any(len(row) > 1 for sheet in book.sheets for row in sheet.rows.values())


def _mb(size: int) -> str:
    return f"{size / 1_000_000:.0f} MB"


def _ranges(rows: list[int]) -> str:
    """Write row numbers with their runs drawn together: ``4-6, 9``."""
    parts: list[list[int]] = []
    for row in rows:
        if parts and row == parts[-1][1] + 1:
            parts[-1][1] = row
        else:
            parts.append([row, row])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)
