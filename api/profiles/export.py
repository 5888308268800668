"""Running a profile: which graphs it may see, and how its graph is written."""

from collections.abc import Iterable
from typing import Final

from pyoxigraph import NamedNode, QueryTriples, RdfFormat, Store, Triple, serialize

from api.errors import UsageError
from api.graph.sources import ONTOLOGY
from api.graph.terms import graph_of
from api.graph.turtle import canonical
from api.profiles.profile import OTHER_PREFIXES, Profile
from api.vocabulary import ATF, GRAPH, PREFIXES, SCHEME, bind_prefixes

# What a profile is written as: the name of each format.
FORMATS: Final = ("ttl", "rdf", "jsonld")
UNVERIFIED: Final = f"SELECT ?graph WHERE {{ ?graph <{ATF.confidence}> <{SCHEME}confidence/unverified> }}"
_MADE: Final = frozenset({f"{GRAPH}findings"})


def visible(graphs: Iterable[str], unverified: Iterable[str]) -> list[str]:
    """Return the graphs that an export is made of.

    A standard has no place for "not verified", so what nobody has verified stays here; findings are about the
    graph, not of it.
    """
    hidden = set(unverified) | _MADE
    return sorted(graph for graph in graphs if graph not in hidden and not graph.startswith(f"{GRAPH}rule/"))


def unverified_graphs(store: Store) -> list[str]:
    """Return the graphs of a store that the catalogue calls unverified."""
    rows = store.query(UNVERIFIED, use_default_graph_as_union=True)
    return [row["graph"].value for row in rows]  # type: ignore[union-attr]


def construct(store: Store, profile: Profile) -> list[Triple]:
    """Run a profile on a store and return its triples, in order."""
    graphs = visible((graph.value for graph in store.named_graphs()), unverified_graphs(store))
    found = store.query(profile.query, default_graph=[NamedNode(graph) for graph in graphs])
    assert isinstance(found, QueryTriples)
    return sorted(set(found), key=str)


def written(triples: Iterable[Triple], format_name: str) -> bytes:
    """Write triples as canonical Turtle, RDF/XML or JSON-LD; raises ``UsageError`` for another format."""
    if format_name == "ttl":
        graph = bind_prefixes(graph_of(triples))
        for prefix, namespace in OTHER_PREFIXES.items():
            graph.bind(prefix, namespace)
        return canonical(graph).encode()
    formats = {"rdf": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD}
    if format_name not in formats:
        raise UsageError(f"There is no format {format_name[:60]!r}.", f"Choose one of: {', '.join(FORMATS)}.")
    return serialize(triples, format=formats[format_name], prefixes=PREFIXES | OTHER_PREFIXES) or b""


# Graphs that no profile speaks about: vocabulary, not assertions.
VOCABULARY: Final = frozenset({ONTOLOGY, f"{GRAPH}alignments", f"{GRAPH}inferred", f"{GRAPH}findings"})
