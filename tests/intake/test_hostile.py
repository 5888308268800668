"""Hostile and broken files: each has its message, and none costs more than the limits."""

import io
import struct
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from api.intake.faults import UnreadableError
from tests.intake.sheets import HEADER, OBJECTIVE, ROW, TITLE, ods, plan, saved, with_member, xlsx

Import = Callable[..., dict[str, Any]]


def lines(found: dict[str, Any], kind: str = "notices") -> list[str]:
    return [one["line"] for one in found[kind]]


def test_a_formula_is_named_and_not_evaluated(importing: Import) -> None:
    found = importing(
        plan((1, "Campanie", "=1+1", "anual", "ANITP"), (2, '=HYPERLINK("http://127.0.0.1")', "n", "anual", "ANITP"))
    )
    assert lines(found, "errors") == [
        'Plan!C4: "=1+1" is a formula, which is not evaluated. Paste the value in its place.',
        'Plan!B5: "=HYPERLINK("http://127.0.0.1")" is a formula, which is not evaluated. Paste the value in its place.',
    ]


def test_200_000_blank_rows_are_accepted(working: Import) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Plan")
    for row in ((TITLE,), HEADER, OBJECTIVE, ROW):
        sheet.append(row)
    for _ in range(200_000):
        sheet.append([])
    sheet.append((2, "Seminar", "n", "anual", "MEN"))
    started = time.monotonic()
    found = working(saved(book))
    assert (lines(found, "errors"), found["proposal"]["counts"]["Measure"]) == ([], 2)
    assert "passage/action-plan-2018-2020-plan-b200005>" in found["turtle"]
    assert time.monotonic() - started < 30


def test_blank_rows_with_a_format_are_blank(importing: Import) -> None:
    book = Workbook()
    sheet = book.active
    for row in ((TITLE,), HEADER, OBJECTIVE, ROW):
        sheet.append(row)
    for number in range(5, 2000):
        sheet.cell(number, 2).fill = PatternFill("solid", fgColor="00FF00")
    assert importing(saved(book))["proposal"]["counts"]["Measure"] == 1


def refused(importing: Import, data: bytes, file: str = "plan.xlsx", **options: Any) -> str:
    with pytest.raises(UnreadableError) as caught:
        importing(data, file, **options)
    assert caught.value.exit_code == 3
    assert caught.value.extra["message_ro"]
    return str(caught.value)


def test_a_zip_bomb_of_400_mb_is_refused_unread(importing: Import) -> None:
    bomb = with_member(plan(ROW), "xl/worksheets/sheet9.xml", bytes(400_000_000))
    assert len(bomb) < 1_000_000
    started = time.monotonic()
    assert (
        refused(importing, bomb)
        == "The file unpacks to 400 MB; the limit is 100 MB. Save the table alone as .xlsx or .csv."
    )
    assert time.monotonic() - started < 2


def test_a_zip_bomb_that_lies_about_its_size_is_refused(importing: Import) -> None:
    bomb = bytearray(with_member(xlsx(("x",)), "xl/sharedStrings.xml", bytes(50_000_000)))
    # The central directory says that the member has one byte.
    place = bomb.rindex(b"PK\x01\x02")
    bomb[place + 24 : place + 28] = struct.pack("<I", 1)
    assert refused(importing, bytes(bomb)).startswith(
        ("The xlsx file is broken", "No header was found", "The zip file is broken")
    )


def test_a_worker_that_needs_too_much_memory_or_time_is_ended(working: Import) -> None:
    message = refused(working, plan(ROW), memory_mb=100)
    assert message == "Reading and checking the file needs more than 100 MiB of memory. Send a part of it."
    message = refused(working, plan(ROW), seconds=0.05)
    assert message == "Reading and checking the file took longer than 0.05 s. Send a part of it."


def test_an_archive_with_too_many_entries_is_refused_by_their_number(importing: Import) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for number in range(6_000):
            file.writestr(f"xl/empty{number}", b"")
    assert refused(importing, target.getvalue()) == (
        "The compressed file has 6,000 entries; the limit is 5,000. Save the table alone as .xlsx or .csv."
    )


def test_macros_are_ignored_and_said(importing: Import) -> None:
    found = importing(with_member(plan(ROW), "xl/vbaProject.bin", b"macro"), "plan.xlsm")
    assert "VBA: The macros of the file are ignored." in lines(found)
    assert found["proposal"]["counts"]["Measure"] == 1


