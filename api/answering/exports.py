"""Answers as files: a workbook for people, and the DAWG result-set vocabulary for machines."""

from datetime import datetime, time
from io import BytesIO
from typing import Any, Final

import xlsxwriter
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from api.answering.answers import Answer
from api.answering.question import Term

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# https://www.w3.org/2001/sw/DataAccess/tests/result-set.n3
_RS: Final = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_TYPE: Final = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS: Final = frozenset(_XSD + name for name in ("integer", "decimal", "double", "float", "int", "long"))
# fmt: off
_NAMES: Final = {
    "en": ("Question", "Parameter", "As of", "Dataset", "Mind", "An empty answer means", "Column", "Source",
           "Words"),
    "ro": ("Întrebare", "Parametru", "La data", "Set de date", "Atenție", "Un răspuns gol înseamnă",
           "Coloană", "Sursă", "Cuvinte"),
}
# fmt: on
# What a cell of a workbook holds at most.
_CELL: Final = 32_767


def to_turtle(answer: Answer) -> bytes:
    """Return an answer in the DAWG result-set vocabulary, its order in ``rs:index``."""
    table = BlankNode("result")
    triples = [Triple(table, _TYPE, _rs("ResultSet"))]
    triples += [Triple(table, _rs("resultVariable"), Literal(name)) for name in answer.columns]
    for number, row in enumerate(answer.rows, 1):
        solution = BlankNode(f"s{number}")
        index = Literal(str(number), datatype=NamedNode(_XSD + "integer"))
        triples += [Triple(table, _rs("solution"), solution), Triple(solution, _rs("index"), index)]
        for place, (name, cell) in enumerate(row.items(), 1):
            binding = BlankNode(f"s{number}b{place}")
            triples += [
                Triple(solution, _rs("binding"), binding),
                Triple(binding, _rs("variable"), Literal(name)),
                Triple(binding, _rs("value"), cell.term),
            ]
    written = serialize(triples, format=RdfFormat.TURTLE, prefixes={"rs": _RS, "xsd": _XSD})
    assert written is not None
    return written


def _rs(name: str) -> NamedNode:
    return NamedNode(_RS + name)


def to_xlsx(answer: Answer) -> bytes:
    """Return an answer as a workbook.

    Three sheets: the answer as people read it, the same rows as plain data, and what was asked, when, and on
    which sources. The headers of the first two are the names of the columns. Every text is a typed text cell,
    never a formula or link, so that no text of the graph is executed.
    """
    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    # No time of day: the same answer is the same file.
    book.set_properties(
        {
            "title": getattr(answer.question.title, answer.lang),
            "created": datetime.combine(answer.as_of, time()),
        }
    )
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    romanian = answer.lang == "ro"
    for title, readable in (
        ("răspuns" if romanian else "answer", True),
        ("date" if romanian else "data", False),
    ):
        sheet = book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(answer.columns):
            sheet.write_string(0, column, name, bold)
            for number, row in enumerate(answer.rows, 1):
                if name not in row:
                    continue
                value = _number(row[name].term)
                text = row[name].label if readable else row[name].term.value
                if value is None:
                    sheet.write_string(number, column, text[:_CELL], wrap)
                else:
                    sheet.write_number(number, column, value, wrap)
        sheet.set_column(0, len(answer.columns) - 1, 28)
    _about(book.add_worksheet("despre" if romanian else "about"), answer, bold, wrap)
    book.close()
    return buffer.getvalue()


def _number(term: Term) -> float | None:
    """Return the value of a numeric literal that a cell holds exactly enough to be read."""
    if not isinstance(term, Literal) or term.datatype.value not in _NUMBERS:
        return None
    try:
        value = float(term.value)
    except ValueError:
        return None
    return value if abs(value) < 1e15 else None


def _about(sheet: Any, answer: Answer, bold: Any, wrap: Any) -> None:
    lang = answer.lang
    names = _NAMES[lang]
    question = answer.question
    lines = [(names[0], getattr(question.title, lang), question.id)]
    lines += [(names[1], name, value) for name, value in answer.params.items()]
    lines += [(names[2], answer.as_of.isoformat(), "")] if answer.dated else []
    lines += [(names[3], answer.dataset, "")]
    lines += [(names[4], getattr(answer.caveat, lang), ""), (names[5], getattr(question.empty, lang), "")]
    lines += [(names[6], name, getattr(column, lang)) for name, column in question.columns.items()]
    for iri, citation in answer.sources.items():
        lines.append((names[7], citation.cite[lang], iri))
        if citation.quote:
            lines.append((names[8], citation.quote, iri))
    for row, (first, second, third) in enumerate(lines):
        sheet.write_string(row, 0, first, bold)
        sheet.write_string(row, 1, second[:_CELL], wrap)
        sheet.write_string(row, 2, third[:_CELL], wrap)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 2, 80)
