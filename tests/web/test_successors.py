"""A finding about a body that was renamed since says what the body is today."""

import httpx

MMJS = "https://w3id.org/atf/id/institution/mmjs"


def test_a_finding_names_the_successor_of_a_body(server: str) -> None:
    with httpx.Client(base_url=server, timeout=60) as client:
        found = client.get("/findings", params={"institution": "mmjs", "format": "json"}).json()["findings"]
        named = [one for one in found if MMJS in {one["focus"]["iri"], *(value["iri"] for value in one["values"])}]
        assert named
        told = client.get(f"/findings/{named[0]['id']}?format=json").json()["successors"]
        # The end of the whole chain, not the next name of it.
        assert [one["label"]["en"] for one in told[MMJS]] == ["Ministry of Labour, Family, Youth and Social Solidarity"]
        page = client.get(f"/ro/findings/{named[0]['id']}").text
        assert "azi: <a" in " ".join(page.split())
        assert f"{told[MMJS][0]['label']['ro']}</a>" in page