def test_hidden_sheets_and_rows_are_read_and_said(importing: Import) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "Plan"
    for row in (
        (TITLE,),
        HEADER,
        OBJECTIVE,
        ROW,
        (2, "Seminar", "n", "anual", "MEN"),
        (3, "Curs", "n", "anual", "MEN"),
    ):
        sheet.append(row)
    sheet.row_dimensions[5].hidden = sheet.row_dimensions[6].hidden = True
    second = book.create_sheet("Ascuns")
    second.sheet_state = "hidden"
    for row in (HEADER, OBJECTIVE, (4, "Atelier", "n", "anual", "MEN")):
        second.append(row)
    found = importing(saved(book))
    assert found["proposal"]["counts"]["Measure"] == 4
    assert "Ascuns: The sheet is hidden; it is read like the others." in lines(found)
    assert "Plan!5: Hidden rows are read like the others: 5-6." in lines(found)


def test_duplicate_rows_are_read_once_and_said(importing: Import) -> None:
    found = importing(plan(ROW, (2, *ROW[1:]), (3, "Campanie", "altul", "anual", "MEN")))
    assert found["proposal"]["counts"]["Measure"] == 2
    assert "Plan!5: The row repeats row 4 and is read once." in lines(found)
    assert 'Plan!B6: "Campanie" has the words of row 4 and is read as another measure.' in lines(found)


CSV = "Planul național de acțiune 2018-2020;;\nActivitate;Responsabili;Termen\nObiectiv specific 1.1;;\nȘcoli și țări;ANITP, MEN;anual\n"


