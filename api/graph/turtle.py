"""Canonical Turtle: one statement a line in a fixed order, so that one more statement is one more line."""

import re
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Final

from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.compare import to_canonical_graph
from rdflib.term import Node

from api.errors import BuildError, UnavailableError
from api.graph.sources import parse_turtle, read_text
from api.graph.terms import graph_of
from api.regular import check_regular
from api.vocabulary import BASE, PREFIXES

_INDENT: Final = "    "
_LOCAL: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_PREFIX: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
# Literals that Turtle writes without quotation marks (Turtle §2.5.2, §2.5.3).
_BARE: Final = {
    XSD.boolean: re.compile(r"true|false"),
    XSD.integer: re.compile(r"[+-]?[0-9]+"),
    XSD.decimal: re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD.double: re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+"),
}
_ESCAPES: Final = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"'}
_SHORT: Final = re.compile(r'[\x00-\x1f\x7f\\"]')
_LONG: Final = re.compile(r'[\x00-\x08\x0b-\x1f\x7f\\]|"(?="")|(?<=")"(?=")|"+\Z')
# Strings, IRIs and escapes come first, so that only a '#' outside them starts a comment.
_COMMENT: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""' r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"' r"|'(?:[^'\\\n]|\\.)*'" r"|<[^>\s]*>|\\.|(?P<comment>\#[^\n]*)",
    re.DOTALL,
)  # fmt: skip


def canonical(graph: Graph) -> str:
    """Write a graph as canonical Turtle.

    Subjects stand in the order of their IRIs, ``a`` before the other predicates, each object on a line of
    its own together with its predicate (so that an addition never touches the punctuation of another line),
    texts by language. Only prefixes in use are declared: the project's, then those bound to the graph.
    Blank nodes are written inside the statement that uses them, in the order of their text.
    """
    return _Writer(graph).text()


def format_file(path: Path, *, check: bool) -> bool:
    """Bring a Turtle file into canonical form, or only look (``check``); return whether it differed.

    Raises ``BuildError`` when it is not Turtle, is empty, or holds a comment, which would be lost;
    ``UnavailableError`` when it is a pipe or a device, or cannot be written.
    """
    check_regular(path)
    text = read_text(path, str(path))
    triples, prefixes = parse_turtle(text, str(path))
    if not triples:
        raise BuildError(f"{path} is empty: it holds no statement.")
    for match in _COMMENT.finditer(text):
        if match["comment"]:
            line = text.count("\n", 0, match.start()) + 1
            raise BuildError(f"{path} line {line}: a comment would be lost.", "Say it as a skos:editorialNote.")
    try:
        wanted = canonical(graph_of(triples, prefixes))
    except RecursionError as error:
        raise BuildError(f"{path}: its blank nodes are nested too deep.") from error
    if wanted.encode() == path.read_bytes():
        return False
    if not check:
        _replace(path, wanted)
    return True


def _replace(path: Path, text: str) -> None:
    try:
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=".fmt-", delete=False) as file:
            new = Path(file.name)
            try:
                file.write(text.encode())
                file.close()
                shutil.copymode(path, new)
                new.replace(path)
            except BaseException:
                new.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise UnavailableError(f"{path} cannot be written: {error.strerror}.") from error


