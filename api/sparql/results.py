"""Results as bytes: written by pyoxigraph straight into a bounded buffer, with a cap on rows that is told."""

import json
import re
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Final

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse_query_results,
    serialize,
)

RESULT_FORMATS: Final = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
GRAPH_FORMATS: Final = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
# How rows in SPARQL JSON start, end, and part: outside of strings, a comma stands before a brace only between two rows.
_HEAD: Final = b'{"head":{'
_TAIL: Final = b"]}}"
_BETWEEN: Final = b",{"
_STRING_OR_BETWEEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|(?P<open>\\?\Z))|,\{')
# What XML 1.0 cannot hold, not even escaped (https://www.w3.org/TR/xml/#charsets), as UTF-8.
_NOT_XML: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
# The end of an IRI that can be the local part of an XML name.
_XML_NAME: Final = re.compile(r"[^\W\d][\w.\-]*\Z")


class TooManyBytesError(Exception):
    """The result is larger than the buffer may grow."""


class UnwritableError(Exception):
    """The result holds something that the format has no way to write; the message says what."""


class _EnoughError(Exception):
    """Ends the writing of rows when there are as many as wanted."""


class _Buffer(BytesIO):
    """A binary file in memory that refuses to grow beyond a number of bytes."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__()
        self._max_bytes = max_bytes

    def write(self, chunk: bytes) -> int:  # type: ignore[override]  # pyoxigraph writes bytes and nothing else
        if self.tell() + len(chunk) > self._max_bytes:
            raise TooManyBytesError
        return super().write(chunk)


class _Rows(_Buffer):
    """Takes TSV, where a line is a row (line ends in terms are escaped), and stops after a number of rows."""

    def __init__(self, max_rows: int, max_bytes: int) -> None:
        super().__init__(max_bytes)
        # The first line names the variables.
        self._left = max_rows + 1

    def write(self, chunk: bytes) -> int:  # type: ignore[override]
        lines = chunk.count(b"\n")
        if lines <= self._left and not (self._left == 0 and chunk):
            self._left -= lines
            return super().write(chunk)
        end = 0
        for _ in range(self._left):
            end = chunk.index(b"\n", end) + 1
        # Whoever buffers before us may try the same bytes again.
        self._left = 0
        super().write(chunk[:end])
        raise _EnoughError


class _JsonRows(_Buffer):
    """Takes rows in SPARQL JSON as pyoxigraph writes them, without spaces, and stops after a number of rows."""

    def __init__(self, max_rows: int, max_bytes: int) -> None:
        super().__init__(max_bytes)
        self._left = max_rows - 1
        # What looks like the place between two rows; much of it may stand in strings, and only then it is counted well.
        self._seen = 0
        self._last = b""
        # Up to where it was counted well; no string is open there.
        self._counted = 0
        self._cut = False

    def write(self, chunk: bytes) -> int:  # type: ignore[override]
        if self._cut:
            # Whoever buffers before us may try the same bytes again.
            raise _EnoughError
        size = super().write(chunk)
        self._seen += chunk.count(_BETWEEN) + (self._last + chunk[:1] == _BETWEEN)
        self._last = chunk[-1:]
        if self._seen > self._left:
            self._count()
        return size

    def _count(self) -> None:
        data = self.getbuffer()
        with data:
            end = None
            for found in _STRING_OR_BETWEEN.finditer(data, self._counted):
                if found["open"] is not None:
                    break
                self._counted = found.end()
                if data[found.start()] != _BETWEEN[0]:
                    continue
                if self._left == 0:
                    end = found.start()
                    break
                self._left -= 1
        if end is None:
            self._seen = 0
            return
        self.seek(end)
        self.truncate()
        self._cut = True
        super().write(_TAIL)
        raise _EnoughError


def write_boolean(answer: QueryBoolean, form: str) -> bytes:
    """Write the answer of an ASK query in one of ``RESULT_FORMATS``."""
    data = answer.serialize(format=RESULT_FORMATS[form])
    assert data is not None
    return data


def write_rows(solutions: QuerySolutions, form: str, max_rows: int, max_bytes: int) -> tuple[bytes, bool]:
    """Write at most ``max_rows`` rows in one of ``RESULT_FORMATS``, and tell whether there were more.

    JSON is cut where it is written. Other rows go through TSV, which keeps every RDF term and can be cut at a line.
    Nothing beyond the cap is even computed. Raises ``TooManyBytesError`` and ``UnwritableError``.
    """
    direct = form == "json" and max_rows > 0
    rows = _JsonRows(max_rows, max_bytes) if direct else _Rows(max_rows, max_bytes)
    truncated = False
    try:
        solutions.serialize(rows, format=QueryResultsFormat.JSON if direct else QueryResultsFormat.TSV)
    except _EnoughError:
        truncated = True
    if direct or form == "tsv":
        return rows.getvalue(), truncated
    buffer = _Buffer(max_bytes)
    kept = parse_query_results(rows.getvalue(), format=QueryResultsFormat.TSV)
    kept.serialize(buffer, format=RESULT_FORMATS[form])
    data = buffer.getvalue()
    if form == "xml":
        _check_xml(data)
    return data, truncated


def link_in_head(data: bytes, address: str) -> bytes:
    """Return rows in SPARQL JSON with a link to what explains them (https://www.w3.org/TR/sparql11-results-json/)."""
    assert data.startswith(_HEAD)
    return b'%s"link":[%s],%s' % (_HEAD, json.dumps(address).encode(), data[len(_HEAD) :])


def write_graph(
    triples: Iterable[Triple], form: str, prefixes: Mapping[str, str], max_triples: int, max_bytes: int
) -> tuple[bytes, bool]:
    """Write at most ``max_triples`` different triples in one of ``GRAPH_FORMATS``, and tell of more.

    The triples are sorted, so that a subject's statements stand together and the same graph gives the same
    bytes. Raises ``TooManyBytesError`` and ``UnwritableError``.
    """
    kept: dict[Triple, None] = {}
    truncated = False
    for triple in triples:
        if len(kept) == max_triples and triple not in kept:
            truncated = True
            break
        kept[triple] = None
    ordered = sorted(kept, key=_order)
    if form == "rdf":
        _check_names(ordered)
    buffer = _Buffer(max_bytes)
    used = used_prefixes(ordered, prefixes) if form in {"ttl", "rdf"} else {}
    try:
        serialize(ordered, buffer, format=GRAPH_FORMATS[form], prefixes=used)
    except ValueError as error:
        raise UnwritableError(str(error)) from error
    data = buffer.getvalue()
    if form == "rdf":
        _check_xml(data)
    return data, truncated


def _order(triple: Triple) -> tuple[str, bool, str, str]:
    return str(triple.subject), triple.predicate.value != _TYPE, triple.predicate.value, str(triple.object)


def used_prefixes(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return the prefixes that shorten an IRI of the triples and would never need an escaped slash."""
    spaces = set()
    for triple in triples:
        for term in (triple.subject, triple.predicate, triple.object):
            if isinstance(term, Literal):
                term = term.datatype  # noqa: PLW2901  # the datatype is the only IRI of a literal
            if isinstance(term, NamedNode):
                iri = term.value
                spaces.add(iri[: max(iri.rfind("#"), iri.rfind("/")) + 1])
    return {
        prefix: space
        for prefix, space in prefixes.items()
        if space in spaces and not any(other != space and other.startswith(space) for other in spaces)
    }


def _check_xml(data: bytes) -> None:
    found = _NOT_XML.search(data)
    if found:
        code = ord(found[0].decode())
        raise UnwritableError(f"a text holds the character U+{code:04X}, which XML cannot hold")


def _check_names(triples: Iterable[Triple]) -> None:
    """Refuse the properties and classes of which RDF/XML could not make the name of an element."""
    names = {triple.predicate.value for triple in triples}
    names |= {
        triple.object.value
        for triple in triples
        if triple.predicate.value == _TYPE and isinstance(triple.object, NamedNode)
    }
    for name in sorted(names):
        if not _XML_NAME.search(name):
            raise UnwritableError(f"the property or class <{name}> does not end in an XML name")
