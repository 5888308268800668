"""The places on which a finding rests: the passages of its nodes, in which graph they stand, and who says so."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from pyoxigraph import NamedNode
from rdflib.namespace import DCTERMS

from api.answering.labels import chunks, local_name
from api.answering.labels import values as values_block
from api.graph.sources import INFERRED
from api.sparql.store import Reader
from api.vocabulary import ATF

# A node with its sources in the graphs that name them, and the graphs that describe a node without a source.
_SOURCES: Final = f"""SELECT DISTINCT ?node ?source ?graph ?kind WHERE {{
  NODES
  GRAPH ?graph {{ ?node <{DCTERMS.source}> ?source }}
  OPTIONAL {{ ?graph <{ATF.assertionKind}> ?kind }}
}}"""
# Every passage that names a document is a source of it, which says nothing about the finding.
_DOCUMENTS: Final = f"SELECT ?node WHERE {{ NODES ?node a <{ATF.PolicyDocument}> }}"
_PLAIN: Final = f"SELECT DISTINCT ?node ?source WHERE {{ NODES ?node <{DCTERMS.source}> ?source }}"
_GRAPHS: Final = f"""SELECT DISTINCT ?node ?graph ?kind WHERE {{
  NODES
  GRAPH ?graph {{ ?node a ?type }}
  OPTIONAL {{ ?graph <{ATF.assertionKind}> ?kind }}
}}"""


class Place(NamedTuple):
    """Where a statement stands: the node that states it, its passage (or other source), the graph, who says it.

    What a file does not say, such as its graph, is empty.
    """

    statement: str
    passage: str = ""
    graph: str = ""
    kind: str = ""

    def public(self) -> dict[str, Any]:
        """Return the place as the JSON of a finding holds it."""
        return {
            "passage": self.passage or None,
            "graph": self.graph or None,
            "kind": self.kind or None,
            "statement": self.statement,
        }


async def places_of(store: Reader, nodes: Iterable[str]) -> dict[str, list[Place]]:
    """Return the places of each node, sorted; one without a source has the graphs that describe it."""
    wanted = {node for node in nodes if ":" in node and not node.startswith("_:")}
    found: dict[str, set[Place]] = defaultdict(set)
    whole = set()
    for part in chunks(wanted):
        rows = (await store.select(_DOCUMENTS.replace("NODES", values_block("node", part)))).rows
        whole |= {row["node"].value for row in rows}
    for query in (_SOURCES, _PLAIN, _GRAPHS):
        for part in chunks(wanted - found.keys() - (set() if query is _GRAPHS else whole)):
            for row in (await store.select(query.replace("NODES", values_block("node", part)))).rows:
                cells = {name: term.value for name, term in row.items() if isinstance(term, NamedNode)}
                graph = cells.get("graph", "")
                place = Place(cells["node"], cells.get("source", ""), graph, kind_of(graph, cells.get("kind", "")))
                found[place.statement].add(place)
    return {node: sorted(found[node]) if node in found else [Place(node)] for node in wanted}


def kind_of(graph: str, kind: str = "") -> str:
    """Return who says what stands in a graph, from the IRI of its assertion kind; the graph of inferences has none."""
    return "inferred" if graph == INFERRED else local_name(kind) if kind else ""
