"""What the endpoint says of itself (https://www.w3.org/TR/sparql11-service-description/)."""

from collections.abc import Iterable
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from api.graph.dataset import Manifest
from api.vocabulary import BASE

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_VOID: Final = "http://rdfs.org/ns/void#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_TYPE: Final = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_INTEGER: Final = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_COMMENT: Final = NamedNode("http://www.w3.org/2000/01/rdf-schema#comment")
_CUT: Final = "an answer that was cut says so by X-Result-Truncated and, in SPARQL JSON, by a link to here in its head."
PREFIXES: Final = {"sd": _SD, "void": _VOID, "formats": _FORMATS}

_RESULTS: Final = """SPARQL_Results_JSON SPARQL_Results_XML SPARQL_Results_CSV SPARQL_Results_TSV
Turtle N-Triples RDF_XML JSON-LD"""


def describe(endpoint: str, manifest: Manifest, max_rows: int) -> list[Triple]:
    """Return the description of an endpoint at an address, with the graphs of a dataset and their sizes.

    ``max_rows`` is the cap on a result; an answer that it has cut links to this description. No federation, no
    updates and no dereferencing of graphs is claimed, because there is none.
    """
    service, dataset, default = NamedNode(endpoint), NamedNode(BASE + "dataset"), BlankNode("default")
    found = [
        Triple(service, _TYPE, _sd("Service")),
        Triple(service, _sd("endpoint"), service),
        Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        Triple(service, _sd("feature"), _sd("UnionDefaultGraph")),
        Triple(service, _COMMENT, Literal(f"A result holds at most {max_rows} rows; {_CUT}", language="en")),
        Triple(service, _sd("defaultDataset"), dataset),
        Triple(dataset, _TYPE, _sd("Dataset")),
        Triple(dataset, _sd("defaultGraph"), default),
        Triple(default, _TYPE, _sd("Graph")),
        Triple(default, NamedNode(_VOID + "triples"), _number(manifest.quads)),
    ]
    for name in _RESULTS.split():
        found.append(Triple(service, _sd("resultFormat"), NamedNode(_FORMATS + name)))
    found += _graphs(dataset, manifest.graphs.items())
    return found


def _graphs(dataset: NamedNode, graphs: Iterable[tuple[str, int]]) -> list[Triple]:
    found = []
    for number, (iri, triples) in enumerate(sorted(graphs)):
        named, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        found += [
            Triple(dataset, _sd("namedGraph"), named),
            Triple(named, _TYPE, _sd("NamedGraph")),
            Triple(named, _sd("name"), NamedNode(iri)),
            Triple(named, _sd("graph"), graph),
            Triple(graph, _TYPE, _sd("Graph")),
            Triple(graph, NamedNode(_VOID + "triples"), _number(triples)),
        ]
    return found


def _sd(name: str) -> NamedNode:
    return NamedNode(_SD + name)


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=_INTEGER)
