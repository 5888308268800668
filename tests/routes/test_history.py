"""The history of findings over HTTP: as pages, as data, on each finding's page, and as a filter."""

import asyncio
import csv
import io
from collections.abc import Iterator

import httpx
import pytest

from api.analysis.history import History, history_of_file
from api.settings import ROOT


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, timeout=60) as found:
        yield found


@pytest.fixture(scope="module")
def history() -> History:
    return asyncio.run(history_of_file(ROOT))


def test_the_versions_and_their_changes_are_data(client: httpx.Client, history: History) -> None:
    answer = client.get("/findings/history").json()
    assert [version["version"] for version in answer["versions"]] == [one.name for one in history.versions]
    first = answer["versions"][0]
    assert len(first["changes"]) == len(history.in_version(history.versions[0]))
    assert {change["event"] for change in first["changes"]} == {"first"}
    table = client.get("/findings/history?format=csv")
    assert table.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert len(rows) == sum(len(changes) for changes in history.changes.values())
    assert rows[0]["finding"].startswith(rows[0]["rule"])


@pytest.mark.parametrize(
    ("lang", "title", "event"), [("en", "History", "first seen"), ("ro", "Istoric", "prima apariție")]
)
def test_each_finding_tells_its_history_on_its_page(
    client: httpx.Client, history: History, lang: str, title: str, event: str
) -> None:
    standing = {one["id"] for one in client.get("/findings?format=json").json()["findings"]}
    one = next(finding for finding in history.changes if finding in standing)
    page = client.get(f"/{lang}/findings/{one}").text
    assert f">{title}</h2>" in page and event in page and '<th scope="row">0.1.0</th>' in page
    told = client.get(f"/findings/{one}?format=json").json()["history"]
    assert next((change["version"], change["event"]) for change in told) == ("0.1.0", "first")
    overview = client.get(f"/{lang}/findings/history").text
    assert f'href="/{lang}/findings/{one}"' in overview and event in overview


def test_a_finding_that_stood_in_a_version_keeps_a_page_and_one_that_never_was_has_none(
    client: httpx.Client, history: History
) -> None:
    late = {one["id"] for one in client.get("/findings?as-of=1990-01-01&format=json").json()["findings"]}
    gone = next(finding for finding in history.changes if finding not in late)
    page = client.get(f"/en/findings/{gone}?as-of=1990-01-01")
    assert page.status_code == 200
    assert "does not stand on this day" in page.text and gone in page.text and "first seen" in page.text
    told = client.get(f"/findings/{gone}?as-of=1990-01-01&format=json").json()
    assert (told["id"], told["stands"], told["as_of"]) == (gone, False, "1990-01-01") and told["history"]
    for path in ("/en/findings/GAP-001-000000000000", "/findings/GAP-001-000000000000?format=json"):
        assert client.get(path).status_code == 404


def test_findings_are_filtered_by_what_a_version_knew(client: httpx.Client, history: History) -> None:
    version = history.versions[-1].name
    known = set(history.standing(version))
    every = {one["id"] for one in client.get("/findings?format=json").json()["findings"]}
    answer = client.get(f"/findings?known={version}&format=json").json()
    assert {one["id"] for one in answer["findings"]} == every & known
    assert {change["finding"] for change in answer["known"]["gone"]} == known - every
    one_rule = client.get(f"/findings?known={version}&rule=GAP-001&as-of=1990-01-01&format=json").json()
    assert {change["rule"] for change in one_rule["known"]["gone"]} == {"GAP-001"}
    page = client.get(f"/ro/findings?known={version}&as-of=1990-01-01").text
    assert "Cunoscute în versiunea" in page and f'<option value="{version}" selected>' in page
    assert "nu se află printre constatările acestei zile" in page
    wrong = client.get("/findings?known=9.9.9&format=json")
    assert wrong.status_code == 422
    assert version in wrong.json()["hint"]
    assert client.get("/en/findings?known=9.9.9").status_code == 422


def test_an_unknown_parameter_is_refused(client: httpx.Client) -> None:
    assert client.get("/findings/history?since=2020").status_code == 422
