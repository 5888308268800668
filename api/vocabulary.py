"""The namespaces and prefixes that all modules share (model.md §1)."""

from typing import Final

from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SH, SKOS, VOID, XSD

BASE: Final = "https://w3id.org/atf/"
ATF: Final = Namespace(BASE + "ontology#")
ID: Final = Namespace(BASE + "id/")
SCHEME: Final = Namespace(BASE + "scheme/")
RULE: Final = Namespace(BASE + "rule/")
GRAPH: Final = Namespace(BASE + "graph/")
ELI: Final = Namespace("http://data.europa.eu/eli/ontology#")
CV: Final = Namespace("http://data.europa.eu/m8g/")
QB: Final = Namespace("http://purl.org/linked-data/cube#")
SDMX_MEASURE: Final = Namespace("http://purl.org/linked-data/sdmx/2009/measure#")
SDMX_DIMENSION: Final = Namespace("http://purl.org/linked-data/sdmx/2009/dimension#")
SDMX_ATTRIBUTE: Final = Namespace("http://purl.org/linked-data/sdmx/2009/attribute#")
NUTS: Final = Namespace("http://data.europa.eu/nuts/code/")
COUNTRY: Final = Namespace("http://publications.europa.eu/resource/authority/country/")
OA: Final = Namespace("http://www.w3.org/ns/oa#")
TIME: Final = Namespace("http://www.w3.org/2006/time#")

# The node that carries the date of an analysis (model.md §7).
RUN: Final = URIRef(BASE + "id/analysis/run")

PREFIXES: Final[dict[str, str]] = {
    "atf": str(ATF),
    "country": str(COUNTRY),
    "cv": str(CV),
    "dcat": str(DCAT),
    "dcterms": str(DCTERMS),
    "eli": str(ELI),
    "foaf": str(FOAF),
    "graph": str(GRAPH),
    "id": str(ID),
    "nuts": str(NUTS),
    "oa": str(OA),
    "org": str(ORG),
    "owl": str(OWL),
    "prov": str(PROV),
    "qb": str(QB),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "rule": str(RULE),
    "scheme": str(SCHEME),
    "sdmx-attribute": str(SDMX_ATTRIBUTE),
    "sdmx-dimension": str(SDMX_DIMENSION),
    "sdmx-measure": str(SDMX_MEASURE),
    "sh": str(SH),
    "skos": str(SKOS),
    "time": str(TIME),
    "void": str(VOID),
    "xsd": str(XSD),
}


def bind_prefixes(graph: Graph) -> Graph:
    """Bind the project's prefixes, and no others, to a graph and return it."""
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace, override=True, replace=True)
    return graph
