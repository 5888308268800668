"""The graph store: whole graphs are read, nothing is written."""

from collections.abc import Iterator

import httpx
import pytest
import rdflib

from tests.endpoint import ROWS, E, call, get, served, settings

METHODS = "GET, HEAD, OPTIONS"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(settings(tmp_path_factory.mktemp("build"))) as (url, _):
        yield f"{url}/store"


def graph_of(response: httpx.Response, reader: str = "turtle") -> rdflib.Graph:
    """The graph in an answer."""
    assert response.status_code == 200, response.text
    return rdflib.Graph().parse(data=response.content, format=reader)


def test_a_named_graph_is_whole_whatever_the_cap_on_rows(store: str) -> None:
    response = get(store, params={"graph": f"{E}g1"})
    assert len(graph_of(response)) == ROWS
    assert "x-result-truncated" not in response.headers
    assert response.headers["vary"] == "Accept, Accept-Encoding"
    assert len(graph_of(get(store, params={"graph": f"{E}g2"}))) == 3


def test_the_default_graph_is_the_union(store: str) -> None:
    for address in (f"{store}?default", f"{store}?default="):
        assert len(graph_of(get(address))) == ROWS + 6


@pytest.mark.parametrize(
    ("media", "reader"),
    [("text/turtle", "turtle"), ("application/n-triples", "nt"), ("application/ld+json", "json-ld")],
)
def test_a_graph_comes_in_each_format(store: str, media: str, reader: str) -> None:
    response = get(store, params={"graph": f"{E}g2"}, headers={"Accept": media})
    assert response.headers["content-type"].split(";")[0] == media
    if reader != "json-ld":
        assert len(graph_of(response, reader)) == 3
    named = {"text/turtle": "ttl", "application/n-triples": "nt", "application/ld+json": "jsonld"}[media]
    assert get(store, params={"graph": f"{E}g2", "format": named}).content == response.content


def test_what_a_format_cannot_hold_is_told(store: str) -> None:
    response = get(store, params={"graph": f"{E}g3"}, headers={"Accept": "application/rdf+xml"})
    assert response.status_code == 406
    assert get(store, params={"graph": f"{E}g2"}, headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("graph=", 400),
        ("graph=g1", 400),
        ("default=1", 400),
        (f"default&graph={E}g1", 400),
        (f"graph={E}g1&graph={E}g2", 400),
        ("graph=%FF", 400),
        ("default&format=nonsense", 400),
        (f"graph={E}nothing", 404),
        ("graph=file:///etc/passwd", 404),
        (f"graph={E}%22%3E%20%7D", 400),
        (f"graph={E}" + "x" * 40_000, 414),
    ],
)
def test_what_names_no_graph_is_told(store: str, query: str, status: int) -> None:
    response = get(f"{store}?{query}")
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("query", ["", "?default", f"?graph={E}g1", f"?graph={E}new"])
def test_nothing_is_written(store: str, method: str, query: str) -> None:
    body = {"content": f"<{E}s> <{E}p> 1 .", "headers": {"Content-Type": "text/turtle"}} if method != "DELETE" else {}
    response = call(method, store + query, **body)
    assert (response.status_code, response.headers["allow"]) == (405, METHODS)
    assert response.headers["content-type"] == "application/problem+json"
    assert len(graph_of(get(f"{store}?default"))) == ROWS + 6


def test_head_options_and_a_second_visit(store: str) -> None:
    full = get(f"{store}?default")
    head = call("HEAD", f"{store}?default")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", full.headers["etag"])
    assert call("HEAD", store, params={"graph": f"{E}nothing"}).status_code == 404
    assert (call("OPTIONS", store).status_code, call("OPTIONS", store).headers["allow"]) == (204, METHODS)
    again = get(f"{store}?default", headers={"If-None-Match": full.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = get(f"{store}?default", headers={"If-None-Match": full.headers["etag"], "Accept": "application/n-triples"})
    assert other.status_code == 200
