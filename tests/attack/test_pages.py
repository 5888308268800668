"""A graph whose labels are attacks: on every page they are text, and only addresses become links."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from api.graph.dataset import Manifest
from api.settings import ROOT, Settings
from api.vocabulary import ATF, GRAPH, ID
from tests.endpoint import get, served

SKOS = "http://www.w3.org/2004/02/skos/core#"
LABELS = [
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "</script><script>alert(1)</script>",
    "[a link](javascript:alert(1))",
    "{{ 7 * 7 }}{% raw %}",
    "\u202eright to left",
]
ADDRESSES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "vbscript:x",
    "file:///etc/passwd",
]


def quads() -> list[Quad]:
    """Things whose every text is an attack."""
    graph, found = NamedNode(f"{GRAPH}strategy-2018-2022/attack"), []
    for number, label in enumerate(LABELS):
        thing = NamedNode(f"{ID}institution/evil-{number}")
        for name, value in (
            ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", NamedNode(str(ATF.Institution))),
            (f"{SKOS}prefLabel", Literal(label, language="en")),
            (f"{SKOS}prefLabel", Literal(label, language="ro")),
            (f"{SKOS}altLabel", Literal(label, language="en")),
            (f"{SKOS}editorialNote", Literal(label, language="en")),
            ("http://purl.org/dc/terms/identifier", Literal(label)),
            *(("http://www.w3.org/2000/01/rdf-schema#seeAlso", NamedNode(address)) for address in ADDRESSES),
            *(("http://purl.org/dc/terms/source", NamedNode(address)) for address in ADDRESSES),
        ):
            assert isinstance(value, NamedNode | Literal)
            found.append(Quad(thing, NamedNode(name), value, graph))
    return found


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("build")
    data = serialize(quads(), format=RdfFormat.N_QUADS) or b""
    manifest = Manifest(
        sha256=sha256(data).hexdigest(), quads=len(quads()), graphs={f"{GRAPH}strategy-2018-2022/attack": len(quads())},
        classes={str(ATF.Institution): len(LABELS)}, version="0", built_at=datetime(2026, 1, 1, tzinfo=UTC), as_of=date(2022, 12, 31),
    )  # fmt: skip
    (folder / "atf.nq").write_bytes(data)
    (folder / "manifest.json").write_text(json.dumps(manifest.model_dump(mode="json")))
    with served(Settings(root=ROOT, build=folder, store=None, sources=None)) as (url, _):
        yield url


class Page(HTMLParser):
    """What a browser would make of a page: its elements, its handlers and its links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.handlers: list[str] = []
        self.links: set[str] = set()
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.handlers.append(f"{tag} {name}")
            if name in {"href", "src", "action", "formaction"}:
                self.links.add(value or "")
        # A block of data is no script to a browser.
        if tag == "script" and not dict(attrs).get("src") and dict(attrs).get("type") != "application/ld+json":
            self.inline.append(tag)


def pages() -> list[str]:
    things = [f"/{lang}/id/institution/evil-{number}" for number in range(len(LABELS)) for lang in ("en", "ro")]
    searches = [f"/en/search?q={quote(word)}" for word in ("img", "svg", "script", "right", *LABELS)]
    queries = [f"/en/sparql?query={quote(f'SELECT ?s ?o {{ ?s <{SKOS}prefLabel> ?o }}')}"]
    queries += [f"/en/sparql?query={quote('SELECT ?o { ?s <http://www.w3.org/2000/01/rdf-schema#seeAlso> ?o }')}"]
    odd = [f"/en/resource?iri={quote(iri)}" for iri in ADDRESSES]
    return [*things, *searches, *queries, *odd, "/en", "/en/queries", "/en/findings", "/en/dataset", "/en/%3Cscript%3E"]


@pytest.mark.parametrize("path", pages())
def test_nothing_of_the_graph_becomes_markup(address: str, path: str) -> None:
    response = get(address + path, headers={"Accept": "text/html"}, follow_redirects=True)
    assert response.status_code in {200, 400, 404}, response.text[:500]
    assert response.headers["content-type"].startswith("text/html")
    page = Page(response.text)
    assert page.handlers == []
    assert page.inline == []
    assert not page.elements & {"iframe", "object", "embed", "base"}
    assert "alert(1)>" not in response.text.replace("&gt;", "")
    for link in page.links:
        assert link.startswith(("/", "#", "http://", "https://", "mailto:", "?")) or not link, link
        assert not link.startswith("//"), link
    policy = dict(part.strip().split(" ", 1) for part in response.headers["content-security-policy"].split(";"))
    assert (policy["default-src"], policy["object-src"], policy["base-uri"]) == ("'self'", "'none'", "'none'")
    assert policy["frame-ancestors"] == "'none'"
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "data:"} & set(" ".join(policy.values()).split())


def test_the_labels_are_there_as_text(address: str) -> None:
    for number, label in enumerate(LABELS):
        text = get(f"{address}/en/id/institution/evil-{number}", follow_redirects=True).text
        assert label not in text or "<" not in label
        import html

        assert " ".join(label.split()) in " ".join(html.unescape(text).split())
