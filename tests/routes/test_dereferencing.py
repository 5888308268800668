"""Every IRI that we mint can be followed: to a page in both languages, and to RDF in four formats that speaks of it."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import httpx
import pyoxigraph
import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

import api.cli
import api.web.app  # noqa: F401  # with these two, every module that defines an error is loaded
from api.vocabulary import BASE, GRAPH
from api.web import problem_types
from api.web.media import GRAPH_FORMATS

PAGES: Final = ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html")
# IRIs of each pattern that are followed: the first, the last and one between.
SAMPLE: Final = 3


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, timeout=60, follow_redirects=True) as found:
        yield found


def pattern(iri: str) -> str:
    """The path of an IRI without what names one thing: the slug, the term, the id of a rule."""
    path = iri.removeprefix(BASE)
    if path.startswith("rule/"):
        return re.sub(r"[A-Z]+-[0-9]+|(?<=prefix-).*", "…", path)
    return re.match(r"id/[^/]+/|", path)[0] or re.sub(r"[^/#]*$", "", path)  # type: ignore[index]


@pytest.fixture(scope="module")
def minted(dataset: Store) -> dict[str, list[str]]:
    """Some IRIs of ours for each pattern and position of a statement."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for quad in dataset:
        for position, term in zip("spog", (quad.subject, quad.predicate, quad.object, quad.graph_name), strict=True):
            if isinstance(term, NamedNode) and term.value.startswith(BASE):
                found[pattern(term.value), position].add(term.value)
    chosen: dict[str, set[str]] = defaultdict(set)
    for (name, _), iris in found.items():
        ordered = sorted(iris)
        chosen[name] |= {ordered[number * (len(ordered) - 1) // (SAMPLE - 1)] for number in range(SAMPLE)}
    return {name: sorted(iris) for name, iris in chosen.items()}


def follow(client: httpx.Client, iri: str, media: str) -> httpx.Response:
    """Follow an IRI as if its address led here; a client sends no fragment."""
    return client.get("/" + iri.removeprefix(BASE).partition("#")[0], headers={"Accept": media})


def faults(client: httpx.Client, iri: str) -> Iterator[str]:
    """What a client that follows an IRI would complain of."""
    for lang in ("en", "ro"):
        page = client.get(
            "/" + iri.removeprefix(BASE).partition("#")[0], headers={"Accept": PAGES[0], "Accept-Language": lang}
        )
        if page.status_code != 200 or not page.headers["content-type"].startswith("text/html"):
            yield f"{iri}: {page.status_code} {page.headers.get('content-type')} as a page ({lang})"
        elif f'<html lang="{lang}">' not in page.text:
            yield f"{iri}: the page is not in {lang}"
        elif [one.status_code for one in page.history][:1] != [303]:
            yield f"{iri}: a page stands under the IRI itself"
    for media in GRAPH_FORMATS:
        data = follow(client, iri, media)
        if data.status_code != 200 or data.headers["content-type"].partition(";")[0] != media:
            yield f"{iri}: {data.status_code} {data.headers.get('content-type')} instead of {media}"
            continue
        base = BASE if media == "application/rdf+xml" else None
        triples = list(pyoxigraph.parse(data.content, format=RdfFormat.from_media_type(media), base_iri=base))
        terms = {term for quad in triples for term in (quad.subject, quad.predicate, quad.object)}
        # A graph holds its statements, and seldom one about itself.
        if not triples or (NamedNode(iri) not in terms and not iri.startswith(str(GRAPH))):
            yield f"{iri}: {media} with {len(triples)} statements does not speak of it"


def test_every_pattern_of_iris_can_be_followed(client: httpx.Client, minted: dict[str, list[str]]) -> None:
    kinds = {name for name in minted if name.startswith("id/")}
    assert {"id/institution/", "id/act/", "id/finding/", "id/analysis/"} <= kinds
    assert {
        "",
        "ontology#",
        "graph/",
        "graph/rule/",
        "graph/scheme/",
        "scheme/",
        "scheme/role/",
        "rule/…",
        "rule/…-check",
    } <= minted.keys()
    assert [fault for iris in minted.values() for iri in iris for fault in faults(client, iri)] == []


def test_every_graph_has_a_page(client: httpx.Client, dataset: Store) -> None:
    for graph in dataset.named_graphs():
        page = client.get("/en/" + graph.value.removeprefix(BASE))
        assert page.status_code == 200, graph
    assert client.get("/en/graph/nowhere").status_code == 404
    assert client.get("/graph/nowhere", headers={"Accept": "text/turtle"}).status_code == 404


def test_every_type_of_a_problem_can_be_followed(client: httpx.Client) -> None:
    types = {problem_types.iri_of(problem_types.name_of(kind)): kind for kind in problem_types.kinds()}
    assert f"{BASE}problem/parameter" in types
    assert [fault for iri in types for fault in faults(client, iri)] == []
    for iri, kind in types.items():
        page = client.get("/en/" + iri.removeprefix(BASE))
        assert str(kind.status) in page.text
        assert "<h2" in page.text, iri
    assert client.get("/problem/nothing", headers={"Accept": "text/turtle"}).status_code == 404


def test_the_problems_are_listed(client: httpx.Client) -> None:
    listed = follow(client, f"{BASE}problem", "text/turtle")
    assert listed.status_code == 200
    for kind in problem_types.kinds():
        assert f"problem/{problem_types.name_of(kind)}" in listed.text
    assert client.get("/ro/problem").status_code == 200


def test_a_problem_that_a_client_meets_names_a_type_that_can_be_followed(client: httpx.Client) -> None:
    met = {
        client.get("/sparql", params={"query": query}, headers={"Accept": accept}).json()["type"]
        for query, accept in (("SELECT", "*/*"), ("CLEAR ALL", "*/*"), ("ASK {}", "image/png"))
    }
    met |= {client.get(path).json()["type"] for path in ("/queries/nothing", "/findings?rule=x", "/store", "/id/a/b")}
    assert len(met) == 6
    for iri in met:
        assert follow(client, iri, "text/turtle").status_code == 200, iri


def test_the_dataset_and_its_files_can_be_followed(client: httpx.Client) -> None:
    described = follow(client, f"{BASE}dataset", "text/turtle")
    graph = pyoxigraph.parse(described.content, format=RdfFormat.TURTLE)
    ours = {
        term.value
        for quad in graph
        for term in (quad.subject, quad.object)
        if isinstance(term, NamedNode) and term.value.startswith(BASE) and term.value != BASE
    }
    assert f"{BASE}dataset/atf.nq" in ours
    for iri in sorted(ours):
        assert follow(client, iri, "*/*").status_code == 200, iri
