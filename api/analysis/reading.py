"""Reading any RDF file that a user names, strictly: what is wrong, in which file, on which line."""

import gzip
import re
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Final
from xml.parsers import expat

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, parse

from api.errors import UnavailableError, UsageError
from api.regular import check_regular

FORMATS: Final = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".jsonld": RdfFormat.JSON_LD,
    ".json": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
}
_WITH_GRAPHS: Final = (RdfFormat.N_QUADS, RdfFormat.TRIG, RdfFormat.JSON_LD)
_MAX_ENTITIES: Final = 64
# Elements within elements; the parser of RDF/XML takes time by the square of it.
_MAX_DEPTH: Final = 500
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_CHUNK: Final = 100_000
# Characters of a token that a message repeats; beyond them a text in quotation marks or a long word is cut.
_TOKEN: Final = 80
_LONG: Final = re.compile(rf'("[^"]{{{_TOKEN}}})[^"]+"|(\S{{{_TOKEN}}})\S+')
_MESSAGE: Final = 300


def read_into(store: Store, file: Path, *, alone: bool = True) -> None:
    """Add the statements of an RDF file, plain or gzipped, to the default graph of a store.

    Those of a named graph stand in that graph as well. ``alone`` says that no other file comes with labelled
    blank nodes, so that its own may keep their names.

    Raises ``UsageError`` for a suffix that is no RDF format, ``UnavailableError`` for a file that cannot be
    read, is empty or broken; the message names file and line.
    """
    kind = format_of(file)
    check_regular(file)
    try:
        _read(store, file, kind, alone=alone)
    except SyntaxError as error:
        place = f"line {error.lineno}" if error.lineno else _line_of(file, kind, error.msg or "")
        raise UnavailableError(
            f"{file}{', ' if place else ''}{place}: {reason_of(error)}.", "Correct it there and try again."
        ) from error
    except FileNotFoundError as error:
        raise UnavailableError(f"There is no file {file}.", "Check the name and the folder.") from error
    except UnicodeDecodeError as error:
        raise UnavailableError(f"{file} is not UTF-8 text.", "Save the file as UTF-8.") from error
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise UnavailableError(f"{file} is no complete gzip file: {error}.", "Fetch or pack it again.") from error
    except MemoryError as error:
        # The parsers hold one token, for example a literal, of up to 16 MB.
        raise UnavailableError(
            f"{file} holds a text that is too long (limit 16 MB).", "Shorten it, or leave it out."
        ) from error
    except OSError as error:
        raise UnavailableError(f"{file} cannot be read: {error.strerror or error}.", "Check its rights.") from error


def reason_of(error: SyntaxError) -> str:
    """Return what a parser says is wrong, without the place; the token that it repeats may be the whole file."""
    text = re.sub(r"^Parser error (at|between) line .*?: ", "", error.msg or "it cannot be read")
    text = _LONG.sub(lambda match: f'{match[1]}…"' if match[1] else f"{match[2]}…", text)
    return text if len(text) <= _MESSAGE else f"{text[:_TOKEN]}… {text[-_TOKEN:]}"


def format_of(file: Path) -> RdfFormat:
    """Return the RDF format that a file's suffix names, also before ``.gz``.

    Raises ``UsageError`` for any other suffix.
    """
    suffixes = [suffix.lower() for suffix in file.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    kind = FORMATS.get(suffixes[-1]) if suffixes else None
    if kind is None:
        known = ", ".join(FORMATS)
        raise UsageError(f"{file} has no suffix of an RDF format.", f"Known are {known}, each also with .gz.")
    return kind


def open_plain(file: Path) -> IO[bytes]:
    """Open a file for reading bytes, through gunzip where its name ends in ``.gz``."""
    return gzip.open(file, "rb") if file.suffix.lower() == ".gz" else file.open("rb")  # type: ignore[return-value]


def _read(store: Store, file: Path, kind: RdfFormat, *, alone: bool) -> None:
    with open_plain(file) as source:
        head = source.read(65_536)
    if not head.strip():
        raise UnavailableError(f"{file} is empty.", "Give a file with RDF statements.")
    if kind == RdfFormat.RDF_XML:
        _refuse_bombs(file)
    with open_plain(file) as source:
        if source.read(len(_BYTE_ORDER_MARK)) != _BYTE_ORDER_MARK:
            source.seek(0)
        # Most formats go straight into the store; those that may hold named graphs do not.
        if alone and kind not in _WITH_GRAPHS:
            store.bulk_load(input=source, format=kind)
        else:
            _add(store, parse(input=source, format=kind, rename_blank_nodes=not alone))


def _add(store: Store, quads: Iterable[Quad]) -> None:
    part: list[Quad] = []
    for quad in quads:
        part.append(Quad(quad.subject, quad.predicate, quad.object))
        if not isinstance(quad.graph_name, DefaultGraph):
            part.append(quad)
        if len(part) >= _CHUNK:
            store.extend(part)
            part.clear()
    store.extend(part)


def _refuse_bombs(file: Path) -> None:
    """Refuse XML that a parser would blow up: entities made of entities, and elements nested without end.

    Raises ``UnavailableError``; a file that is no XML is left to the parser, which tells the line.
    """
    entities, depth = 0, 0

    def entity(_name: str, _parameter: int, value: str | None, *_outside: str | None) -> None:
        nonlocal entities
        entities += 1
        if value is None or "&" in value or "%" in value or entities > _MAX_ENTITIES:
            raise UnavailableError(
                f"{file} declares entities that refer to others, which is refused.",
                "Write the file without a DOCTYPE, or as Turtle.",
            )

    def begin(_name: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise UnavailableError(
                f"{file}, line {parser.CurrentLineNumber}: elements are nested too deep (limit {_MAX_DEPTH}).",
                "Give each thing an element of its own, or write the file as Turtle.",
            )

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.EntityDeclHandler, parser.StartElementHandler, parser.EndElementHandler = entity, begin, end
    with suppress(expat.ExpatError), open_plain(file) as source:
        parser.ParseFile(source)


def _line_of(file: Path, kind: RdfFormat, message: str) -> str:
    """Find the line of an error that the parser of RDF/XML or JSON-LD reports without one."""
    quoted = re.search(r"'([^']+)'", message)
    with open_plain(file) as source:
        if kind == RdfFormat.RDF_XML:
            parser = expat.ParserCreate()
            try:
                parser.ParseFile(source)
            except expat.ExpatError as error:
                return f"line {error.lineno}"
            source.seek(0)
        if quoted:
            for number, line in enumerate(source, 1):
                if quoted[1].encode() in line:
                    return f"line {number}"
    return ""
