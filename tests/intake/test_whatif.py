"""What a draft changes: what it replaces, findings about whole documents taken apart, and the limits of a large one."""

from pathlib import Path

import pytest
from pyoxigraph import Triple

from api.intake import whatif
from api.intake.draft import read_draft
from api.intake.job import Job, run
from api.intake.proposal import Options
from api.intake.whatif import changes_of
from api.settings import Settings
from tests.intake.conftest import dataset
from tests.intake.sheets import ROW, plan

DOC = "https://w3id.org/atf/id/document/action-plan-2018-2020"


def draft(text: str) -> list[Triple]:
    return read_draft(text.encode(), "text/turtle")


def test_a_plan_that_is_loaded_makes_findings_assessable(built: Settings) -> None:
    found = changes_of(built, draft(f"<{DOC}> <https://w3id.org/atf/ontology#contentLoaded> true ."))
    assert found.counts["closed"] == {"CON-007": 1}
    assert {(one.finding.status, other.finding.status) for one, other in found.changed} == {("not-assessable", "open")}


def test_an_import_that_is_in_the_dataset_already_changes_nothing(built: Settings, tmp_path: Path) -> None:
    # A fragment says nothing of its document that the dataset would contradict.
    job = Job("import", Options("plan.xlsx", fragment=True))
    first = run(built, job, plan(ROW))
    assert first["findings"]["counts"]["closed"]
    file = tmp_path / "plan.ttl"
    file.write_text(first["turtle"], encoding="utf-8")
    settings = dataset(tmp_path / "build", ("plans/action-plan-2018-2020", file))
    counts = run(settings, job, plan(ROW))["findings"]["counts"]
    assert counts == {"closed": {}, "opened": {}, "changed": {}}


def test_a_large_draft_is_compared_without_the_rules_about_pairs(
    built: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whatif, "LARGE", 10)
    found = run(built, Job("import", Options("plan.xlsx")), plan(ROW))["findings"]
    assert found["rules_left_out"] == ["OVL-001", "OVL-002"]
    assert "GAP-001" in found["counts"]["closed"]


def test_only_the_first_findings_are_told_and_all_are_counted(built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whatif, "MAX_TOLD", 1)
    found = run(built, Job("import", Options("plan.xlsx")), plan(ROW))["findings"]
    assert (len(found["closed"]), len(found["opened"]), found["truncated"]) == (1, 1, True)
    assert sum(found["counts"]["opened"].values()) > 1
