"""Pages and links: an address that nobody has verified is shown, but is never a link; a verified one is."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from html import unescape
from urllib.parse import quote

import httpx
import pytest
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store, parse, serialize

from api.graph.dataset import Manifest
from api.settings import ROOT, Settings
from tests.endpoint import served
from tests.small import FIXTURES

UNSURE = "https://treaties.example/unsure"
SURE = "https://treaties.example/sure"
ALSO = "http://www.w3.org/2000/01/rdf-schema#seeAlso"
OURS = "https://w3id.org/atf/"


class Site:
    """The real service at an address."""

    def __init__(self, address: str) -> None:
        self.base = address
        self._client = httpx.Client(base_url=address, timeout=60)

    def page(self, path: str) -> str:
        response = self._client.get(path, headers={"Accept": "text/html"})
        assert response.status_code == 200, (path, response.text[:300])
        return unescape(response.text)

    def close(self) -> None:
        self._client.close()


@pytest.fixture(scope="module")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The small framework, with one address in an unverified graph and one in a better one."""
    folder = tmp_path_factory.mktemp("build")
    lines = serialize(parse(path=str(FIXTURES / "framework.trig"), format=RdfFormat.TRIG), format=RdfFormat.N_QUADS)
    assert lines is not None
    treaty = f"{OURS}id/act/sea-treaty"
    for address, graph in ((UNSURE, "unsure"), (SURE, "seen")):
        lines += f"<{treaty}> <{ALSO}> <{address}> <{OURS}graph/framework/{graph}> .\n".encode()
    (folder / "atf.nq").write_bytes(lines)
    manifest = Manifest(
        sha256=sha256(lines).hexdigest(), quads=lines.count(b"\n"), graphs={}, classes={}, version="0",
        built_at=datetime(2026, 1, 1, tzinfo=UTC), as_of=date(2022, 12, 31),
    )  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest.model_dump(mode="json")), encoding="utf-8")
    with served(Settings(root=ROOT, build=folder, sources=None, workers=1, store=None)) as (address, _):
        site = Site(address)
        yield site
        site.close()


@pytest.mark.parametrize("lang", ["en", "ro"])
def test_an_unverified_address_is_text_and_a_verified_one_a_link(small_site: Site, lang: str) -> None:
    text = small_site.page(f"/{lang}/id/act/sea-treaty")
    assert f'href="{SURE}"' in text
    assert UNSURE in text
    assert f'href="{UNSURE}"' not in text
    # Nor on the page about the address itself.
    text = small_site.page(f"/{lang}/resource?iri={quote(UNSURE)}")
    assert UNSURE in text
    assert f'href="{UNSURE}"' not in text
    assert f'href="{SURE}"' in small_site.page(f"/{lang}/resource?iri={quote(SURE)}")


@pytest.fixture(scope="module")
def site(server: str) -> Iterator[Site]:
    found = Site(server)
    yield found
    found.close()


def iris(dataset: Store, query: str) -> set[str]:
    found = dataset.query("PREFIX atf: <https://w3id.org/atf/ontology#>\n" + query, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return {row[0].value for row in found if isinstance(row[0], NamedNode)}


def test_no_page_of_a_thing_with_unverified_facts_links_what_is_not_verified(dataset: Store, site: Site) -> None:
    unverified = "?g atf:confidence <https://w3id.org/atf/scheme/confidence/unverified> . GRAPH ?g { ?s ?p ?o }"
    things = iris(dataset, f"SELECT DISTINCT ?s {{ {unverified} }}")
    assert len(things) > 50
    # What some graph that is not unverified names, as subject or object, may be a link.
    known = iris(dataset, """SELECT DISTINCT ?x { GRAPH ?g { { ?x ?p ?o } UNION { ?s ?p ?x } }
      FILTER NOT EXISTS { ?g atf:confidence <https://w3id.org/atf/scheme/confidence/unverified> } }""")  # fmt: skip
    for number, thing in enumerate(sorted(things)):
        path = thing.removeprefix(OURS) if thing.startswith(OURS) else f"resource?iri={quote(thing)}"
        # Both languages come from one template: a few pages in the other are enough.
        for lang in ("en", "ro") if number % 10 == 0 else ("en",):
            linked = set(re.findall(r'href="(https?://[^"]+)"', site.page(f"/{lang}/{path}")))
            # The permanent address at the foot is our own.
            outside = {address for address in linked if not address.startswith(site.base)}
            assert outside <= known, (thing, outside - known)


def test_an_act_can_be_read_by_one_click_from_its_question(site: Site) -> None:
    text = site.page(f"/en/queries/where-to-read-an-act?act={quote('http://data.europa.eu/eli/dir/2011/36/oj')}")
    for address in (
        "http://data.europa.eu/eli/dir/2011/36/oj",
        "http://publications.europa.eu/resource/celex/32011L0036",
        "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:32011L0036",
        "https://eur-lex.europa.eu/legal-content/EN/NIM/?uri=CELEX:32011L0036",
    ):
        assert f'href="{address}" rel="external"' in text
