"""The analysis over HTTP: filters, formats, other days, one finding, the rules; and clear problems."""

import asyncio
import io
import json
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from openpyxl import load_workbook
from pyoxigraph import RdfFormat, serialize

from api.analysis.accounts import Named
from api.analysis.analyses import Analyses
from api.analysis.facts import FINDINGS_GRAPH
from api.analysis.rules import load_rules
from api.errors import LimitError
from api.graph.dataset import Manifest, load_manifest
from api.settings import ROOT, Settings
from api.web.app import create_app
from api.web.pages import _environment
from tests.analysed import DAY
from tests.analysis.test_findings_graph import TEXT, built, union

Get = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("build")
    quads = list(built(folder, TEXT))
    data = serialize(quads, format=RdfFormat.N_QUADS) or b""
    (folder / "atf.nq").write_bytes(data)
    manifest = Manifest(
        sha256=sha256(data).hexdigest(), quads=len(quads), graphs={FINDINGS_GRAPH: 1}, classes={}, version="0",
        built_at=datetime(2026, 1, 1, tzinfo=UTC), as_of=DAY,
    )  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest.model_dump(mode="json")), encoding="utf-8")
    return Settings(root=ROOT, build=folder, workers=1, store=None, deadline_s=30.0)


async def _first(*waiting: Coroutine[Any, Any, Any] | asyncio.Task[Any]) -> None:
    """Wait for the first of some to end; raises what it raised."""
    tasks = [asyncio.ensure_future(one) for one in waiting]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


@pytest.fixture(scope="module")
def get(chosen: Settings) -> Iterator[Get]:
    app = create_app(chosen)
    with asyncio.Runner() as runner:
        begun, over = asyncio.Event(), asyncio.Event()

        async def live() -> None:
            # One task from beginning to end: what runs in the application may not be ended by another.
            async with app.router.lifespan_context(app):
                begun.set()
                await over.wait()

        life = runner.get_loop().create_task(live())
        runner.run(_first(begun.wait(), life))

        def request(path: str, **headers: str) -> httpx.Response:
            async def send() -> httpx.Response:
                transport = httpx.ASGITransport(app)
                async with httpx.AsyncClient(transport=transport, base_url="http://test", timeout=60) as client:
                    return await client.get(
                        path, headers={key.replace("_", "-"): value for key, value in headers.items()}
                    )

            return runner.run(send())

        yield request
        over.set()
        runner.run(_first(life))


def listed(get: Get, query: str = "") -> list[dict[str, Any]]:
    response = get(f"/findings{query}")
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["findings"]
    return found


def test_all_findings_as_json(get: Get, chosen: Settings) -> None:
    found = get("/findings").json()
    assert set(found) == {"as_of", "dataset", "findings", "truncated"}
    assert found["as_of"] == "2020-06-01"
    assert found["dataset"] == json.loads((chosen.build / "manifest.json").read_text())["sha256"]
    assert {"GAP-001", "OVL-001", "LAW-001"} <= {one["rule"] for one in found["findings"]}
    assert not any(one["kind"] == "integrity" for one in found["findings"])


@pytest.mark.parametrize(
    ("query", "keep"),
    [
        ("?rule=GAP-001", lambda one: one["rule"] == "GAP-001"),
        ("?rule=gap-001,OVL-001", lambda one: one["rule"] in {"GAP-001", "OVL-001"}),
        ("?rule=GAP-001&rule=LAW-001", lambda one: one["rule"] in {"GAP-001", "LAW-001"}),
        ("?kind=overlap", lambda one: one["kind"] == "overlap"),
        ("?severity=high", lambda one: one["severity"] == "high"),
        ("?status=not-assessable", lambda one: one["status"] == "not-assessable"),
        (
            "?kind=gap&severity=high&status=open",
            lambda one: (one["kind"], one["severity"], one["status"]) == ("gap", "high", "open"),
        ),
    ],
)
def test_findings_are_filtered(get: Get, query: str, keep: Callable[[dict[str, Any]], bool]) -> None:
    assert [one["id"] for one in listed(get, query)] == [one["id"] for one in listed(get) if keep(one)]


def test_findings_of_an_institution_are_those_of_its_responsibilities_too(get: Get) -> None:
    rules = {one["rule"] for one in listed(get, "?institution=https://example.org/pilots")}
    assert {"OVL-001", "LAW-001"} <= rules
    assert "GAP-001" not in rules


