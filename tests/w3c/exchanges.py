"""The W3C's tests of protocols: requests and what they expect, read from HTTP in RDF."""

from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

import pyoxigraph
from pyoxigraph import RdfFormat, Triple
from rdflib import Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from tests.w3c.suite import HOST, MF

HT: Final = Namespace("http://www.w3.org/2011/http#")
CNT: Final = Namespace("http://www.w3.org/2011/content#")
_CODES: Final = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}


@dataclass(frozen=True)
class Exchange:
    """A request of a test and the answer that it expects."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    statuses: frozenset[str]
    boolean: bool | None = None
    format: str | None = None
    media: str | None = None
    graph: bytes | None = None

    def status_fits(self, status: int) -> bool:
        """Tell whether a status is one of those that the test names, by itself or by its class."""
        names = {name for name, code in _CODES.items() if code == status}
        return bool(self.statuses & (names | {f"StatusCode{status // 100}xx"}))


def read(folder: Path, file: str) -> dict[str, list[Exchange]]:
    """Return the exchanges of each test of a manifest (``folder/file``), by the name of the test."""
    path = folder / file
    graph = Graph().parse(path, format="turtle", publicID=path.as_uri())
    [entries] = graph.objects(URIRef(path.as_uri()), MF.entries)
    found = {}
    for entry in Collection(graph, entries):
        requests = graph.value(graph.value(entry, MF.action), HT.requests)
        assert requests is not None
        found[str(entry).rpartition("#")[2]] = [_exchange(graph, one) for one in Collection(graph, requests)]
    return found


def _exchange(graph: Graph, request: Node) -> Exchange:
    response = graph.value(request, HT.resp)
    boolean, form = graph.value(response, MF.expectedBoolean), graph.value(response, MF.expectedFormat)
    expected = _headers(graph, response) if response else ()
    return Exchange(
        str(graph.value(request, HT.methodName)),
        str(graph.value(request, HT.absolutePath)),
        _headers(graph, request),
        _body(graph, request),
        frozenset(str(one).rpartition("#")[2] for one in graph.objects(response, MF.expectedStatus)),
        None if boolean is None else str(boolean) == "true",
        None if form is None else str(form),
        dict(expected).get("content-type"),
        _body(graph, response) if response else None,
    )


def _headers(graph: Graph, node: Node) -> tuple[tuple[str, str], ...]:
    headers = graph.value(node, HT.headers)
    fields = list(Collection(graph, headers)) if headers else []
    return tuple((str(graph.value(one, HT.fieldName)), str(graph.value(one, HT.fieldValue))) for one in fields)


def _body(graph: Graph, node: Node) -> bytes | None:
    body = graph.value(node, HT.body)
    if body is None:
        return None
    return str(graph.value(body, CNT.chars)).encode(str(graph.value(body, CNT.characterEncoding)))


def apply(state: dict[str, list[Triple]], exchange: Exchange) -> None:
    """Do to the graphs of a store what a request asks of a graph store that can be written."""
    name = parse_qs(urlsplit(exchange.path).query).get("graph", [f"{HOST}/default"])[0]
    if exchange.method == "DELETE":
        state.pop(name, None)
    elif exchange.method in {"PUT", "POST"}:
        kept = [] if exchange.method == "PUT" else state.get(name, [])
        state[name] = kept + [triple for part in _parts(exchange) for triple in parse(part)]


def _parts(exchange: Exchange) -> list[bytes]:
    """Return the documents of a body: several, if it is a form with files."""
    assert exchange.body is not None
    kind = dict(exchange.headers)["content-type"]
    if not kind.startswith("multipart/"):
        return [exchange.body]
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + exchange.body)
    return [str(part.get_payload()).encode() for part in message.walk() if not part.is_multipart()]


def parse(turtle: bytes) -> list[Triple]:
    """Read a document of the tests."""
    parsed = pyoxigraph.parse(turtle, format=RdfFormat.TURTLE, base_iri=HOST, rename_blank_nodes=True)
    return [quad.triple for quad in parsed]
