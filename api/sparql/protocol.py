"""The SPARQL 1.1 Protocol as bytes: a request read strictly into a query and its dataset, decoded once."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import isfinite
from typing import Final
from urllib.parse import unquote_to_bytes

from starlette.requests import Request

from api.errors import (
    AtfError,
    BadRequestError,
    ForbiddenError,
    UnsupportedMediaTypeError,
)
from api.sparql.guard import too_large
from api.web.address import header_of

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
# Bytes of a query string; every browser and proxy takes 8 kB, and longer queries belong in a body.
MAX_URL: Final = 32_768
# More parameters than any request has (H45).
MAX_PARAMETERS: Final = 100
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]*")


class UriTooLongError(AtfError):
    """The address is longer than the service reads (RFC 9110 §15.5.15)."""

    status = 414
    exit_code = 2
    title = "URI too long"


@dataclass(frozen=True)
class Operation:
    """What a request asks: a query (``None``: the service description), its dataset, format and time."""

    query: str | None
    default_graphs: Sequence[str] = ()
    named_graphs: Sequence[str] = ()
    format: str | None = None
    timeout_s: float | None = None


@dataclass
class Fields:
    """The parameters of a request, by name."""

    values: dict[str, list[str]] = field(default_factory=dict)

    def add(self, raw: bytes, where: str) -> None:
        """Decode parameters as a form does: once, and strictly as UTF-8."""
        pairs = [pair for pair in raw.split(b"&", MAX_PARAMETERS + 1) if pair]
        if len(pairs) > MAX_PARAMETERS:
            message = f"The {where} holds more than {MAX_PARAMETERS} parameters (limit {MAX_PARAMETERS})."
            raise BadRequestError(message, limit="parameters", value=MAX_PARAMETERS)
        for pair in pairs:
            name, _, value = pair.partition(b"=")
            self.values.setdefault(_decode(name, where), []).append(_decode(value, where))

    def one(self, name: str) -> str | None:
        """Return the value of a parameter, or ``None``; raises ``BadRequestError`` where it has several."""
        values = self.values.get(name, [])
        if len(values) > 1:
            raise BadRequestError(f"The parameter '{name}' is given more than once.", "Give it once.")
        return values[0] if values else None

    def first(self, name: str) -> str | None:
        """Return the first value of a parameter that is no empty text, or ``None``."""
        return next(filter(None, self.values.get(name, [])), None)


def fields_of(request: Request) -> Fields:
    """Read the parameters in the address; raises ``BadRequestError`` and ``UriTooLongError``."""
    raw: bytes = request.scope["query_string"]
    if len(raw) > MAX_URL:
        message = f"The address is longer than {MAX_URL} bytes (limit {MAX_URL})."
        hint = f"Send the query by POST, as {QUERY} or as a form."
        raise UriTooLongError(message, hint, limit="url", value=MAX_URL)
    fields = Fields()
    fields.add(raw, "address")
    return fields


def check_absolute(name: str, iri: str) -> None:
    """Raise ``BadRequestError`` unless the value of a parameter is an absolute IRI."""
    if not _ABSOLUTE.fullmatch(iri):
        raise BadRequestError(f"The value of '{name}' is no absolute IRI: {iri[:100]!r}.")


async def read(request: Request, max_kb: int) -> Operation:
    """Read a request by GET, POST or QUERY.

    Raises ``BadRequestError`` (not exactly one query, bad UTF-8), ``ForbiddenError`` (an update),
    ``TooLargeError`` while the body still comes in, ``UnsupportedMediaTypeError``, ``UriTooLongError``.
    """
    fields = fields_of(request)
    if request.method == "GET":
        return _operation(fields)
    kind = _content_type(request)
    if kind == UPDATE:
        raise _no_updates()
    body = await _body(request, max_kb)
    if kind == FORM:
        fields.add(body, "form")
        operation = _operation(fields)
    else:
        if "query" in fields.values:
            raise BadRequestError("There is a query in the address and one in the body.", "Send one of them.")
        fields.values["query"] = [_decode_text(body, "body")]
        operation = _operation(fields)
    if operation.query is None:
        raise BadRequestError("The request has no query.", "Give the parameter 'query'.")
    return operation


def _operation(fields: Fields) -> Operation:
    if "update" in fields.values:
        if "query" in fields.values:
            raise BadRequestError("A request is a query or an update, not both.", "Send only 'query'.")
        raise _no_updates()
    if "using-graph-uri" in fields.values or "using-named-graph-uri" in fields.values:
        raise _no_updates()
    query = fields.one("query")
    default, named = (fields.values.get(name, ()) for name in ("default-graph-uri", "named-graph-uri"))
    for iri in default:
        check_absolute("default-graph-uri", iri)
    for iri in named:
        check_absolute("named-graph-uri", iri)
    # SPARQL 1.2 lets a client name the version; what we take does not depend on it.
    fields.one("version")
    timeout = fields.one("timeout")
    return Operation(
        query,
        default,
        named,
        # SPARQLWrapper names one format in two ways, and so twice.
        fields.first("format"),
        _seconds(timeout) if timeout else None,
    )


def _content_type(request: Request) -> str:
    if (header_of(request, b"content-encoding") or "identity").lower() != "identity":
        raise UnsupportedMediaTypeError("The body is compressed.", "Send it without Content-Encoding.")
    header = header_of(request, b"content-type")
    kind, *parameters = (part.strip().lower() for part in header.split(";"))
    if kind not in {FORM, QUERY, UPDATE}:
        shown = kind[:80] or "none"
        raise UnsupportedMediaTypeError(
            f"The body's media type is not one that is read here: {shown}.", f"Send {QUERY} or {FORM}."
        )
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip().strip('"') not in {"utf-8", "utf8", "us-ascii"}:
            raise UnsupportedMediaTypeError(f"The charset {value[:40]!r} is not read here.", "Send UTF-8.")
    return kind


async def _body(request: Request, max_kb: int) -> bytes:
    # What comes after the refusal is read and dropped by the server, so that the client gets the answer.
    limit = max_kb * 1024
    length = header_of(request, b"content-length")
    if length.isdecimal() and int(length) > limit:
        raise too_large(max_kb)
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > limit:
            raise too_large(max_kb)
    return bytes(data)


def _decode(raw: bytes, where: str) -> str:
    return _decode_text(_unquote(raw.replace(b"+", b" ")), where)


def _unquote(raw: bytes) -> bytes:
    """Decode percent signs, once, as ``unquote_to_bytes`` does."""
    if b"%" not in raw:
        return raw
    if b"\\" not in raw:
        # As escapes of Python, all are decoded in one step. One that is cut short is left as it is, by the other way.
        with suppress(UnicodeDecodeError):
            return raw.replace(b"%", b"\\x").decode("unicode_escape").encode("latin-1")
    return unquote_to_bytes(raw)


def _decode_text(raw: bytes, where: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"The {where} is not UTF-8 (byte {error.start})."
        raise BadRequestError(message, "Encode the query as UTF-8.") from error


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not isfinite(seconds) or seconds <= 0:
        raise BadRequestError(f"The timeout is no number of seconds: {text[:40]!r}.", "For example timeout=2.5")
    return seconds


def _no_updates() -> ForbiddenError:
    hint = "The graph changes through its files; see CONTRIBUTING."
    return ForbiddenError("Updates are refused: this service is read-only.", hint)