def test_findings_of_an_objective(get: Get) -> None:
    found = listed(get, "?objective=https://example.org/one")
    assert "GAP-001" in {one["rule"] for one in found}
    assert all("https://example.org/one" in json.dumps(one) for one in found)


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("ttl", "text/turtle; charset=utf-8"),
        ("sarif", "application/sarif+json"),
    ],
)
def test_every_format_is_a_file_with_the_same_findings(get: Get, name: str, media: str) -> None:
    response = get(f"/findings?format={name}&rule=GAP-001")
    assert response.headers["content-type"] == media
    assert response.headers["content-disposition"] == f'attachment; filename="findings-2020-06-01.{name}"'
    assert get("/findings?rule=GAP-001", accept=media.split(";", maxsplit=1)[0]).content == response.content
    (one,) = listed(get, "?rule=GAP-001")
    if name == "xlsx":
        book = load_workbook(io.BytesIO(response.content))
        assert one["id"] in {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    else:
        assert one["id"] in response.text


def test_a_client_that_has_the_findings_gets_them_once(get: Get) -> None:
    tag = get("/findings").headers["etag"]
    assert get("/findings", if_none_match=tag).status_code == 304


def test_a_browser_gets_the_page_in_its_language(get: Get) -> None:
    response = get("/findings?severity=high", accept="text/html", accept_language="ro")
    assert (response.status_code, response.headers["location"]) == (303, "/ro/findings?severity=high")
    for path in ("/rules", "/rules/GAP-001", "/findings/x"):
        assert get(path, accept="text/html").headers["location"] == f"/en{path}"


def test_another_day_is_analysed_on_request(get: Get) -> None:
    found = get("/findings?as-of=2023-06-01").json()
    assert found["as_of"] == "2023-06-01"
    assert "GAP-001" not in {one["rule"] for one in found["findings"]}, "the plan has expired"
    today = get("/findings?as-of=2020-06-01").json()
    assert today == get("/findings").json()


def test_one_finding_is_explained(get: Get) -> None:
    (one,) = listed(get, "?rule=OVL-001")
    found = get(f"/findings/{one['id']}").json()
    assert {key: found[key] for key in one} == one
    assert {ground["label"]["en"] for ground in found["explanation"]["grounds"]} == {"Pilotage", "other"}
    assert found["explanation"]["looked_for"]["ro"].startswith("Semnalează")
    assert [document["label"]["en"] for document in found["explanation"]["looked_in"]] == ["Harbour Plan"]
    assert get(f"/findings/{one['id'].lower()}").status_code == 200


def test_the_rules(get: Get) -> None:
    listed_rules = get("/rules").json()["rules"]
    assert {"GAP-001", "INT-001"} <= {rule["id"] for rule in listed_rules}
    one = get("/rules/ovl-001").json()
    assert one["queries"]["shacl"].startswith("PREFIX")
    assert one["kind"] == "overlap"


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/findings?rule=GAP-999", 422, "There is no rule 'GAP-999'"),
        ("/findings?severity=huge", 422, "There is no severity 'huge'"),
        ("/findings?institution=nobody", 422, "There is no institution 'nobody'"),
        ("/findings?institution=%3Cx%3E%20%7D", 422, "is no institution"),
        ("/findings?institution=urn:x%20%7D%20UNION", 422, "is no institution"),
        ("/findings?as-of=2020-02-31", 422, "is not a date"),
        ("/findings?format=odt", 422, "There is no format 'odt'"),
        ("/findings?colour=red", 422, "There is no parameter 'colour'"),
        ("/findings?lang=fr", 422, "The language is"),
        ("/findings?as-of=2020-01-01&as-of=2020-01-02", 400, "more than once"),
        ("/findings/GAP-001-000000000000", 404, "There is no finding"),
        ("/rules/GAP-999", 404, "There is no rule"),
    ],
)
def test_a_wrong_request_is_a_clear_problem(get: Get, path: str, status: int, says: str) -> None:
    response = get(path)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert says in response.json()["detail"]


def test_without_a_graph_of_findings_the_analysis_is_made_on_request(chosen: Settings, tmp_path: Path) -> None:
    manifest = load_manifest(chosen.build).model_copy(update={"graphs": {}})
    store = union(built(tmp_path))
    analyses = Analyses(chosen, store, manifest, load_rules(ROOT))
    report = asyncio.run(analyses.report(date(2020, 6, 1)))
    assert "GAP-001" in {account.rule.id for account in report.accounts}


