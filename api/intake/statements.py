"""Statements in the making, and their canonical Turtle without the detour over rdflib.

The text is that of ``api.graph.turtle.canonical`` (a test compares them). A large plan has half a million statements:
they are kept as plain texts, since as objects of an RDF library they would fill the memory.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple
from rdflib.namespace import RDF, SKOS, XSD

from api.vocabulary import PREFIXES

_LOCAL: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_SHORT: Final = re.compile(r'[\x00-\x1f\x7f\\"]')
_ESCAPES: Final = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"'}
_NAMESPACES: Final = {namespace: prefix for prefix, namespace in PREFIXES.items()}
_TYPE: Final = str(RDF.type)
_LABEL: Final = str(SKOS.prefLabel)
_DATE: Final = str(XSD.date)
_INTEGER: Final = str(XSD.integer)
_DECIMAL: Final = str(XSD.decimal)
_BOOLEAN: Final = str(XSD.boolean)
_BARE: Final = {
    _BOOLEAN: re.compile(r"true|false"),
    _INTEGER: re.compile(r"[+-]?[0-9]+"),
    _DECIMAL: re.compile(r"[+-]?[0-9]*\.[0-9]+"),
}
# What a value is: an IRI; a text with its language; a text or a typed value with its datatype ("" for a text).
_IRI, _WORDS, _VALUE = 0, 1, 2
# Predicate, what the value is, its text, and its language or datatype.
_Said = tuple[str, int, str, str]


class Statements:
    """Statements by subject, each once; ``types`` counts the things of each class."""

    def __init__(self) -> None:
        self._by_subject: dict[str, dict[_Said, None]] = defaultdict(dict)
        self.types: Counter[str] = Counter()

    def __len__(self) -> int:
        return sum(map(len, self._by_subject.values()))

    def __contains__(self, subject: str) -> bool:
        return subject in self._by_subject

    def add(self, subject: str, predicate: str, value: "str | bool | int | Decimal | date") -> None:
        """Add a statement; a text is an IRI, numbers and dates are typed."""
        own = self._by_subject[subject]
        said = (predicate, _IRI, value, "") if isinstance(value, str) else (predicate, _VALUE, *_typed(value))
        if predicate == _TYPE and said not in own:
            self.types[said[2]] += 1
        own[said] = None

    def label(self, subject: str, en: str, ro: str) -> None:
        """Add the preferred label in both languages."""
        self.text(subject, _LABEL, en, "en")
        self.text(subject, _LABEL, ro, "ro")

    def text(self, subject: str, predicate: str, text: str, language: str | None = None) -> None:
        """Add a text, with its language where it has one."""
        self._by_subject[subject][predicate, _WORDS if language else _VALUE, text, language or ""] = None

    def __iter__(self) -> Iterator[Triple]:
        """Yield the statements, made anew each time."""
        for subject, own in self._by_subject.items():
            node = NamedNode(subject)
            for predicate, kind, text, more in own:
                yield Triple(node, NamedNode(predicate), _term(kind, text, more))

    def take_turtle(self) -> bytes:
        """Return the statements as canonical Turtle in UTF-8, and forget each: both would fill the memory."""
        names = _Names()
        blocks = []
        for subject in sorted(self._by_subject):
            lines = sorted(_line(said, names) for said in self._by_subject.pop(subject))
            body = "".join([f"    {verb} {written} ;\n" for _, verb, _, written in lines])
            blocks.append(f"{names[subject]}\n{body}.\n".encode())
        head = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in sorted(names.used)).encode()
        return b"\n".join(filter(None, [head, *blocks]))


class _Names(dict[str, str]):
    """IRIs as Turtle writes them, each made once, and the prefixes that they need."""

    def __init__(self) -> None:
        super().__init__()
        self.used: set[str] = set()

    def __missing__(self, iri: str) -> str:
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        prefix = _NAMESPACES.get(iri[:cut])
        if prefix is None or not _LOCAL.fullmatch(iri[cut:]):
            written = f"<{iri}>"
        else:
            self.used.add(prefix)
            written = f"{prefix}:{iri[cut:]}"
        self[iri] = written
        return written


def _typed(value: bool | int | Decimal | date) -> tuple[str, str]:
    match value:
        case bool():
            return ("true" if value else "false"), _BOOLEAN
        case int():
            return str(value), _INTEGER
        case Decimal():
            text = f"{value:f}"
            return (text if "." in text else f"{text}.0"), _DECIMAL
    return value.isoformat(), _DATE


def _term(kind: int, text: str, more: str) -> NamedNode | Literal:
    if kind == _IRI:
        return NamedNode(text)
    if kind == _WORDS:
        return Literal(text, language=more)
    return Literal(text, datatype=NamedNode(more)) if more else Literal(text)


def _line(said: _Said, names: _Names) -> tuple[bool, str, tuple[int, str, str], str]:
    """Return a line with what it is sorted by."""
    predicate, kind, text, more = said
    verb = "a" if predicate == _TYPE else names[predicate]
    if kind == _IRI:
        return verb != "a", verb, (0, text, ""), names[text]
    if kind == _WORDS:
        return verb != "a", verb, (1, more, f"{text}\0None"), f'"{_SHORT.sub(_escape, text)}"@{more}'
    if not more:
        return verb != "a", verb, (1, "", f"{text}\0None"), f'"{_SHORT.sub(_escape, text)}"'
    bare = _BARE.get(more)
    quoted = text if bare and bare.fullmatch(text) else f'"{_SHORT.sub(_escape, text)}"^^{names[more]}'
    return verb != "a", verb, (1, "", f"{text}\0{more}"), quoted


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04X}"
