"""Who says a statement: the kind of its graph, how certain it is, and the places or pages it rests on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from api.errors import NotFoundError
from api.sparql.store import Reader
from api.vocabulary import ATF, GRAPH

_GRAPHS: Final = f"""SELECT ?graph ?kind ?confidence ?source WHERE {{
  ?graph <{ATF.assertionKind}> ?kind .
  OPTIONAL {{ ?graph <{ATF.confidence}> ?confidence }}
  OPTIONAL {{ ?graph <http://purl.org/dc/terms/source> ?source }}
}}"""
# The certainty of a graph whose addresses never become links (data/links/, docs/links.md).
UNVERIFIED: Final = "unverified"
ELSEWHERE: Final = "Search by name on the start page, or list the questions."


@dataclass(frozen=True)
class Origin:
    """Who says a statement: the kind of its graph, the certainty, and the places or pages it rests on."""

    graph: str
    kind: str
    confidence: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Value:
    """A value of a property: an IRI to link, or a text with its language or datatype."""

    text: str
    is_iri: bool
    language: str | None = None
    datatype: str | None = None


def value_of(term: object) -> Value:
    """Return a term as a page shows it."""
    if isinstance(term, NamedNode):
        return Value(term.value, True)
    if isinstance(term, Literal):
        return Value(term.value, False, term.language, term.datatype.value)
    return Value(str(term), False)


def iri_of(term: object) -> str:
    """Return the text of a term."""
    return term.value if isinstance(term, NamedNode | Literal | BlankNode) else str(term)


def tail_of(term: object) -> str:
    """Return the last segment of an IRI."""
    return iri_of(term).rsplit("/", 1)[-1]


def node_of(iri: str) -> NamedNode:
    """Return an IRI as a term; raises ``NotFoundError`` for a text that can be no IRI."""
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise NotFoundError(f"This is no IRI: {iri[:200]!r}.", ELSEWHERE) from error


async def graph_origins(store: Reader) -> dict[str, Origin]:
    """Return who says what each catalogued graph holds (``data/catalog.ttl``)."""
    found: dict[str, tuple[str, str | None, list[str]]] = {}
    for row in (await store.select(_GRAPHS)).rows:
        kind, confidence, source = row["kind"], row.get("confidence"), row.get("source")
        entry = found.setdefault(iri_of(row["graph"]), (tail_of(kind), tail_of(confidence) if confidence else None, []))
        if source is not None:
            entry[2].append(iri_of(source))
    return {
        graph: Origin(graph, kind, confidence, tuple(sources)) for graph, (kind, confidence, sources) in found.items()
    }


def origin_of(graph: str, known: dict[str, Origin], own: Iterable[str] = ()) -> Origin:
    """Return the origin of a statement; its thing's own sources in that graph say more than the graph's."""
    base = known.get(graph)
    if base is None:
        kind = "inferred" if graph == str(GRAPH.inferred) else "vocabulary"
        base = Origin(graph, kind, None, ())
    sources = tuple(sorted(own))
    return Origin(graph, base.kind, base.confidence, sources or base.sources)
