"""The page for the committee: missing, double, not to be judged; dated, in two languages, on one page."""

import asyncio
from dataclasses import replace
from pathlib import Path

from api.analysis.accounts import Report, accounts_of
from api.analysis.check import check
from api.analysis.local import LocalStore
from api.analysis.summary import PARTS, summary_of, to_page
from api.analysis.surroundings import Surroundings, surroundings_of
from api.settings import Settings
from tests.analysed import OWNERS, PLAN, TODAY, analysed

# What a page of A4 holds.
LINES = 70
ACTIONS = """ex:plan atf:refersTo ex:actions . ex:actions a atf:PolicyDocument ; eli:type_document type:action-plan ;
  atf:contentLoaded false ; skos:prefLabel "Actions"@en, "Acțiuni"@ro ."""


def report(folder: Path, text: str) -> Report:
    analysis = analysed(folder, text, "GAP-001", "GAP-009", "OVL-001")
    accounts = asyncio.run(
        accounts_of(LocalStore(analysis.facts.store), analysis.findings, analysis.facts.as_of, analysis.facts.today)
    )
    return Report(analysis.facts.as_of, analysis.facts.dataset, accounts)


def test_each_part_tells_its_rules_and_what_would_settle_the_rest(tmp_path: Path) -> None:
    found = summary_of(report(tmp_path, PLAN + OWNERS + ACTIONS))
    assert found["title"]["en"].startswith("The anti-trafficking framework on 1 June 2020")
    assert [line.split(":")[0] for line in found["missing"]["en"]] == ["Responsibility with no legal basis"]
    assert found["double"]["en"] == []
    assert found["unknown"]["ro"] == [
        "„Acțiuni” ar lămuri 1 constatare (obiectiv specific fără instituție responsabilă 1)."
    ]


def test_a_page_has_a_line_for_a_part_without_findings(tmp_path: Path) -> None:
    page = to_page(report(tmp_path, PLAN + OWNERS), "en")
    assert "WHAT IS DOUBLE\n- Nothing is recorded here." in page
    assert "“Not recorded” does not mean “not there”." in page


def known_of(folder: Path, text: str) -> Surroundings:
    analysis = analysed(folder, text, "GAP-001", "GAP-009", "OVL-001")
    found = Report(analysis.facts.as_of, analysis.facts.dataset, [])
    return asyncio.run(surroundings_of(LocalStore(analysis.facts.store), found, TODAY))


def test_each_line_says_which_finding_or_document_it_is_about(tmp_path: Path) -> None:
    whole = report(tmp_path, PLAN + OWNERS + ACTIONS)
    found = summary_of(whole)
    for part in PARTS:
        assert len(found["links"][part]) == len(found[part]["en"]) == len(found[part]["ro"])
    (about,) = found["links"]["missing"]
    assert about["finding"] in {account.id for account in whole.accounts}
    assert found["links"]["unknown"] == [{"document": "https://example.org/actions"}]


def test_a_document_that_is_not_valid_on_the_day_settles_nothing(tmp_path: Path) -> None:
    text = PLAN + OWNERS + ACTIONS
    whole, known = report(tmp_path, text), known_of(tmp_path, text)
    assert summary_of(whole, known)["unknown"]["en"][0].startswith("“Actions” would settle 1 finding")
    ended = replace(known, not_valid=frozenset({"https://example.org/actions"}))
    (line,) = summary_of(whole, ended)["unknown"]["en"]
    assert line.startswith("Cannot be judged: 1 finding.") and "“Actions”" not in line
    old = text + 'ex:actions atf:validThrough "2019-12-31"^^xsd:date . ex:all a atf:PolicyDocument . '
    old += "ex:actions dcterms:isPartOf ex:all ."
    assert known_of(tmp_path, old).not_valid == {"https://example.org/actions", "https://example.org/all"}


def test_what_is_about_the_loaded_documents_comes_first(tmp_path: Path) -> None:
    other = """ex:other a atf:PolicyDocument ; atf:contentLoaded false . ex:page eli:is_part_of ex:other .
      ex:aaa a atf:Responsibility ; atf:holder ex:pilots ; dcterms:source ex:page ; skos:prefLabel "Alien"@en, "Altul"@ro ."""
    text = PLAN + OWNERS + other
    known = known_of(tmp_path, text)
    lines = summary_of(report(tmp_path, text), known)["missing"]["en"]
    assert "“Pilotage”" in next(line for line in lines if line.startswith("Responsibility with no legal basis"))
    assert "https://example.org/one" in known.own and "https://example.org/other" not in known.series


def test_the_page_of_the_real_graph_is_one_page(settings: Settings) -> None:
    analysis = check(settings)
    accounts = asyncio.run(
        accounts_of(LocalStore(analysis.facts.store), analysis.findings, analysis.facts.as_of, analysis.facts.today)
    )
    whole = Report(analysis.facts.as_of, analysis.facts.dataset, accounts)
    store = LocalStore(analysis.facts.store)
    known = asyncio.run(surroundings_of(store, whole, analysis.facts.today))
    assert "CON-007" not in {about.get("rule") for about in summary_of(whole, known)["links"]["shaky"]}
    for lang in ("en", "ro"):
        page = to_page(whole, lang, known)
        assert len(page.splitlines()) <= LINES
        assert "…" not in page, "no sentence is cut"
        first = page[page.index("- ") : page.index("\n- ", page.index("- ") + 1)]
        assert "2018-2022" in first or "Strateg" not in first
        assert "https://" not in page
