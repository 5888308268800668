"""Statements in the making, and their canonical Turtle without the detour over rdflib.

The text is that of ``api.graph.turtle.canonical`` (a test compares them); for the 300,000 statements of a large
plan this writer takes two seconds and no second copy of the graph.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple
from rdflib.namespace import RDF, SKOS, XSD

from api.vocabulary import PREFIXES

Term = NamedNode | Literal
_LOCAL: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_SHORT: Final = re.compile(r'[\x00-\x1f\x7f\\"]')
_ESCAPES: Final = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"'}
_NAMESPACES: Final = {namespace: prefix for prefix, namespace in PREFIXES.items()}
_TYPE: Final = str(RDF.type)
_LABEL: Final = str(SKOS.prefLabel)
_STRING: Final = str(XSD.string)
_BARE: Final = {
    str(XSD.boolean): re.compile(r"true|false"),
    str(XSD.integer): re.compile(r"[+-]?[0-9]+"),
    str(XSD.decimal): re.compile(r"[+-]?[0-9]*\.[0-9]+"),
}


class Statements:
    """Statements by subject, each once."""

    def __init__(self) -> None:
        self._by_subject: dict[str, dict[tuple[str, Term], None]] = defaultdict(dict)
        self._nodes: dict[str, NamedNode] = {}

    def __len__(self) -> int:
        return sum(map(len, self._by_subject.values()))

    def __contains__(self, subject: str) -> bool:
        return subject in self._by_subject

    def add(self, subject: str, predicate: str, value: "str | bool | int | Decimal | date | Term") -> None:
        """Add a statement; a text is an IRI, numbers and dates are typed, other literals come as terms."""
        term = self._node(value) if isinstance(value, str) else _term(value)
        self._by_subject[subject][predicate, term] = None

    def label(self, subject: str, en: str, ro: str) -> None:
        """Add the preferred label in both languages."""
        self.text(subject, _LABEL, en, "en")
        self.text(subject, _LABEL, ro, "ro")

    def text(self, subject: str, predicate: str, text: str, language: str | None = None) -> None:
        """Add a text, with its language where it has one."""
        term = Literal(text, language=language) if language else Literal(text)
        self._by_subject[subject][predicate, term] = None

    def __iter__(self) -> Iterator[Triple]:
        """Yield the statements, made anew each time: kept, they would take more room than the rest together."""
        for subject, pairs in self._by_subject.items():
            node = self._node(subject)
            for predicate, value in pairs:
                yield Triple(node, self._node(predicate), value)

    def turtle(self) -> str:
        """Return the statements as canonical Turtle."""
        names = _Names()
        blocks = []
        for subject in sorted(self._by_subject):
            lines = sorted(_line(predicate, value, names) for predicate, value in self._by_subject[subject])
            body = "".join([f"    {verb} {written} ;\n" for _, verb, _, written in lines])
            blocks.append(f"{names[subject]}\n{body}.\n")
        head = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in sorted(names.used))
        return "\n".join(filter(None, [head, *blocks]))

    def _node(self, iri: str) -> NamedNode:
        node = self._nodes.get(iri)
        if node is None:
            node = self._nodes[iri] = NamedNode(iri)
        return node


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


def _term(value: "bool | int | Decimal | date | Term") -> Term:
    match value:
        case bool():
            return Literal("true" if value else "false", datatype=NamedNode(str(XSD.boolean)))
        case int():
            return Literal(str(value), datatype=NamedNode(str(XSD.integer)))
        case Decimal():
            text = f"{value:f}"
            return Literal(text if "." in text else f"{text}.0", datatype=NamedNode(str(XSD.decimal)))
        case date():
            return Literal(value.isoformat(), datatype=NamedNode(str(XSD.date)))
    return value


def _line(predicate: str, value: Term, names: _Names) -> tuple[bool, str, tuple[int, str, str], str]:
    """Return a line with what it is sorted by."""
    verb = "a" if predicate == _TYPE else names[predicate]
    text = value.value
    if isinstance(value, NamedNode):
        return verb != "a", verb, (0, text, ""), names[text]
    language = value.language
    if language:
        return verb != "a", verb, (1, language, f"{text}\0None"), f'"{_SHORT.sub(_escape, text)}"@{language}'
    kind = value.datatype.value
    if kind == _STRING:
        return verb != "a", verb, (1, "", f"{text}\0None"), f'"{_SHORT.sub(_escape, text)}"'
    bare = _BARE.get(kind)
    quoted = text if bare and bare.fullmatch(text) else f'"{_SHORT.sub(_escape, text)}"^^{names[kind]}'
    return verb != "a", verb, (1, "", f"{text}\0{kind}"), quoted


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04X}"
