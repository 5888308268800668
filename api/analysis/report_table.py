"""A report as a table: CSV for machines, a workbook for people."""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, time
from itertools import groupby
from typing import Any, Final

import xlsxwriter

from api.analysis.accounts import Account, Report
from api.analysis.messages import DEGREE_WORDS
from api.analysis.report_words import KINDS, SEVERITIES, SHEETS, STATUSES, word
from api.answering.labels import LANGUAGES

# What a cell of a workbook holds at most.
_CELL: Final = 32_767
_SEPARATOR: Final = " | "
# The widths of columns, in characters.
_NARROW: Final = 16
_WIDE: Final = 44
_SHORT: Final = ("id", "rule", "kind", "severity", "status", "degree", "accepted_until", "as_of")


def _cells(account: Account, report: Report) -> dict[str, str]:
    finding = account.finding
    cells = {
        "id": account.id,
        "rule": account.rule.id,
        "kind": account.rule.kind,
        "severity": finding.severity,
        "status": finding.status,
        "degree": finding.degree or "",
    }
    for lang in LANGUAGES:
        cells[f"message_{lang}"] = account.message.get(lang, "")
        cells[f"focus_{lang}"] = account.focus.label[lang]
        cells[f"values_{lang}"] = _SEPARATOR.join(value.label[lang] for value in account.values)
        cells[f"remedy_{lang}"] = account.remedy.get(lang, "")
        cells[f"waits_for_{lang}"] = _SEPARATOR.join(document.label[lang] for document in account.waiting_for)
    passages = sorted({place.passage for place in account.evidence if place.passage})
    return cells | {
        "accepted_until": finding.waiver.through.isoformat() if finding.waiver else "",
        "focus": account.focus.iri or finding.focus.value,
        "values": _SEPARATOR.join(value.value for value in finding.values),
        "waits_for": _SEPARATOR.join(finding.waiting_for),
        "passages": _SEPARATOR.join(passages),
        "as_of": report.as_of.isoformat(),
        "dataset": report.dataset,
    }


def columns() -> list[str]:
    """Return the names of the columns, which do not change."""
    fixed = ["id", "rule", "kind", "severity", "status", "degree"]
    told = ("message", "focus", "values", "remedy", "waits_for")
    fixed += [f"{name}_{lang}" for lang in LANGUAGES for name in told]
    return [*fixed, "accepted_until", "focus", "values", "waits_for", "passages", "as_of", "dataset"]


def _sheet_columns(lang: str) -> list[str]:
    """Return the columns of a sheet: what is found first, in the language of the reader, then the rest of it."""
    front = ["rule", f"message_{lang}", "severity", "status", f"waits_for_{lang}", f"remedy_{lang}"]
    front += [f"focus_{lang}", f"values_{lang}", "degree", "accepted_until", "id", "kind"]
    others = [name for name in columns() if name not in front and name.rsplit("_", 1)[-1] in LANGUAGES]
    return [*front, *others, *(name for name in columns() if name not in front and name not in others)]


def _worded(cells: dict[str, str], lang: str) -> dict[str, str]:
    """Return cells with kind, severity, status and degree in the words of the language, as the summary has them."""
    worded: dict[str, Mapping[str, Mapping[str, str]]] = {
        "kind": KINDS,
        "severity": SEVERITIES,
        "status": STATUSES,
        "degree": DEGREE_WORDS,
    }
    return cells | {name: words[cells[name]][lang] for name, words in worded.items() if cells[name] in words}


def to_csv(report: Report) -> bytes:
    """Return the findings as CSV (RFC 4180), one a row; several values of a cell are parted by a bar."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns(), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_cells(account, report) for account in report.accounts)
    return out.getvalue().encode()


def to_xlsx(report: Report, lang: str = "en") -> bytes:
    """Return the findings as a workbook in a language: a summary, and one sheet for each kind.

    Every text is a typed text cell, never a formula or a link, so that no text of the graph is executed.
    """
    buffer = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **plain})
    # No time of day: the same report is the same file.
    book.set_properties({"created": datetime.combine(report.as_of, time())})
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    _summary(book.add_worksheet(word("summary", lang)), report, lang, bold)
    for kind, accounts in groupby(report.accounts, key=lambda account: account.rule.kind):
        sheet = book.add_worksheet(SHEETS.get(kind, KINDS[kind])[lang])
        sheet.freeze_panes(1, 0)
        names, row = _sheet_columns(lang), 0
        for column, name in enumerate(names):
            sheet.write_string(0, column, name, bold)
            sheet.set_column(column, column, _NARROW if name in _SHORT else _WIDE)
        for row, account in enumerate(accounts, 1):
            cells = _worded(_cells(account, report), lang)
            for column, name in enumerate(names):
                sheet.write_string(row, column, cells[name][:_CELL], wrap)
        sheet.autofilter(0, 0, row, len(names) - 1)
    book.close()
    return buffer.getvalue()


def _summary(sheet: Any, report: Report, lang: str, bold: Any) -> None:
    head = [(word("as_of", lang), report.as_of.isoformat()), (word("dataset", lang), report.dataset)]
    head += [(word("mind", lang), notice) for notice in report.notices]
    for row, (name, text) in enumerate(head):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, text[:_CELL])
    start = len(head) + 1
    sheet.freeze_panes(start + 1, 0)
    names = [word(name, lang) for name in ("kind", "rule", "severity", "status", "findings")]
    for column, name in enumerate(names):
        sheet.write_string(start, column, name, bold)
    numbers = Counter(
        (account.rule.kind, account.rule.id, account.finding.severity, account.finding.status)
        for account in report.accounts
    )
    labels = {account.rule.id: account.rule.label.get(lang, "") for account in report.accounts}
    for row, ((kind, rule, severity, status), number) in enumerate(numbers.items(), start + 1):
        texts = (
            KINDS[kind][lang],
            f"{rule} {labels[rule]}",
            SEVERITIES[severity][lang],
            STATUSES[status][lang],
        )
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text)
        sheet.write_number(row, len(texts), number)
    sheet.autofilter(start, 0, start + len(numbers), len(names) - 1)
    last = start + len(numbers) + 1
    sheet.write_string(last, 0, word("total", lang), bold)
    sheet.write_number(last, 4, len(report.accounts))
    sheet.set_column(0, 1, 44)
    sheet.set_column(2, 4, 16)