def test_cp1250_with_semicolons_is_read(importing: Import) -> None:
    # cp1250 has the letters with a cedilla only.
    data = CSV.replace("ș", "ş").replace("ț", "ţ").replace("Ș", "Ş").encode("cp1250")
    found = importing(data, "masuri.csv")
    assert lines(found)[:3] == [
        "masuri: The text is read as cp1250; it is not UTF-8.",
        "masuri: The separator is ;.",
        "masuri: The plan is action-plan-2018-2020, by the title row.",
    ]
    assert "masuri!4: Letters with a cedilla are written with a comma below." in lines(found)
    assert '"Școli și țări"@ro' in found["turtle"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_in_unicode_is_read(importing: Import, encoding: str) -> None:
    found = importing(CSV.encode(encoding), "masuri.csv")
    assert lines(found, "errors") == []
    assert '"Școli și țări"@ro' in found["turtle"]


def test_fields_in_quotation_marks_with_line_ends(importing: Import) -> None:
    text = 'Activitate,Indicatori,Responsabili\nObiectiv specific 1.1,,\n"Campanie, mare","unu\ndoi","ANITP\nMEN"\n'
    found = importing(text.encode(), "masuri.csv", plan="action-plan-2018-2020")
    assert found["proposal"]["counts"] | {"statements": 0} == {
        "Measure": 1,
        "Indicator": 2,
        "Responsibility": 2,
        "Passage": 3,
        "statements": 0,
    }


def test_an_opendocument_sheet_with_blank_repeats_formulas_and_hidden_rows(importing: Import) -> None:
    extra = (
        "<table:table-row table:number-rows-repeated='200000'><table:table-cell table:number-columns-repeated='16000'/></table:table-row>"
        "<table:table-row table:visibility='collapse'><table:table-cell office:value-type='string'><text:p>Seminar</text:p><office:annotation><text:p>o notă</text:p></office:annotation></table:table-cell>"
        "<table:table-cell office:value-type='date' office:date-value='2019-12-31'><text:p>31.12.19</text:p></table:table-cell>"
        "<table:table-cell office:value-type='string'><text:p>MEN,</text:p><text:p>MTS</text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:table-cell office:value-type='string'><text:p>Curs</text:p></table:table-cell><table:table-cell table:formula='of:=1+1' office:value-type='float' office:value='2'><text:p>2</text:p></table:table-cell></table:table-row>"
    )
    found = importing(
        ods((TITLE,), ("Activitate", "Termen", "Responsabili"), OBJECTIVE, ("Campanie", "anual", "ANITP"), extra=extra),
        "plan.ods",
        partial=True,
    )
    assert lines(found, "errors") == [
        'Plan!B200006: "2" is a formula, which is not evaluated. Paste the value in its place.'
    ]
    assert "Plan!200005: Hidden rows are read like the others: 200005." in lines(found)
    assert found["proposal"]["counts"]["Responsibility"] == 3
    assert '"2019-12-31"^^xsd:date' in found["turtle"]
    assert "o notă" not in found["turtle"]


def test_no_header(importing: Import) -> None:
    assert refused(importing, xlsx((TITLE,), ("a", "b"), ("c", "d"))) == (
        "No header was found in any sheet: no row names an activity and one more column of a plan. atf template plan writes an empty one."
    )


def test_a_header_without_rows(importing: Import) -> None:
    assert refused(importing, xlsx((TITLE,), HEADER)) == (
        "No row under the header describes a measure. Write an activity in each row under the header."
    )


def test_a_header_that_comes_again_is_skipped_and_another_one_is_a_fault(importing: Import) -> None:
    again = importing(plan(ROW, HEADER, (2, "Seminar", "n", "anual", "MEN")))
    assert "Plan!A5: The header of row 2 is repeated; the row is skipped." in lines(again)
    assert again["proposal"]["counts"]["Measure"] == 2
    other = importing(plan(ROW, ("Activitate", "Responsabili", "Termen"), ("Seminar", "MEN", "anual")))
    assert (
        lines(other, "errors")[0]
        == "Plan!A5: begins a second header that differs from the one in row 2. Put each table on a sheet of its own."
    )
    twice = importing(xlsx((TITLE,), ("Activitate", "Responsabili", "Măsuri"), OBJECTIVE, ("Campanie", "ANITP", "x")))
    assert lines(twice, "errors") == [
        'Plan!C2: "Măsuri" is the second column for activity; the first is A. Keep one of them, or give the other a heading of its own.'
    ]


@pytest.mark.parametrize(
    ("data", "file", "message"),
    [
        (b"", "plan.xlsx", "The file is empty. Give a file with a header and rows."),
        (b"  \n \n", "plan.csv", "The file is empty. Give a file with a header and rows."),
        (xlsx(()), "plan.xlsx", "The file is empty. Give a file with a header and rows."),
        (b"%PDF-1.7 ...", "plan.xlsx", "The file is not a spreadsheet. Give .xlsx, .ods or .csv."),
        (b"<html><table></table></html>", "plan.xls", "The file is not a spreadsheet. Give .xlsx, .ods or .csv."),
        (b"\x00\x01\x02\x03" * 10, "plan.csv", "The file is not a spreadsheet. Give .xlsx, .ods or .csv."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "plan.xls", "The file is protected by a password or in the Excel format before 2007. Save it as .xlsx without a password."),
        (plan(ROW)[:2000], "plan.xlsx", "The zip file is broken (BadZipFile). Open it and save it again."),
    ],
)  # fmt: skip
def test_what_is_no_spreadsheet(importing: Import, data: bytes, file: str, message: str) -> None:
    assert refused(importing, data, file) == message


def test_an_archive_that_is_no_workbook(importing: Import) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("readme.txt", "hello")
    assert refused(importing, target.getvalue()) == "The file is not a spreadsheet. Give .xlsx, .ods or .csv."


def test_a_workbook_whose_xml_is_broken(importing: Import) -> None:
    source, target = io.BytesIO(plan(ROW)), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.infolist():
            body = old.read(member)
            new.writestr(member, body[: len(body) // 2] if "sheet1" in member.filename else body)
    assert refused(importing, target.getvalue()).startswith("The xlsx file is broken (")


def test_billion_laughs_in_a_sheet_are_refused(working: Import) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{entities}]><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">&l11;</office:document-content>'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("content.xml", bomb)
    assert refused(working, target.getvalue(), "plan.ods").startswith("The ods file is broken (")


def test_too_many_rows(importing: Import) -> None:
    rows = "".join(f"activitatea {number},ANITP\n" for number in range(50_001))
    assert (
        refused(importing, f"Activitate,Responsabili\n{rows}".encode(), "plan.csv")
        == "The file has more than 50,000 rows or 1,000,000 cells with content. "
        "Split the file, and import the parts one by one."
    )


def test_a_cell_that_is_too_long(importing: Import) -> None:
    text = f"Activitate,Responsabili\n{'x' * 40_000},ANITP\n"
    assert refused(importing, text.encode(), "plan.csv") == (
        "The cell plan!A2 holds more than 32767 characters. Shorten the cell, or spread it over several rows."
    )


def test_dates_as_text_and_as_numbers(importing: Import) -> None:
    found = importing(
        plan((1, "Campanie", "n", 43830, "ANITP"), (2, "Seminar", "n", "31.12.2019", "ANITP")), partial=True
    )
    assert lines(found, "errors") == [
        'Plan!D4: "43830" looks like a date stored as a number. Give the cell the format of a date.'
    ]
    assert '"2019-12-31"^^xsd:date' in found["turtle"]


def test_text_that_turtle_must_escape(importing: Import) -> None:
    found = importing(plan((1, 'a "b" \\ <script>', "n", "anual", "ANITP")))
    assert '"a \\"b\\" \\\\ <script>"@ro' in found["turtle"]