class _Writer:
    """Writes one graph; the text of a blank node does not depend on its label unless it is shared."""

    def __init__(self, graph: Graph) -> None:
        self.namespaces = {
            str(namespace): prefix
            for prefix, namespace in graph.namespaces()
            if _PREFIX.fullmatch(prefix) and prefix not in PREFIXES and not str(namespace).startswith(BASE)
        } | {namespace: prefix for prefix, namespace in PREFIXES.items()}
        self.used: set[str] = set()
        self.graph = graph
        self.labelled = _shared(graph)
        if self.labelled:
            # Only a canonical label is the same in every copy of the graph.
            self.graph = to_canonical_graph(graph)
            self.labelled = _shared(self.graph)

    def text(self) -> str:
        referred = {node for node in self.graph.objects() if isinstance(node, BNode)}
        blocks: list[tuple[str, str]] = []
        for subject in set(self.graph.subjects()):
            if isinstance(subject, BNode) and subject not in self.labelled:
                if subject not in referred:
                    blocks.append(("~", f"[]\n{self.lines(subject, 1)}.\n"))
                continue
            order = f"~{subject}" if isinstance(subject, BNode) else f" {subject}"
            blocks.append((order, f"{self.term(subject, 0)}\n{self.lines(subject, 1)}.\n"))
        prefixes = {prefix: namespace for namespace, prefix in self.namespaces.items() if prefix in self.used}
        head = "".join(f"PREFIX {prefix}: <{prefixes[prefix]}>\n" for prefix in sorted(prefixes))
        return "\n".join(filter(None, [head, *(block for _, block in sorted(blocks))]))

    def lines(self, subject: Node, depth: int) -> str:
        statements = []
        for predicate, node in self.graph.predicate_objects(subject):
            verb = "a" if predicate == RDF.type else self.term(predicate, depth)
            written = self.term(node, depth)
            statements.append((verb != "a", verb, _order(node, written), written))
        return "".join(f"{_INDENT * depth}{verb} {written} ;\n" for _, verb, _, written in sorted(statements))

    def term(self, node: Node, depth: int) -> str:
        if isinstance(node, Literal):
            return self.literal(node)
        if isinstance(node, URIRef):
            return self.iri(node)
        if node in self.labelled:
            return f"_:{node}"
        items = self.items(node)
        if items is not None:
            inner = "".join(f"{_INDENT * (depth + 1)}{self.term(item, depth + 1)}\n" for item in items)
            return f"(\n{inner}{_INDENT * depth})"
        inner = self.lines(node, depth + 1)
        return f"[\n{inner}{_INDENT * depth}]" if inner else "[]"

    def items(self, node: Node) -> list[Node] | None:
        """Return the members of a list that Turtle can write in parentheses, else None."""
        members: list[Node] = []
        while node != RDF.nil:
            if not isinstance(node, BNode) or node in self.labelled:
                return None
            cell = sorted(self.graph.predicate_objects(node))
            if [predicate for predicate, _ in cell] != [RDF.first, RDF.rest]:
                return None
            members.append(cell[0][1])
            node = cell[1][1]
        return members

    def iri(self, iri: str) -> str:
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        prefix = self.namespaces.get(iri[:cut])
        if prefix is None or not _LOCAL.fullmatch(iri[cut:]):
            return f"<{iri}>"
        self.used.add(prefix)
        return f"{prefix}:{iri[cut:]}"

    def literal(self, node: Literal) -> str:
        value = str(node)
        bare = _BARE.get(node.datatype) if node.datatype else None
        if bare is not None and bare.fullmatch(value):
            return value
        quoted = f'"""{_LONG.sub(_escape, value)}"""' if "\n" in value else f'"{_SHORT.sub(_escape, value)}"'
        if node.language:
            return f"{quoted}@{node.language}"
        if node.datatype is None or node.datatype == XSD.string:
            return quoted
        return f"{quoted}^^{self.iri(node.datatype)}"


def _order(node: Node, written: str) -> tuple[int, str, str]:
    """Sort IRIs first, then texts by language, English before Romanian, then blank nodes by what they say."""
    if isinstance(node, Literal):
        return 1, node.language or "", f"{node}\0{node.datatype}"
    return (0, str(node), "") if isinstance(node, URIRef) else (2, written, "")


def _escape(match: re.Match[str]) -> str:
    return "".join(_ESCAPES.get(char) or f"\\u{ord(char):04X}" for char in match[0])


def _shared(graph: Graph) -> set[Node]:
    """Return the blank nodes that need a label: used more than once, or only by one another in a ring."""
    uses = Counter(node for node in graph.objects(unique=False) if isinstance(node, BNode))
    shared = {node for node, count in uses.items() if count > 1}
    blank = {node for node in graph.all_nodes() if isinstance(node, BNode)}
    reached: set[Node] = set()
    todo = [node for node in set(graph.subjects()) if not isinstance(node, BNode) or node not in uses]
    while todo:
        node = todo.pop()
        reached.add(node)
        todo += [child for child in graph.objects(node) if isinstance(child, BNode) and child not in reached]
    return shared | (blank - reached)
