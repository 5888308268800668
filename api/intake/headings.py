"""The header of a table, found in any order and in Romanian or English."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from api.intake.cells import Sheet
from api.intake.faults import Place, Remarks
from api.intake.folding import fold, lookup, vocabulary
from api.intake.persons import is_contact_heading

# Rows of a sheet among which the header is looked for.
_DEPTH: Final = 60
# Columns that are named one by one when they are not read, and characters of each where they are more.
_NAMED: Final = 8
_SHOWN: Final = 30
_MARKS: Final = {"ro": {"ro", "romana"}, "en": {"en", "engleza", "english"}}
_BILINGUAL: Final = ("activity", "indicators")


@dataclass(frozen=True)
class Header:
    """Which column holds what: ``columns`` by name (``activity``, ``activity.en``), and the language of the words."""

    row: int
    last_row: int
    columns: Mapping[str, int]
    language: str
    titles: Mapping[int, str] = field(default_factory=dict)


def find_header(sheet: Sheet, needed: tuple[str, ...], others: tuple[str, ...], remarks: Remarks) -> Header | None:
    """Return the header of a sheet: the first row with a needed and another column; its gaps may be in the next row.

    Columns that are not read, and those about persons, are noted; two columns of one kind are a fault.
    """
    for row in sorted(sheet.rows)[:_DEPTH]:
        kinds = kinds_of(sheet, row)
        names = {base_of(kind) for kind in kinds.values()}
        if names & set(needed) and len(names) > 1 and names & set(others):
            below = kinds_of(sheet, row + 1) if row + 1 in sheet.rows else {}
            more = {
                column: kind for column, kind in below.items() if column not in kinds and base_of(kind) not in names
            }
            deep = bool(more) and len(below) == len(sheet.rows[row + 1])
            return _header(sheet, row, kinds | (more if deep else {}), row + deep, remarks)
    return None


def base_of(kind: str) -> str:
    """Return what a column holds without the mark of its language."""
    return kind.partition(".")[0]


def kinds_of(sheet: Sheet, row: int) -> dict[int, str]:
    """Return the columns of a row that hold a known heading, with what each stands for."""
    found = {}
    for column, cell in sheet.rows.get(row, {}).items():
        kind = kind_of(cell.text)
        if kind is not None:
            found[column] = kind
    return found


def kind_of(text: str) -> str | None:
    """Return what a heading stands for, or ``None``; of a bilingual one the first part counts."""
    known = lookup("heading")
    folded = fold(text)
    base, language = _language_mark(folded)
    for phrase in (folded, base, *(fold(part) for part in text.replace("(", "/").split("/"))):
        kind = known.get(phrase)
        if kind is not None:
            marked = language and phrase == base and kind in _BILINGUAL
            return f"{kind}.{language}" if marked else kind
    return None


def _language_mark(folded: str) -> tuple[str, str | None]:
    head, _, tail = folded.rpartition(" ")
    for language, marks in _MARKS.items():
        if tail in marks:
            return head, language
    return folded, None


def _header(sheet: Sheet, row: int, kinds: Mapping[int, str], last_row: int, remarks: Remarks) -> Header:
    language = _language(sheet, row)
    columns: dict[str, int] = {}
    titles: dict[int, str] = {}
    unread: list[tuple[Place, str]] = []
    for column in sorted({*sheet.rows[row], *sheet.rows.get(last_row, {})}):
        cell = (
            (sheet.at(last_row, column) if column in kinds else None)
            or sheet.at(row, column)
            or sheet.at(last_row, column)
        )
        assert cell is not None
        place = Place(sheet.name, row, column)
        kind = kinds.get(column)
        titles[column] = cell.text
        if kind in _BILINGUAL and kind in columns and _language_of(cell.text) != _language_of(titles[columns[kind]]):
            kind = f"{kind}.{_language_of(cell.text)}"
        if kind == "contact" or is_contact_heading(cell.text):
            remarks.notice(place, "contact-column", cell.text)
        elif kind is None or kind == "ignored":
            unread.append((place, cell.text))
        elif kind in columns:
            first = Place(sheet.name, row, columns[kind]).letter
            remarks.fault(place, "same-heading", cell.text, column=kind, first=first)
        else:
            columns[kind] = column
    _say_unread(unread, remarks)
    for kind in _BILINGUAL:
        # Where both languages are marked, the first of them is the language of the sheet.
        if kind not in columns:
            marked = [name for name in columns if name.startswith(f"{kind}.")]
            if marked:
                own = f"{kind}.{language}" if f"{kind}.{language}" in columns else marked[0]
                columns[kind] = columns.pop(own)
                language = own.rpartition(".")[2]
    return Header(row, last_row, columns, language, titles)


def _say_unread(unread: list[tuple[Place, str]], remarks: Remarks) -> None:
    """Name the columns that are not read: one by one, or together where they are many."""
    if len(unread) <= _NAMED:
        for place, text in unread:
            remarks.notice(place, "column-not-read", text)
        return
    names = ", ".join(f"{place.letter} {text[:_SHOWN]}" for place, text in unread[:_NAMED])
    remarks.notice(unread[0][0], "columns-not-read", count=str(len(unread)), names=names)


def _language(sheet: Sheet, row: int) -> str:
    votes = [_language_of(cell.text) for cell in sheet.rows[row].values() if kind_of(cell.text)]
    return "ro" if votes.count("ro") * 2 >= len(votes) else "en"


def _language_of(text: str) -> str:
    return "ro" if fold(text).startswith(tuple(vocabulary()["language"]["ro"])) else "en"
