"""Spreadsheets made by the tests themselves."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

TITLE = "Planul național de acțiune 2018-2020"
HEADER = ("Nr. crt.", "Activitate", "Indicatori", "Termen", "Responsabili", "Parteneri", "Resurse")
OBJECTIVE = ("Obiectiv specific 1.1 Informarea publicului",)
ROW = (1, "Campanie", "număr de campanii", "anual", "ANITP", "MAE", "Buget ANITP")
Rows = Sequence[Sequence[Any]]


def xlsx(*rows: Sequence[Any], name: str = "Plan", merge: Sequence[str] = (), **more: Rows) -> bytes:
    """A workbook with one sheet, and further sheets by name."""
    book = Workbook()
    sheet = book.active
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    for block in merge:
        sheet.merge_cells(block)
    for title, others in more.items():
        second = book.create_sheet(title)
        for row in others:
            second.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def plan(*rows: Sequence[Any], header: Sequence[str] = HEADER, **more: Any) -> bytes:
    """A plan with the usual title, header and objective in rows 1 to 3; the given rows begin in row 4."""
    return xlsx((TITLE,), header, OBJECTIVE, *rows, **more)


def with_member(data: bytes, name: str, content: bytes) -> bytes:
    """A compressed file with one more member."""
    source, target = io.BytesIO(data), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            new.writestr(member, old.read(member))
        new.writestr(name, content)
    return target.getvalue()


def ods(*rows: Sequence[str], extra: str = "", before: str = "", columns: str = "") -> bytes:
    """An OpenDocument spreadsheet; ``extra`` are rows in XML below the given ones, ``columns`` the elements of columns."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f"<table:table-cell office:value-type='string'><text:p>{text}</text:p></table:table-cell>"
            if text
            else "<table:table-cell/>"
            for text in row
        )
        + "</table:table-row>"
        for row in rows
    )
    names = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text", "style")
    )
    content = f'<?xml version="1.0"?><office:document-content {names}>{before}<office:body><office:spreadsheet><table:table table:name="Plan">{columns}{cells}{extra}</table:table></office:spreadsheet></office:body></office:document-content>'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
    return target.getvalue()
