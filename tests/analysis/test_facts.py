"""The graph under analysis: the day in it, and what is said of files before their findings."""

from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from api.analysis.facts import facts_of_files, facts_of_quads
from api.errors import UnavailableError
from api.settings import Settings
from tests.analysed import HEAD, OWNERS, PLAN, facts, rules

RUN = "<https://w3id.org/atf/id/analysis/run>"


def test_the_day_is_in_the_graph_and_overrides_one_that_the_file_brings(tmp_path: Path) -> None:
    text = PLAN + f'{RUN} atf:asOf "1999-01-01"^^xsd:date .'
    found = facts(tmp_path, text, "GAP-001", as_of=date(2020, 6, 1), today=date(2026, 1, 2))
    rows = list(found.rows(f"SELECT ?p ?day WHERE {{ {RUN} ?p ?day }}"))
    assert {row["day"].value for row in rows if isinstance(row["day"], Literal)} == {"2020-06-01", "2026-01-02"}


def test_without_a_day_it_is_the_last_one_of_the_plan(tmp_path: Path) -> None:
    file = tmp_path / "plan.ttl"
    file.write_text(HEAD + PLAN + OWNERS, encoding="utf-8")
    found = facts_of_files(Settings(), [file], rules().choose(["GAP-001"]), today=date(2026, 11, 24))
    assert found.as_of == date(2022, 12, 31)
    assert len(found.dataset) == 64


def test_what_does_not_count_on_the_day_is_marked(tmp_path: Path) -> None:
    text = """ex:past a atf:Responsibility ; atf:holder ex:x ; atf:validThrough "2020-05-31"^^xsd:date .
    ex:future a atf:Responsibility ; atf:validFrom "2020-06-02"^^xsd:date .
    ex:now a atf:Responsibility ; atf:validFrom "2020-06-01"^^xsd:date ; atf:validThrough "2020-06-01"^^xsd:date ."""
    found = facts(tmp_path, text, "GAP-009")
    rows = found.rows("SELECT ?x WHERE { ?x <https://w3id.org/atf/ontology#notValidOn> ?day }")
    assert {str(row["x"]) for row in rows} == {"<https://example.org/past>", "<https://example.org/future>"}


def test_files_that_hold_nothing_of_ours_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=r"0 responsibilities found in .*: is this a framework"):
        facts(tmp_path, "ex:a ex:p ex:b .", "GAP-001")


def test_a_framework_without_responsibilities_is_analysed_with_a_notice(tmp_path: Path) -> None:
    found = facts(tmp_path, PLAN, "GAP-001")
    assert ["0 responsibilities" in notice for notice in found.notices] == [True]
    assert facts(tmp_path, PLAN + OWNERS, "GAP-001").notices == ()


def test_dates_that_are_none_and_rings_of_bodies_are_told(tmp_path: Path) -> None:
    text = (
        OWNERS
        + """ex:duty atf:validThrough "2020-02-31"^^xsd:date ; atf:validFrom "soon" .
    ex:pilots org:subOrganizationOf ex:port . ex:port org:subOrganizationOf ex:pilots ."""
    )
    notices = " ".join(facts(tmp_path, text, "OVL-001").notices)
    assert "'2020-02-31' is no date (atf:validThrough)" in notices
    assert "'soon' is no date (atf:validFrom)" in notices
    assert "its own superior" in notices


def test_findings_of_an_earlier_analysis_are_no_facts() -> None:
    findings = NamedNode("https://w3id.org/atf/graph/findings")
    quads = [
        Quad(NamedNode("urn:f"), NamedNode("urn:p"), NamedNode("urn:o"), graph)
        for graph in (findings, NamedNode("https://w3id.org/atf/graph/rule/GAP-001"), NamedNode("urn:g"))
    ]
    found = facts_of_quads(quads, "", date(2020, 1, 1))
    rows = list(found.rows("SELECT ?g WHERE { GRAPH ?g { ?x ?p ?y } }"))
    assert [str(row["g"]) for row in rows] == ["<urn:g>"]
