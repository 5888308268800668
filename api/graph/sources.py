"""The sources: which Turtle file is which named graph (model.md §1), read strictly."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from api.errors import BuildError
from api.vocabulary import GRAPH

CATALOG: Final = str(GRAPH) + "catalog"
INFERRED: Final = str(GRAPH) + "inferred"
ONTOLOGY: Final = str(GRAPH) + "ontology"

_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_RULE: Final = re.compile(r"([A-Z]{3}-[0-9]{3})-[a-z0-9]+(-[a-z0-9]+)*")
# Graphs that are not files under data/; a data file of that name would be taken for one.
_RESERVED: Final = frozenset({"alignments", "findings", "inferred", "ontology", "rule", "scheme"})
_FOLDERS: Final = ("data", "ontology", "shapes")


@dataclass(frozen=True)
class Source:
    """One Turtle file: its path relative to the checkout, the IRI of its graph, and its statements.

    Blank nodes carry canonical labels (RDFC-1.0) that begin with the graph's path, so they never meet
    those of another file and do not change from one build to the next.
    """

    name: str
    graph: str
    triples: Sequence[Triple] = field(repr=False)


def graph_iri(name: str) -> str:
    """Return the IRI of the graph that a file (its path relative to the checkout) holds.

    Raises ``BuildError`` for a file that has no place in the layout, or a name that an IRI cannot carry.
    """
    parts = PurePosixPath(name).with_suffix("").parts
    match parts:
        case ("ontology", "atf"):
            return ONTOLOGY
        case ("ontology", "alignments"):
            return str(GRAPH) + "alignments"
        case ("ontology", "schemes", scheme) if _SLUG.fullmatch(scheme):
            return f"{GRAPH}scheme/{scheme}"
        case ("shapes", "prefixes"):
            return f"{GRAPH}rule/prefixes"
        case ("shapes", _, rule) if match_rule := _RULE.fullmatch(rule):
            return f"{GRAPH}rule/{match_rule[1]}"
        case ("data", first, *rest) if first not in _RESERVED and all(map(_SLUG.fullmatch, (first, *rest))):
            return str(GRAPH) + "/".join((first, *rest))
    raise BuildError(
        f"{name} has no place among the sources.",
        "Allowed are ontology/{atf,alignments}.ttl, ontology/schemes/name.ttl, shapes/prefixes.ttl, "
        "shapes/kind/ABC-001-name.ttl and data/…/name.ttl, with names of small letters, digits and hyphens.",
    )


def load_sources(root: Path) -> list[Source]:
    """Read every Turtle file of ontology/, shapes/ and data/, in the order of their graphs.

    Raises ``BuildError`` with one line for each file that cannot be read, and for two files with one graph.
    """
    names = sorted(file.relative_to(root).as_posix() for folder in _FOLDERS for file in (root / folder).rglob("*.ttl"))
    if "ontology/atf.ttl" not in names:
        raise BuildError(f"There is nothing to build in {root}: it has no ontology/atf.ttl.")
    found: dict[str, Source] = {}
    errors = []
    for name in names:
        try:
            source = _read(root / name, name)
        except BuildError as error:
            errors.append(str(error))
            continue
        if source.graph in found:
            errors.append(f"{found[source.graph].name} and {name} would be the same graph <{source.graph}>.")
        found[source.graph] = source
    if errors:
        raise BuildError("\n".join(errors))
    return [found[graph] for graph in sorted(found)]


def _read(path: Path, name: str) -> Source:
    graph = graph_iri(name)
    triples, _ = parse_turtle(read_text(path, name), name)
    if not triples:
        raise BuildError(f"{name} is empty: it holds no statement.")
    return Source(name, graph, with_stable_blank_nodes(triples, graph.removeprefix(str(GRAPH))))


def read_text(path: Path, name: str) -> str:
    """Read a file as UTF-8 text; a byte order mark is dropped.

    Raises ``BuildError`` naming the file, and the line where it is not UTF-8.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BuildError(f"{name} cannot be read: {error.strerror}.") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BuildError(f"{name} line {line}: the text is not UTF-8.", "Save the file as UTF-8.") from error


def parse_turtle(text: str, name: str) -> tuple[list[Triple], dict[str, str]]:
    """Parse Turtle 1.1 strictly and return its triples and the prefixes that it declares.

    Raises ``BuildError`` naming the file, line and column.
    """
    parser = parse(input=text, format=RdfFormat.TURTLE)
    try:
        triples = list(dict.fromkeys(quad.triple for quad in parser))
    except SyntaxError as error:
        reason = (error.msg or "").partition(": ")[2] or error.msg
        raise BuildError(f"{name} line {error.lineno}, column {error.offset}: {reason}.") from error
    for triple in triples:
        if isinstance(triple.object, Triple):
            raise BuildError(f"{name}: a statement about a statement (RDF 1.2) is not used here: {triple}.")
    return triples, parser.prefixes


def with_stable_blank_nodes(triples: list[Triple], prefix: str) -> list[Triple]:
    """Name the blank nodes of a graph by what is said of them (RDFC-1.0), behind the name of the graph."""
    if not any(isinstance(term, BlankNode) for triple in triples for term in (triple.subject, triple.object)):
        return triples
    dataset = Dataset(Quad(*triple) for triple in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    start = prefix.replace("/", "-")

    def named(term: Any) -> Any:
        return BlankNode(f"{start}-{term.value}") if isinstance(term, BlankNode) else term

    return [Triple(named(quad.subject), quad.predicate, named(quad.object)) for quad in dataset]
