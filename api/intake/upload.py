"""A draft or a sheet in a request: pasted, uploaded or sent as the body, read within a limit of bytes."""

import re
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from api.errors import BadRequestError, TooLargeError, UnsupportedMediaTypeError
from api.intake.draft import FORMATS, SUFFIXES
from api.intake.limits import MAX_UPLOAD
from api.sparql.protocol import fields_of

SHEETS: Final = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel.sheet.macroenabled.12": ".xlsm",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/octet-stream": "",
}
_FORM: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
_MAX_FIELDS: Final = 20
_TURTLE: Final = "text/turtle"
_CHARSET: Final = re.compile(r"""charset[*0-9]*\s*=\s*["']?([^"';,\s]*)""", re.IGNORECASE)
_UTF_8: Final = frozenset({"utf-8", "utf8", "us-ascii"})


@dataclass(frozen=True)
class Upload:
    """What came in: the bytes, the name of the file, the media type of RDF (empty for a sheet), the other fields."""

    data: bytes
    name: str
    media: str
    fields: dict[str, str] = field(default_factory=dict)
    pasted: str = ""


async def read_upload(request: Request) -> Upload:
    """Read a request with a draft.

    Raises ``TooLargeError`` while the body still comes in, ``UnsupportedMediaTypeError`` for a kind that is not
    read, ``BadRequestError`` for a form without a draft, another charset than UTF-8 and a field given twice.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaTypeError("The body is compressed.", "Send it without Content-Encoding.")
    if kind not in {*FORMATS, *SHEETS, _FORM, _MULTIPART}:
        hint = f"Send {', '.join(FORMATS)}, a spreadsheet (.xlsx, .ods, .csv), or a form."
        raise UnsupportedMediaTypeError(
            f"The body's media type is not one that is read here: {kind[:80] or 'none'}.", hint
        )
    if kind not in SHEETS:
        # The encoding of a sheet in text is found out from its bytes; everything else is UTF-8.
        _check_charset(request.headers["content-type"])
    fields = fields_of(request)
    query = _once((name, fields.one(name) or "") for name in fields.values)
    body = await _body(request)
    if kind == _MULTIPART:
        return await _from_multipart(request, body, query)
    if kind == _FORM:
        return _from_form(body, query)
    if kind in SHEETS:
        return Upload(body, query.get("file", f"sheet{SHEETS[kind]}"), "", query)
    return Upload(body, "draft", kind, query)


async def _body(request: Request) -> bytes:
    length = request.headers.get("content-length", "")
    data = bytearray()
    if not (length.isdecimal() and int(length) > MAX_UPLOAD):
        async for chunk in request.stream():
            data += chunk
            if len(data) > MAX_UPLOAD:
                break
        else:
            return bytes(data)
    message = f"The draft is larger than {MAX_UPLOAD // 1_000_000} MB (limit {MAX_UPLOAD // 1_000_000} MB)."
    raise TooLargeError(message, "Import it with the command: atf import.", limit="upload", value=MAX_UPLOAD)


def _from_form(body: bytes, query: dict[str, str]) -> Upload:
    try:
        pairs = parse_qsl(body.decode("ascii"), max_num_fields=_MAX_FIELDS, errors="strict", encoding="utf-8")
    except ValueError as error:
        raise BadRequestError("The form cannot be read.", "Send it as UTF-8, with few fields.") from error
    return _pasted(_together(query, _once(pairs)))


async def _from_multipart(request: Request, body: bytes, query: dict[str, str]) -> Upload:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(request.headers, stream(), max_files=1, max_fields=_MAX_FIELDS, max_part_size=MAX_UPLOAD)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError, LookupError) as error:
        raise BadRequestError("The form cannot be read.", "Send one file and a few fields, as UTF-8.") from error
    try:
        fields = _together(query, _once((name, value) for name, value in form.multi_items() if isinstance(value, str)))
        file = next((one for _, one in form.multi_items() if isinstance(one, UploadFile) and one.filename), None)
        if file is None:
            return _pasted(fields)
        if fields.pop("draft", "").strip():
            raise BadRequestError("There is a pasted draft and a file.", "Send one of them.")
        data = await file.read()
    finally:
        await form.close()
    name = PurePath(_checked(file.filename or "sheet")).name[:200]
    media = SUFFIXES.get(PurePath(name).suffix.lower(), "")
    return Upload(data, name, media, fields)


def _pasted(fields: dict[str, str]) -> Upload:
    text = fields.pop("draft", "")
    if not text.strip():
        raise BadRequestError("There is no draft in the form.", "Paste Turtle, or choose a file.")
    return Upload(text.encode(), "draft", _TURTLE, fields, text)


def _check_charset(header: str) -> None:
    for charset in _CHARSET.findall(header):
        if charset.lower() not in _UTF_8:
            raise BadRequestError(f"The charset {charset[:40]!r} is not read here.", "Send UTF-8.")


def _checked(text: str) -> str:
    """Return a text that came in as bytes; one with half a character (a lone surrogate) is refused."""
    try:
        text.encode()
    except UnicodeError as error:
        raise BadRequestError("The form is not UTF-8.", "Send it as UTF-8.") from error
    return text


def _once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return fields by name; raises ``BadRequestError`` for one that is given more than once."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise BadRequestError(f"The parameter '{_checked(name)[:60]}' is given more than once.", "Give it once.")
        found[_checked(name)] = _checked(value)
    return found


def _together(query: Mapping[str, str], form: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of address and form; a field left blank in one of them is given by the other."""
    pairs = [(name, value) for fields in (query, form) for name, value in fields.items() if value.strip()]
    return _once(pairs)
