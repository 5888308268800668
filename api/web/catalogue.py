"""What the dataset says of itself to catalogues and harvesters: DCAT-AP 3 and VoID, as one graph.

https://semiceu.github.io/DCAT-AP/releases/3.0.0/ and https://www.w3.org/TR/void/
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, OWL, PROV, RDFS, SKOS, VOID, XSD
from rdflib.term import Node

from api.graph.dataset import Manifest
from api.vocabulary import BASE, ID, bind_prefixes
from api.web.dumps import Dump
from api.web.media import DATASET_FORMATS, GRAPH_FORMATS
from api.web.pages import LANGUAGES, word

_SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
_FORMATS: Final = Namespace("http://www.w3.org/ns/formats/")
_EU: Final = "http://publications.europa.eu/resource/authority/"
_IANA: Final = "https://www.iana.org/assignments/media-types/"
_LICENCE: Final = URIRef("https://creativecommons.org/licenses/by/4.0/")
# The EU's name of each format, and W3C's.
_FILE_TYPES: Final = {
    "nq": ("RDF_N_QUADS", "N-Quads"),
    "trig": ("RDF_TRIG", "TriG"),
    "ttl": ("RDF_TURTLE", "Turtle"),
    "jsonld": ("JSON_LD", "JSON-LD"),
}
# EuroVoc has no concept nearer to the framework as a whole.
_EUROVOC: Final = (URIRef("http://eurovoc.europa.eu/5933"), "trafficking in human beings")
_JUSTICE: Final = (URIRef(f"{_EU}data-theme/JUST"), "Justice, legal system and public safety")
DATASET: Final = URIRef(BASE + "dataset")
EDITORS: Final = URIRef(f"{ID}agent/editors")


@dataclass(frozen=True)
class Facts:
    """What the description is made of: the manifest, what the catalogue of graphs says, and the files.

    ``statements`` are those about the graphs and their editors; ``uses`` counts statements by property.
    """

    manifest: Manifest
    statements: Iterable[tuple[Node, Node, Node]]
    uses: Mapping[str, int]
    dumps: Mapping[str, Dump]


def describe(facts: Facts, address: str) -> Graph:
    """Return the description of the dataset as it is served at an address."""
    graph = bind_prefixes(Graph())
    graph.bind("spdx", _SPDX)
    _dataset(graph, facts, address)
    for name, dump in facts.dumps.items():
        _distribution(graph, facts.manifest, name, dump, address)
    _service(graph, address)
    _parts(graph, facts)
    for statement in facts.statements:
        graph.add(statement)
    graph.add((EDITORS, RDF.type, FOAF.Agent))
    for label in list(graph.objects(EDITORS, SKOS.prefLabel)):
        graph.add((EDITORS, FOAF.name, label))
    return graph


def _add(graph: Graph, subject: Node, values: Iterable[tuple[URIRef, Node]]) -> None:
    for predicate, value in values:
        graph.add((subject, predicate, value))


def _say(graph: Graph, subject: Node, predicate: URIRef, key: str) -> None:
    for lang in LANGUAGES:
        graph.add((subject, predicate, Literal(word(key, lang), lang=lang)))


def _typed(graph: Graph, iri: str | URIRef, kind: URIRef) -> URIRef:
    """Return an IRI whose type is told in the graph: a validator does not look it up."""
    node = URIRef(iri)
    graph.add((node, RDF.type, kind))
    return node


def _concept(graph: Graph, iri: URIRef, label: str) -> URIRef:
    graph.add((iri, SKOS.prefLabel, Literal(label, lang="en")))
    return _typed(graph, iri, SKOS.Concept)


def _dataset(graph: Graph, facts: Facts, address: str) -> None:
    manifest = facts.manifest
    _say(graph, DATASET, DCTERMS.title, "dataset.title")
    _say(graph, DATASET, DCTERMS.description, "dataset.description")
    for keyword in ("dataset.keyword_law", "dataset.keyword_duty"):
        _say(graph, DATASET, DCAT.keyword, keyword)
    built = Literal(manifest.built_at.isoformat(), datatype=XSD.dateTime)
    provenance = BNode("provenance")
    _say(graph, provenance, RDFS.label, "dataset.provenance")
    page = _typed(graph, f"{address}/en/dataset", FOAF.Document)
    language = [_typed(graph, f"{_EU}language/{code}", DCTERMS.LinguisticSystem) for code in ("ENG", "RON")]
    _add(
        graph,
        DATASET,
        [
            (RDF.type, DCAT.Dataset),
            (RDF.type, VOID.Dataset),
            (DCTERMS.identifier, Literal(f"sha256:{manifest.sha256}")),
            (DCTERMS.publisher, EDITORS),
            (DCTERMS.creator, EDITORS),
            (DCTERMS.license, _typed(graph, _LICENCE, DCTERMS.LicenseDocument)),
            (DCTERMS.modified, built),
            (DCTERMS.provenance, provenance),
            (DCTERMS.spatial, _typed(graph, f"{_EU}country/ROU", DCTERMS.Location)),
            (DCTERMS.accessRights, _typed(graph, f"{_EU}access-right/PUBLIC", DCTERMS.RightsStatement)),
            (DCTERMS.accrualPeriodicity, _typed(graph, f"{_EU}frequency/IRREG", DCTERMS.Frequency)),
            *((DCTERMS.language, one) for one in language),
            (DCAT.theme, _concept(graph, *_JUSTICE)),
            (DCAT.theme, _concept(graph, *_EUROVOC)),
            (URIRef(f"{DCAT}version"), Literal(manifest.version)),
            (OWL.versionInfo, Literal(manifest.version)),
            (DCAT.landingPage, page),
            (PROV.wasDerivedFrom, URIRef(f"{ID}edition/strategy-2018-2022-en")),
            (VOID.triples, Literal(manifest.quads)),
            (VOID.classes, Literal(len(manifest.classes))),
            (VOID.properties, Literal(len(facts.uses))),
            (VOID.uriSpace, Literal(BASE)),
            (VOID.sparqlEndpoint, URIRef(f"{address}/sparql")),
            (VOID.exampleResource, URIRef(f"{ID}institution/anitp")),
            (VOID.vocabulary, URIRef(BASE + "ontology")),
            *((VOID.feature, _FORMATS[name]) for name in ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")),
        ],
    )
    graph.add((provenance, RDF.type, DCTERMS.ProvenanceStatement))


def _distribution(graph: Graph, manifest: Manifest, name: str, dump: Dump, address: str) -> None:
    media = next(media for media, known in DATASET_FORMATS.items() if known == name)
    file = URIRef(f"{address}/dataset/atf.{name}")
    eu, w3c = _FILE_TYPES[name]
    checksum = BNode(f"checksum-{name}")
    algorithm = _typed(graph, _SPDX.checksumAlgorithm_sha256, _SPDX.ChecksumAlgorithm)
    _add(
        graph,
        checksum,
        [
            (RDF.type, _SPDX.Checksum),
            (_SPDX.algorithm, algorithm),
            (_SPDX.checksumValue, Literal(dump.sha256, datatype=XSD.hexBinary)),
        ],
    )
    distribution = URIRef(f"{BASE}dataset/atf.{name}")
    _say(graph, distribution, DCTERMS.title, f"dataset.as_{name}")
    _add(
        graph,
        distribution,
        [
            (RDF.type, DCAT.Distribution),
            (DCAT.accessURL, file),
            (DCAT.downloadURL, file),
            (DCAT.mediaType, _typed(graph, _IANA + media, DCTERMS.MediaType)),
            (DCAT.byteSize, Literal(dump.size, datatype=XSD.nonNegativeInteger)),
            (DCTERMS.format, _typed(graph, f"{_EU}file-type/{eu}", DCTERMS.MediaTypeOrExtent)),
            (DCTERMS.license, _LICENCE),
            (DCTERMS.modified, Literal(manifest.built_at.isoformat(), datatype=XSD.dateTime)),
            (_SPDX.checksum, checksum),
        ],
    )
    _add(graph, DATASET, [(DCAT.distribution, distribution), (VOID.dataDump, file), (VOID.feature, _FORMATS[w3c])])


def _service(graph: Graph, address: str) -> None:
    endpoint = URIRef(f"{address}/sparql")
    _say(graph, endpoint, DCTERMS.title, "dataset.service")
    formats = [_typed(graph, _IANA + media, DCTERMS.MediaTypeOrExtent) for media in GRAPH_FORMATS]
    _add(
        graph,
        endpoint,
        [
            (RDF.type, DCAT.DataService),
            (DCAT.endpointURL, endpoint),
            (DCAT.endpointDescription, endpoint),
            (DCAT.servesDataset, DATASET),
            (DCTERMS.license, _LICENCE),
            (DCTERMS.publisher, EDITORS),
            *((DCTERMS.format, media) for media in formats),
        ],
    )


def _parts(graph: Graph, facts: Facts) -> None:
    """Add the parts of the dataset with their numbers: by graph, by class and by property."""
    for iri, triples in facts.manifest.graphs.items():
        part = URIRef(iri)
        graph.add((DATASET, VOID.subset, part))
        _add(graph, part, [(RDF.type, VOID.Dataset), (VOID.triples, Literal(triples))])
    for number, (iri, things) in enumerate(sorted(facts.manifest.classes.items())):
        kind = BNode(f"class{number}")
        graph.add((DATASET, VOID.classPartition, kind))
        _add(graph, kind, [(VOID["class"], URIRef(iri)), (VOID.entities, Literal(things))])
    for number, (iri, triples) in enumerate(sorted(facts.uses.items())):
        use = BNode(f"property{number}")
        graph.add((DATASET, VOID.propertyPartition, use))
        _add(graph, use, [(VOID.property, URIRef(iri)), (VOID.triples, Literal(triples))])
