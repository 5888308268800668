"""A report in each of its formats, under one name each (architecture.md, ``atf check`` and ``/findings``)."""

import io
import json
from collections.abc import Mapping
from typing import Final

from api.analysis.accounts import Report
from api.analysis.explanations import Explanation
from api.analysis.report_rdf import to_turtle
from api.analysis.report_sarif import to_sarif
from api.analysis.report_table import to_csv, to_xlsx
from api.analysis.report_text import to_text
from api.errors import UsageError
from api.web.media import CSV, JSON, TURTLE

TEXT: Final = "text/plain"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SARIF: Final = "application/sarif+json"
# The name of each format, and its media type.
FORMATS: Final = {"text": TEXT, "json": JSON, "csv": CSV, "xlsx": XLSX, "ttl": TURTLE, "sarif": SARIF}


def write(
    report: Report,
    format_name: str,
    lang: str = "en",
    explanations: Mapping[str, Explanation] | None = None,
) -> bytes:
    """Write a report in a format; raises ``UsageError`` for one that there is not.

    ``explanations`` (by finding id) are shown in the text, and give SARIF the lines of the text edition.
    """
    match format_name:
        case "text":
            return to_text(report, lang, explanations).encode()
        case "json":
            return to_json(report)
        case "csv":
            return to_csv(report)
        case "xlsx":
            return to_xlsx(report, lang)
        case "ttl":
            return to_turtle(report)
        case "sarif":
            grounds = [ground for one in (explanations or {}).values() for ground in one.grounds]
            return to_sarif(
                report, lang, {ground.node.iri or "": ground.citation for ground in grounds if ground.citation}
            )
    raise UsageError(f"There is no format {format_name!r}.", f"Choose one of: {', '.join(FORMATS)}.")


def to_json(report: Report) -> bytes:
    """Return a report as JSON, the same object as that of ``/findings``, one finding a line."""
    # Indented JSON is written by an encoder that is ten times slower; whole, it takes ten times the memory.
    encode = json.JSONEncoder(ensure_ascii=False).encode
    written = io.BytesIO()
    written.write(f'{encode(report.head())[:-1]}, "findings": [\n'.encode())
    for number, account in enumerate(report.accounts):
        written.write(b",\n" if number else b"")
        written.write(encode(account.public()).encode())
    written.write(f'\n], "truncated": {encode(report.truncated)}}}\n'.encode())
    return written.getvalue()
