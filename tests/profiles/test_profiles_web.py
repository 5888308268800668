"""Profiles over HTTP, and schema.org inside the pages, from the real service."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyoxigraph import RdfFormat, Store, parse

from api.profiles.export import construct
from api.profiles.profile import load_profiles

EU = "http://data.europa.eu/eli/dir/2011/36/oj"


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, timeout=60) as found:
        yield found


@pytest.mark.parametrize("name", load_profiles())
def test_the_dataset_in_a_profile_is_what_the_command_writes(client: httpx.Client, dataset: Store, name: str) -> None:
    answer = client.get("/dataset", params={"profile": name})
    assert answer.status_code == 200, answer.text[:300]
    assert answer.headers["content-type"].startswith("text/turtle")
    assert f"atf-{name}.ttl" in answer.headers["content-disposition"]
    expected = set(construct(dataset, load_profiles()[name]))
    assert {quad.triple for quad in parse(answer.content, format=RdfFormat.TURTLE)} == expected
    again = client.get("/dataset", params={"profile": name}, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("format_name", "media", "kind"),
    [("rdf", "application/rdf+xml", RdfFormat.RDF_XML), ("jsonld", "application/ld+json", RdfFormat.JSON_LD)],
)
def test_formats_by_name_and_by_accept(client: httpx.Client, format_name: str, media: str, kind: RdfFormat) -> None:
    named = client.get("/dataset", params={"profile": "cpov", "format": format_name})
    accepted = client.get("/dataset", params={"profile": "cpov"}, headers={"Accept": media})
    assert named.headers["content-type"].startswith(media)
    assert set(parse(named.content, format=kind)) == set(parse(accepted.content, format=kind)) != set()


def test_without_a_name_the_profiles_are_listed_and_an_unknown_one_is_refused(client: httpx.Client) -> None:
    found = client.get("/dataset?profile=").json()["profiles"]
    assert [one["name"] for one in found] == list(load_profiles())
    assert all(one["title"]["ro"] and one["specification"] for one in found)
    refused = client.get("/dataset?profile=akoma-ntoso")
    assert refused.status_code == 400
    assert refused.headers["content-type"].startswith("application/problem+json")
    assert "schema-org" in refused.json()["hint"]


def block(client: httpx.Client, path: str) -> dict[str, Any] | None:
    page = client.get(path, headers={"Accept": "text/html"})
    assert page.status_code == 200
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)
    assert len(blocks) <= 1
    # Nothing in it can end the element or begin another; nothing else in the page is a script that stands in it.
    assert all(not set("<>&") & set(one) for one in blocks)
    assert len(re.findall(r"<script(?![^>]* src=)", page.text)) == len(blocks)
    # The policy allows no script in a page; a data block is none.
    assert "unsafe-inline" not in page.headers["content-security-policy"]
    found: dict[str, Any] | None = json.loads(blocks[0]) if blocks else None
    return found


@pytest.mark.parametrize("lang", ["en", "ro"])
def test_the_page_of_an_act_says_so_in_schema_org(client: httpx.Client, lang: str) -> None:
    found = block(client, f"/{lang}/resource?iri={EU}")
    assert found is not None
    assert (found["@context"], found["@id"], found["@type"]) == ("https://schema.org", EU, "Legislation")
    assert "32011L0036" in found["legislationIdentifier"]
    assert found["legislationDate"] == {"@value": "2011-04-05", "@type": "https://schema.org/Date"}
    assert found["legislationLegalForce"] == {"@id": "https://schema.org/InForce"}
    assert found["sameAs"] == {"@id": "http://publications.europa.eu/resource/celex/32011L0036"}
    assert {name["@language"] for name in found["name"]} == {"en", "ro"}


def test_the_page_of_a_body_says_so_in_schema_org(client: httpx.Client) -> None:
    found = block(client, "/en/id/institution/anitp")
    assert found is not None
    assert found["@type"] == "GovernmentOrganization"
    assert found["parentOrganization"] == {"@id": "https://w3id.org/atf/id/institution/mai"}
    assert block(client, "/en/id/institution/ngo")["@type"] == "Organization"  # type: ignore[index]
    assert block(client, "/en/id/document/strategy-2018-2022")["temporalCoverage"] == "2018-01-01/2022-12-31"  # type: ignore[index]


def test_other_pages_carry_none(client: httpx.Client) -> None:
    for path in ("/en/id/passage/strategy-2018-2022-xiv-a-1", "/en/scheme/role/lead", "/en", "/en/ontology/holder"):
        assert block(client, path) is None


def test_a_block_is_json_ld(client: httpx.Client, tmp_path: Path) -> None:
    found = block(client, f"/en/resource?iri={EU}")
    assert found is not None
    # The context of schema.org is not fetched: its vocabulary stands in for it.
    local = {**found, "@context": {"@vocab": "https://schema.org/"}}
    triples = list(parse(json.dumps(local).encode(), format=RdfFormat.JSON_LD))
    assert {quad.subject.value for quad in triples} == {EU}
    assert len(triples) > 12


@pytest.mark.parametrize("lang", ["en", "ro"])
def test_the_page_of_the_dataset_offers_every_profile(client: httpx.Client, lang: str) -> None:
    text = client.get(f"/{lang}/dataset", headers={"Accept": "text/html"}).text
    for profile in load_profiles().values():
        assert f"profile={profile.name}&amp;format=jsonld" in text
        assert (profile.title.ro if lang == "ro" else profile.title.en) in text
