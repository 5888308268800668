"""The dataset as a whole: files with checksums, descriptions for catalogues, and an address for every IRI of ours."""

import hashlib
import itertools
import re
from collections import defaultdict
from pathlib import Path

import httpx
import pyoxigraph
import pyshacl
import pytest
import rdflib
from pyoxigraph import RdfFormat, Store
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, SH, SKOS, VOID

from api.graph.dataset import load_manifest
from api.graph.sources import CATALOG
from api.settings import Settings
from api.vocabulary import BASE
from tests.endpoint import call, get

FORMATS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
}
FILES = {"nq": "application/n-quads", "trig": "application/trig", "ttl": "text/turtle", "jsonld": "application/ld+json"}
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
DATASET = rdflib.URIRef(f"{BASE}dataset")


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_the_dataset_and_fits_its_checksum(server: str, settings: Settings, name: str) -> None:
    response = get(f"{server}/dataset/atf.{name}")
    assert response.headers["content-type"].split(";")[0] == FILES[name]
    assert response.headers["content-disposition"] == f'attachment; filename="atf.{name}"'
    digest = hashlib.sha256(response.content).hexdigest()
    assert get(f"{server}/dataset/atf.{name}.sha256").text == f"{digest}  atf.{name}\n"
    again = get(f"{server}/dataset/atf.{name}", headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = call("HEAD", f"{server}/dataset/atf.{name}", headers={"Accept-Encoding": "identity"})
    assert (head.content, head.headers["content-length"]) == (b"", str(len(response.content)))
    manifest = load_manifest(settings.build)
    quads = list(pyoxigraph.parse(response.content, format=RdfFormat.from_media_type(FILES[name])))
    if name == "nq":
        assert digest == manifest.sha256
    counts: dict[str, int] = defaultdict(int)
    for quad in quads:
        counts[getattr(quad.graph_name, "value", "")] += 1
    assert len(quads) == manifest.quads
    assert name == "ttl" or counts == manifest.graphs


def test_there_is_no_other_file(server: str) -> None:
    for name in ("atf", "atf.exe", "manifest.json", "atf.nq.sha1", "atf.nq.sha256.sha256", ".server-1"):
        assert get(f"{server}/dataset/{name}").status_code == 404


@pytest.mark.parametrize("path", ["/dataset", "/.well-known/void"])
@pytest.mark.parametrize("media", FORMATS)
def test_the_description_says_the_same_in_every_format(server: str, path: str, media: str) -> None:
    response = get(server + path, headers={"Accept": media})
    assert response.headers["content-type"].split(";")[0] == media
    found = set(pyoxigraph.parse(response.content, format=RdfFormat.from_media_type(media)))
    plain = set(pyoxigraph.parse(get(f"{server}/dataset?format=nt").content, format=RdfFormat.N_TRIPLES))
    assert len(found) == len(plain) > 200
    assert get(server + path, headers={"Accept": media, "If-None-Match": response.headers["etag"]}).status_code == 304
    assert 'rel="alternate"' in response.headers["link"]


def test_the_description_is_true(server: str, settings: Settings, dataset: Store) -> None:
    graph = rdflib.Graph().parse(data=get(f"{server}/.well-known/void").content, format="turtle")
    manifest = load_manifest(settings.build)
    assert int(str(graph.value(DATASET, VOID.triples))) == manifest.quads
    assert {
        str(part): int(str(graph.value(part, VOID.triples))) for part in graph.objects(DATASET, VOID.subset)
    } == manifest.graphs
    classes = {
        str(graph.value(part, VOID["class"])): int(str(graph.value(part, VOID.entities)))
        for part in graph.objects(DATASET, VOID.classPartition)
    }
    assert classes == manifest.classes
    for part in itertools.islice(graph.objects(DATASET, VOID.propertyPartition), 10):
        query = f"SELECT (COUNT(*) AS ?n) {{ ?s <{graph.value(part, VOID.property)}> ?o }}"
        found = get(f"{server}/sparql", params={"query": query}).json()["results"]["bindings"][0]["n"]["value"]
        assert found == str(graph.value(part, VOID.triples))
    for distribution in graph.objects(DATASET, DCAT.distribution):
        file = get(str(graph.value(distribution, DCAT.downloadURL)))
        checksum = graph.value(distribution, SPDX.checksum)
        assert str(graph.value(checksum, SPDX.checksumValue)) == hashlib.sha256(file.content).hexdigest()
        assert int(str(graph.value(distribution, DCAT.byteSize))) == len(file.content)
    assert graph.value(DATASET, VOID.sparqlEndpoint) == rdflib.URIRef(f"{server}/sparql")
    themes = set(graph.objects(DATASET, DCAT.theme))
    assert rdflib.URIRef("http://eurovoc.europa.eu/5933") in themes
    assert graph.value(DATASET, DCTERMS.license) == rdflib.URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert (DATASET, DCTERMS.provenance, None) in graph
    assert {one.language for one in graph.objects(DATASET, DCTERMS.title) if isinstance(one, rdflib.Literal)} == {
        "en",
        "ro",
    }
    # Each graph keeps what the catalogue says of it: licence, kind and author.
    catalogued = [part for part in graph.objects(DATASET, VOID.subset) if (part, DCTERMS.license, None) in graph]
    assert len(catalogued) > 10
    assert all((part, SKOS.prefLabel, None) in graph for part in catalogued)


def test_the_description_fits_dcat_ap(server: str, shared: Path) -> None:
    graph = rdflib.Graph().parse(
        data=get(f"{server}/dataset", headers={"Accept": "text/turtle"}).content, format="turtle"
    )
    shapes = rdflib.Graph().parse(shared / "eu-shapes" / "dcat-ap-3.0.1-shacl.ttl", format="turtle")
    # The published file names a few constraints that it does not hold.
    for shape, _, constraint in list(shapes.triples((None, SH.property, None))):
        if (constraint, None, None) not in shapes:
            shapes.remove((shape, SH.property, constraint))
    assert set(graph.subjects(RDF.type, DCAT.Dataset)) == {DATASET}
    assert len(set(graph.subjects(RDF.type, DCAT.Distribution))) == len(FILES)
    conforms, _, text = pyshacl.validate(graph, shacl_graph=shapes, inference="none", advanced=False)
    assert conforms, text
    # A rule that never looks at anything would be content as well.
    for predicate in (DCTERMS.title, DCTERMS.publisher):
        graph.remove((DATASET, predicate, None))
    graph.remove((None, FOAF.name, None))
    assert not pyshacl.validate(graph, shacl_graph=shapes, inference="none", advanced=False)[0]


def addresses(dataset: Store) -> dict[str, list[str]]:
    """Every IRI of ours that a statement speaks of, by kind."""
    found: dict[str, set[str]] = defaultdict(set)
    for quad in dataset:
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            iri = getattr(term, "value", "")
            if isinstance(term, pyoxigraph.NamedNode) and iri.startswith(BASE):
                kind = re.split(r"[/#]", iri.removeprefix(BASE))
                found["/".join(kind[:2]) if kind[0] in {"id", "scheme"} else kind[0]].add(iri)
    return {kind: sorted(iris) for kind, iris in sorted(found.items())}


def test_every_iri_of_ours_leads_to_its_description(server: str, dataset: Store) -> None:
    kinds = addresses(dataset)
    assert {"graph", "ontology", "rule", "id/institution", "scheme/role"} <= set(kinds)
    wrong = []
    catalogued = {
        getattr(quad.subject, "value", "") for quad in dataset if getattr(quad.graph_name, "value", "") == CATALOG
    }
    with httpx.Client(verify=False, base_url=server, timeout=30) as client:
        # The node that carries the date of an analysis is of no type, and no thing that anybody would look up.
        del kinds["id/analysis"]
        for kind, iris in kinds.items():
            # All of the small kinds, and of the large ones as many, spread over the alphabet.
            for iri in iris[:: max(1, len(iris) // 12)]:
                path = iri.removeprefix(BASE.rstrip("/")).replace("ontology#", "ontology/")
                page = client.get(path, headers={"Accept": "text/html"}, follow_redirects=True)
                shown = page.status_code == 200 and page.headers["content-type"].startswith("text/html")
                # A graph that the catalogue does not describe is data only.
                if not shown and not (kind == "graph" and iri not in catalogued):
                    wrong.append((path, "html", page.status_code))
                for media, reader in FORMATS.items():
                    data = client.get(path, headers={"Accept": media}, follow_redirects=True)
                    if data.status_code != 200 or data.headers["content-type"].split(";")[0] != media:
                        wrong.append((path, media, data.status_code))
                        continue
                    assert 'rel="alternate"' in data.headers["link"], path
                    if media == "application/n-triples":
                        assert rdflib.Graph().parse(data=data.content, format=reader), path
            assert kind
    assert wrong == []