def test_an_analysis_that_takes_too_long_is_ended(chosen: Settings, tmp_path: Path) -> None:
    hasty = chosen.model_copy(update={"deadline_s": 0.0125})
    analyses = Analyses(hasty, union(built(tmp_path)), load_manifest(chosen.build), load_rules(ROOT))
    with pytest.raises(LimitError, match=r"took longer than 0\.05 s"):
        asyncio.run(analyses.report(date(2019, 1, 1)))


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/en/findings", "No institution is recorded as responsible for “Light the quays”."),
        ("/ro/findings", "Nicio instituție nu este înregistrată ca responsabilă pentru „Iluminarea cheiurilor”."),
        ("/ro/findings?kind=overlap&severity=high", "Suprapuneri"),
        ("/en/findings?objective=https://example.org/one", "Specific objective with no responsible institution"),
        ("/en/findings?rule=GAP-003", "No finding with these properties stands on this day."),
        ("/en/findings/summary", "What cannot be judged, and what would settle it"),
        ("/ro/findings/summary", "Ce nu poate fi apreciat și ce ar lămuri situația"),
        ("/en/rules", "Same task held by several institutions with no coordinator"),
        ("/ro/rules", "Temei legal"),
        ("/en/rules/OVL-001", "The principle"),
        ("/ro/rules/gap-001", "Un obiectiv de care nu răspunde nimeni"),
        ("/en/rules/INT-001", "INT-001"),
        ("/en/diff", "What changed between two days"),
    ],
)
def test_the_pages_of_the_analysis(get: Get, path: str, says: str) -> None:
    response = get(path)
    assert response.status_code == 200, response.text
    lang = path.split("/")[1]
    assert response.headers["content-language"] == lang
    assert f'<html lang="{lang}">' in response.text
    assert says in response.text
    assert 'hreflang="ro"' in response.text
    assert get(path, if_none_match=response.headers["etag"]).status_code == 304


def test_the_page_of_a_finding_says_what_it_rests_on(get: Get) -> None:
    (one,) = listed(get, "?rule=OVL-001")
    for address in (f"/en/findings/{one['id']}", f"/en/id/finding/{one['id'].lower()}"):
        text = get(address).text
        for part in (
            "What it rests on",
            "Why it matters",
            "What would clear it",
            "What the rule cannot see",
            one["id"],
        ):
            assert part in text
        assert one["remedy"]["en"] in text
    assert get("/ro/findings/GAP-001-000000000000").status_code == 404


def test_a_finding_that_waits_names_the_document(get: Get) -> None:
    (one,) = listed(get, "?rule=GAP-001")
    assert one["status"] == "not-assessable"
    text = get(f"/en/findings/{one['id']}").text
    assert "Not assessable: it could be settled by a document whose content is not loaded" in text
    assert f"/en/resource?iri={quote(one['waits_for'][0]['iri'], safe='')}" in text


def test_the_form_keeps_what_was_chosen_and_a_wrong_value_is_told_on_the_page(get: Get) -> None:
    text = get("/en/findings?severity=high&status=open").text
    assert '<option value="high" selected>' in text
    assert '<option value="open" selected>' in text
    assert "/findings?severity=high&amp;status=open&amp;format=csv" in text
    wrong = get("/ro/findings?rule=GAP-999")
    assert wrong.status_code == 422
    assert "Nu există regula „GAP-999”." in wrong.text
    assert "There is no rule &#39;GAP-999&#39;" in get("/en/findings?rule=GAP-999").text


def test_a_page_of_another_day_links_to_findings_of_that_day(get: Get) -> None:
    text = get("/en/findings?as-of=2021-06-01").text
    assert "1 June 2021" in text
    assert "?as-of=2021-06-01" in text


def test_the_iri_of_a_rule_leads_to_its_page_and_to_its_data(get: Get) -> None:
    assert get("/ro/rule/GAP-001").headers["location"] == "/ro/rules/GAP-001"
    assert get("/rule/GAP-001", accept="text/html").headers["location"] == "/en/rule/GAP-001"


def test_the_summary_and_the_comparison_as_json(get: Get) -> None:
    summary = get("/findings/summary").json()
    assert {"as_of", "counts", "missing", "double", "shaky", "unknown"} <= set(summary)
    found = get("/diff?from=2020-06-01&to=2023-06-01").json()
    assert (found["from"]["as_of"], found["to"]["as_of"]) == ("2020-06-01", "2023-06-01")
    assert "GAP-001" in {one["rule"] for one in found["findings"]["vanish"]}
    assert {one["label"]["en"] for one in found["responsibilities"]["vanish"]} >= {"Pilotage"}
    missing = get("/diff?from=2020-06-01")
    assert (missing.status_code, missing.json()["parameter"]) == (422, "to")


def test_the_page_of_a_comparison(get: Get) -> None:
    text = get("/en/diff?from=2020-06-01&to=2023-06-01").text
    assert "vanish" in text
    assert "Pilotage" in text
    assert "Nothing changed." in get("/en/diff?from=2020-06-01&to=2020-06-01").text
    assert get("/en/diff?from=2020-06-01&to=soon").status_code == 422


def test_texts_of_the_graph_are_no_markup() -> None:
    named = vars(_environment().get_template("analysis.html").module)["named"]
    shown = str(named(Named("https://example.org/x", {"en": "<img src=x onerror=alert(1)>", "ro": "x"}), "en"))
    assert "<img" not in shown
    assert "&lt;img" in shown
