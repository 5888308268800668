"""A perspective as files: CSV of one table, a workbook of all tables, JSON."""

import csv
import json
from datetime import datetime, time
from io import BytesIO, StringIO
from typing import Any, Final

import xlsxwriter

from api.answering.citations import Citation
from api.errors import ParameterError
from api.perspectives.desk import Desk
from api.perspectives.perspective import Perspective
from api.perspectives.table import Section
from api.web.pages import say, word

# What a cell and the name of a sheet of a workbook hold at most.
_CELL: Final = 32_767
_NAME: Final = 31


def section_of(perspective: Perspective, table: str | None) -> Section:
    """Return the section whose table is asked for, the first where none is; raises ``ParameterError``."""
    for section in perspective.sections:
        if table in {None, section.id}:
            return section
    known = ", ".join(section.id for section in perspective.sections)
    raise ParameterError(f"There is no table '{str(table)[:60]}'.", f"The tables are: {known}.", parameter="table")


def to_csv(perspective: Perspective, table: str | None) -> bytes:
    """Return one table as CSV (RFC 4180, UTF-8): the cells as the page shows them, each in one line."""
    chosen = section_of(perspective, table).table
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(chosen.header())
    writer.writerows(chosen.lines())
    return out.getvalue().encode()


def to_json(perspective: Perspective, desk: Desk, cite: str, permalink: str) -> bytes:
    """Return all tables as JSON with what they rest on."""
    body = {
        "perspective": perspective.name,
        "title": perspective.title,
        "as_of": desk.as_of.isoformat(),
        "dataset": desk.answerer.manifest.sha256,
        "params": desk.values,
        "tables": perspective.public(),
        "notes": [*perspective.notes, *perspective.legend, *caveats(desk)],
        "sources": {iri: citation.public() for iri, citation in desk.sources().items()},
        "queries": {answer.question.id: answer.sparql for answer in desk.answers},
        "cite": cite,
        "permalink": permalink,
    }
    return json.dumps(body, ensure_ascii=False).encode()


def caveats(desk: Desk) -> list[str]:
    """Return what to mind, as the answers say it, each once."""
    return list(dict.fromkeys(say(answer.caveat, desk.lang) for answer in desk.answers))[:3]


def to_xlsx(perspective: Perspective, desk: Desk, cite: str, permalink: str) -> bytes:
    """Return a workbook: a sheet for each table, and one on the day, the dataset, the sources and the queries.

    Every text is a typed text cell, never a formula or a link.
    """
    buffer = BytesIO()
    # No time of day: the same perspective is the same file.
    book = xlsxwriter.Workbook(
        buffer,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"title": perspective.title, "created": datetime.combine(desk.as_of, time())})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for section in perspective.sections:
        sheet = book.add_worksheet(section.id[:_NAME])
        sheet.freeze_panes(1, 1)
        for column, title in enumerate(section.table.header()):
            sheet.write_string(0, column, title, bold)
        for number, line in enumerate(section.table.lines(), 1):
            for column, text in enumerate(line):
                sheet.write_string(number, column, text[:_CELL], bold if column == 0 else wrap)
        sheet.set_column(0, max(len(section.table.header()) - 1, 0), 26)
    _about(book.add_worksheet(word("perspective.about", desk.lang)[:_NAME]), perspective, desk, (cite, permalink), wrap)
    book.close()
    return buffer.getvalue()


def _about(sheet: Any, perspective: Perspective, desk: Desk, named: tuple[str, str], wrap: Any) -> None:
    lang = desk.lang
    lines = [
        (perspective.title, perspective.intro),
        (word("site.as_of", lang), desk.as_of.isoformat()),
        (word("site.version", lang), desk.answerer.manifest.sha256),
        (word("question.cite", lang), named[0]),
        (word("perspective.permalink", lang), named[1]),
    ]
    lines += [
        (word("question.caveat", lang), text) for text in (*perspective.notes, *perspective.legend, *caveats(desk))
    ]
    lines += [(word("question.sources", lang), _cited(iri, one, lang)) for iri, one in desk.sources().items()]
    lines += [(word("question.sparql", lang), answer.sparql) for answer in desk.answers]
    for row, (first, second) in enumerate(lines):
        sheet.write_string(row, 0, first[:_CELL], wrap)
        sheet.write_string(row, 1, second[:_CELL], wrap)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 110)


def _cited(iri: str, citation: Citation, lang: str) -> str:
    return f"{citation.cite.get(lang, iri)} <{iri}>"
