"""The page for the committee: missing, double, not to be judged; dated, in two languages, on one page."""

import asyncio
from pathlib import Path

from api.analysis.accounts import Report, accounts_of
from api.analysis.check import check
from api.analysis.local import LocalStore
from api.analysis.summary import summary_of, to_page
from api.settings import Settings
from tests.analysed import OWNERS, PLAN, analysed

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


def test_the_page_of_the_real_graph_is_one_page(settings: Settings) -> None:
    analysis = check(settings)
    accounts = asyncio.run(
        accounts_of(LocalStore(analysis.facts.store), analysis.findings, analysis.facts.as_of, analysis.facts.today)
    )
    whole = Report(analysis.facts.as_of, analysis.facts.dataset, accounts)
    for lang in ("en", "ro"):
        page = to_page(whole, lang)
        assert len(page.splitlines()) <= LINES
        assert "https://" not in page
