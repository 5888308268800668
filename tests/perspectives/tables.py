"""Tables as a reader finds them: in a page, in CSV, and in a workbook."""

import csv
from html.parser import HTMLParser
from io import BytesIO, StringIO

from openpyxl import load_workbook

VOID = frozenset({"br", "img", "input", "link", "meta", "hr"})


class _Reader(HTMLParser):
    """Reads the table of one section: header, rows, and the heading above each row."""

    def __init__(self, section: str) -> None:
        super().__init__()
        self.section = section
        self.depth = 0
        self.rows: list[list[str]] = []
        self.heading: str | None = None
        self.cell: list[str] | None = None
        self.row: list[str] | None = None
        self.is_heading = False
        self.hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "section" and given.get("id") == self.section:
            self.depth = 1
        elif tag == "section" and self.depth:
            self.depth += 1
        if not self.depth:
            return
        if tag == "tr":
            self.row = []
            self.is_heading = (given.get("class") or "") == "heading"
        elif tag in {"th", "td"} and self.row is not None:
            self.cell = [""]
        elif tag == "div" and self.cell is not None and given.get("class") == "line":
            self.cell.append("")
        elif given.get("aria-hidden"):
            self.hidden = True

    def handle_endtag(self, tag: str) -> None:
        if not self.depth:
            return
        if tag == "section":
            self.depth -= 1
        elif tag in {"th", "td"} and self.cell is not None and self.row is not None:
            self.row.append("; ".join(" ".join(text.split()) for text in self.cell if text.strip()))
            self.cell = None
        elif tag == "tr" and self.row is not None:
            if self.is_heading:
                self.heading = self.row[0]
            else:
                first = [self.heading] if self.heading is not None else []
                self.rows.append([*first, *self.row])
            self.row = None
        elif tag == "span":
            self.hidden = False

    def handle_data(self, data: str) -> None:
        if self.cell is not None and not self.hidden:
            self.cell[-1] += data


def in_page(page: str, section: str) -> list[list[str]]:
    """Return the table of a section of a page; a heading above rows is their first cell, as in a file."""
    reader = _Reader(section)
    reader.feed(page)
    header, *rows = reader.rows
    return [header, *rows] if not rows or len(rows[0]) == len(header) else [["", *header], *rows]


def in_csv(text: str) -> list[list[str]]:
    """Return the lines of a CSV file."""
    return list(csv.reader(StringIO(text)))


def in_workbook(body: bytes, sheet: str) -> list[list[str]]:
    """Return the lines of a sheet of a workbook, an empty cell as an empty text."""
    book = load_workbook(BytesIO(body), read_only=True)
    rows = [
        [str(value) if value is not None else "" for value in row] for row in book[sheet].iter_rows(values_only=True)
    ]
    width = max(len(row) for row in rows)
    return [row + [""] * (width - len(row)) for row in rows]


def cell(rows: list[list[str]], row: str, column: str) -> str:
    """Return the cell of a row that is called so, in the column whose name begins so."""
    header = rows[0]
    place = next(number for number, name in enumerate(header) if name.startswith(column))
    own = 1 if header[0] == "Family" else 0
    [found] = [line for line in rows[1:] if line[own] == row]
    return found[place]
