"""Text tables (.csv, .tsv): the encoding and the separator are found out, and said where they are not the usual."""

import csv
import io
from typing import Final

from api.intake.cells import Sheet, Workbook
from api.intake.faults import Place, refuse
from api.intake.limits import MAX_FILE

_SEPARATORS: Final = (",", ";", "\t", "|")
_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LEGACY: Final = "cp1250"
# Lines from which the separator is guessed.
_SAMPLE: Final = 50


def read_delimited(data: bytes, name: str) -> Workbook:
    """Read a text table; ``name`` stands for its only sheet.

    UTF-8 and UTF-16 are recognised, anything else is read as cp1250, the code page of Romanian Windows.
    Raises ``UnreadableError`` for bytes that are no text.
    """
    text, encoding = _decode(data)
    # The cell is measured where its place is known; the module's own limit would tell only the field.
    csv.field_size_limit(MAX_FILE)
    separator = _separator(text)
    _check_quotes(text, separator)
    sheet = Sheet(name)
    book = Workbook([sheet])
    if encoding == _LEGACY:
        book.remarks.notice(Place(name), "encoding", encoding=encoding)
    if separator != ",":
        book.remarks.notice(Place(name), "separator", separator={"\t": "tab"}.get(separator, separator))
    try:
        for row, fields in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 1):
            for column, field in enumerate(fields, 1):
                formula = field.startswith("=") and len(field) > 1
                sheet.put(row, column, field.replace("\r\n", "\n"), formula=formula)
    except csv.Error as error:
        raise refuse("broken", kind="csv", reason=str(error)) from error
    return book


def _decode(data: bytes) -> tuple[str, str]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise refuse("not-a-spreadsheet") from error
    if b"\0" in data:
        wide = _wide(data)
        if wide is None:
            raise refuse("not-a-spreadsheet")
        return data.decode(wide), wide
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode(_LEGACY), _LEGACY
    except UnicodeDecodeError as error:
        raise refuse("no-encoding", byte=str(error.start + 1)) from error


def _wide(data: bytes) -> str | None:
    """Return the kind of UTF-16 of a text without a mark at its beginning: that in which it has no NUL."""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if (
            "\0" not in text
            and sum(char in "\r\n\t" or (char < "\u0250" and char.isprintable()) for char in text) * 10 > len(text) * 9
        ):
            return encoding
    return None


def _check_quotes(text: str, separator: str) -> None:
    """Raise ``UnreadableError`` for a quotation mark that is never closed: it would swallow the rows below it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for _ in reader:
            line = reader.line_num + 1
    except csv.Error as error:
        # Another looseness is read as spreadsheet programs read it.
        if "unexpected end" in str(error):
            raise refuse("unclosed-quote", line=str(line)) from error


def _separator(text: str) -> str:
    """Choose the separator that cuts most lines into the same number of fields, more than one."""
    lines = [line for line in text.splitlines()[: _SAMPLE * 4] if line.strip()][:_SAMPLE]

    def weight(separator: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator) if len(row) > 1]
        most = max(widths, default=0)
        return sum(width == most for width in widths) * most, -_SEPARATORS.index(separator)

    return max(_SEPARATORS, key=weight)
