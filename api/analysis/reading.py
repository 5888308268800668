"""Reading any RDF file that a user names, strictly: what is wrong, in which file, on which line."""

import gzip
import re
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final
from xml.parsers import expat

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, parse

from api.errors import UnavailableError, UsageError

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
# An entity that is made of entities is how an XML file of a few lines becomes larger than the memory.
_ENTITY: Final = re.compile(rb"<!ENTITY\s[^>]*?(?:&[A-Za-z]|SYSTEM|PUBLIC)", re.DOTALL)
_MAX_ENTITIES: Final = 64
_CHUNK: Final = 100_000


def read_into(store: Store, file: Path, *, alone: bool = True) -> None:
    """Add the statements of an RDF file, plain or gzipped, to the default graph of a store.

    Those of a named graph stand in that graph as well. ``alone`` says that no other file comes with labelled
    blank nodes, so that its own may keep their names.

    Raises ``UsageError`` for a suffix that is no RDF format, ``UnavailableError`` for a file that cannot be
    read, is empty or broken; the message names file and line.
    """
    kind = format_of(file)
    try:
        _read(store, file, kind, alone=alone)
    except SyntaxError as error:
        place = f"line {error.lineno}" if error.lineno else _line_of(file, kind, error.msg or "")
        reason = re.sub(r"^Parser error (at|between) line .*?: ", "", error.msg or "it cannot be read")
        raise UnavailableError(f"{file}{', ' if place else ''}{place}: {reason}.") from error
    except FileNotFoundError as error:
        raise UnavailableError(f"There is no file {file}.") from error
    except UnicodeDecodeError as error:
        raise UnavailableError(f"{file} is not UTF-8 text.", "Save the file as UTF-8.") from error
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise UnavailableError(f"{file} is no complete gzip file: {error}.") from error
    except OSError as error:
        raise UnavailableError(f"{file} cannot be read: {error.strerror or error}.") from error


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
        _refuse_entities(file, head)
    with open_plain(file) as source:
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


def _refuse_entities(file: Path, head: bytes) -> None:
    if head.count(b"<!ENTITY") > _MAX_ENTITIES or _ENTITY.search(head):
        raise UnavailableError(
            f"{file} declares entities that refer to others, which is refused.",
            "Write the file without a DOCTYPE, or as Turtle.",
        )


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
