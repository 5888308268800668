"""The W3C's manifests of tests, read into cases; files stand under one host, as if it served them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

MF: Final = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT: Final = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT: Final = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
# Where the files of a case are for itself: relative IRIs in its data and its query mean the same.
HOST: Final = "http://w3c.test"
# Where the graphs are that the tests of the protocol speak of.
GRAPHS: Final = "http://kasei.us/2009/09/sparql/data/"

QUERY_SUITES: Final = (
    "aggregates", "bind", "bindings", "cast", "construct", "exists", "functions", "grouping", "negation",
    "project-expression", "property-path", "subquery", "syntax-query",
)  # fmt: skip
RESULT_SUITES: Final = ("csv-tsv-res", "json-res")
FEDERATION_SUITES: Final = ("service", "syntax-fed")
UPDATE_SUITES: Final = (
    "add", "basic-update", "clear", "copy", "delete", "delete-data", "delete-insert", "delete-where", "drop", "move",
    "syntax-update-1", "syntax-update-2", "update-silent",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One test: its query, the files of its dataset with the names of their graphs, and its result."""

    suite: str
    name: str
    kind: str
    query: Path
    default: tuple[tuple[Path, str], ...] = ()
    named: tuple[tuple[Path, str], ...] = ()
    result: Path | None = None


def read(folder: Path, suite: str) -> list[Case]:
    """Return the cases of a suite in the folder of all suites, in the order of its manifest."""
    manifest = folder / suite / "manifest.ttl"
    graph = Graph().parse(manifest, format="turtle", publicID=manifest.as_uri())
    [entries] = graph.objects(URIRef(manifest.as_uri()), MF.entries)
    return [_case(graph, suite, entry) for entry in Collection(graph, entries)]


def _case(graph: Graph, suite: str, entry: Node) -> Case:
    name = str(entry).rpartition("#")[2]
    kind = str(graph.value(entry, RDF.type)).rpartition("#")[2]
    action, result = graph.value(entry, MF.action), graph.value(entry, MF.result)
    assert action is not None
    # A syntax test names its query itself.
    query = graph.value(action, QT.query) or graph.value(action, UT.request) or action
    return Case(
        suite,
        name,
        kind,
        path_of(query),
        tuple(_file(graph, node) for node in graph.objects(action, QT.data)),
        tuple(_file(graph, node) for node in graph.objects(action, QT.graphData)),
        path_of(result) if isinstance(result, URIRef) else None,
    )


def _file(graph: Graph, node: Node) -> tuple[Path, str]:
    inner = graph.value(node, QT.graph)
    path = path_of(inner or node)
    label = graph.value(node, RDFS.label) if inner else None
    return path, str(label) if label else f"{HOST}/{path.name}"


def path_of(node: Node) -> Path:
    """Return the file that an IRI of a manifest names."""
    return Path(unquote(urlsplit(str(node)).path))


def graph_of(suite: str, path: Path) -> str:
    """Return a name for the graph of a file that tells it from those of other suites."""
    return f"{HOST}/{suite}/{path.name}"
