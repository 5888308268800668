"""A draft in RDF, read strictly: no network, no entities, no deep nesting, nothing beside the draft."""

import re
from typing import Final

from pyoxigraph import RdfFormat, Triple, parse

from api.analysis.reading import reason_of
from api.intake.faults import UnreadableError

# Media types of drafts and their formats; JSON-LD contexts at an address are refused by the parser.
FORMATS: Final = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/n-quads": RdfFormat.N_QUADS,
    "application/trig": RdfFormat.TRIG,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
}
SUFFIXES: Final = {
    ".ttl": "text/turtle", ".nt": "application/n-triples", ".nq": "application/n-quads", ".trig": "application/trig",
    ".jsonld": "application/ld+json", ".json": "application/ld+json", ".rdf": "application/rdf+xml",
    ".xml": "application/rdf+xml", ".owl": "application/rdf+xml",
}  # fmt: skip
MAX_STATEMENTS: Final = 1_000_000
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_LINES: Final = "Write each statement on a line of its own, with whole IRIs and a full stop at the end."
_HINTS: Final = {
    "text/turtle": "Mend it there: each statement ends with a full stop, each prefix is declared.",
    "application/trig": "Mend it there: each statement ends with a full stop, each graph stands in braces.",
    "application/n-triples": _LINES,
    "application/n-quads": _LINES,
    "application/ld+json": "Check it as JSON first, or send Turtle.",
    "application/rdf+xml": "Check it as XML first, or send Turtle.",
}
_ENTITY: Final = re.compile(rb"<!ENTITY|<!DOCTYPE", re.IGNORECASE)


def read_draft(data: bytes, media: str) -> list[Triple]:
    """Return the statements of a draft, each once; those of named graphs count like the others.

    Raises ``UnreadableError`` naming the line where it is broken, and for a draft without statements.
    """
    if media == "application/rdf+xml" and _ENTITY.search(data):
        raise _unreadable(
            "The draft declares a DOCTYPE or entities, which is refused.", "Write it without, or as Turtle."
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _unreadable(f"The draft is not UTF-8 (byte {error.start}).", "Save it as UTF-8.") from error
    data = data.removeprefix(_BYTE_ORDER_MARK)
    found: dict[Triple, None] = {}
    try:
        for quad in parse(data, format=FORMATS[media]):
            found[quad.triple] = None
            if len(found) > MAX_STATEMENTS:
                raise _unreadable(f"The draft has more than {MAX_STATEMENTS} statements.", "Validate a part of it.")
    except SyntaxError as error:
        place = f"Line {error.lineno}" if error.lineno else "The draft"
        column = f", column {error.offset}" if error.lineno and error.offset else ""
        if media == "application/ld+json" and "LoadDocumentCallback" in (error.msg or ""):
            raise _unreadable("Remote contexts are never loaded.", "Write the context inline.") from error
        message = f"{place}{column}: {reason_of(error)}."
        raise _unreadable(message, _HINTS[media], line=error.lineno, column=error.offset) from error
    if not found:
        raise _unreadable("The draft holds no statement.", "Paste the statements that you would add.")
    return list(found)


def _unreadable(message: str, hint: str, line: int | None = None, column: int | None = None) -> UnreadableError:
    error = {"line": line, "column": column, "reason": message, "suggestion": hint}
    return UnreadableError(message, hint, reason="draft", errors=[error], line=line, column=column)
