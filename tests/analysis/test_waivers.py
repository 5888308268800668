"""Waivers: a finding is accepted by whom, why, until when; anything less, and anything later, leaves it open."""

from datetime import date
from pathlib import Path

import pytest

from api.analysis.check import Analysis
from tests.analysed import OWNERS, PLAN, analysed

WAIVER = """ex:waiver a atf:Waiver ; atf:waives "{}" ; prov:wasAttributedTo ex:committee ; skos:note "The port owns it."@en, "Portul."@ro ;
  dcterms:created "2026-01-01"^^xsd:date ; atf:validThrough "2026-12-31"^^xsd:date ; atf:legalBasis ex:act ."""
TEXT = PLAN + OWNERS


def with_waiver(folder: Path, waiver: str = WAIVER, today: date = date(2026, 11, 24)) -> Analysis:
    (one,) = analysed(folder, TEXT, "GAP-001").findings
    return analysed(folder, TEXT + waiver.format(one.id), "GAP-001", today=today)


def test_a_complete_waiver_accepts_its_finding(tmp_path: Path) -> None:
    analysis = with_waiver(tmp_path)
    (one,) = analysis.findings
    assert one.status == "accepted"
    assert one.waiver is not None
    assert (one.waiver.author, one.waiver.basis) == ("https://example.org/committee", "https://example.org/act")
    assert one.waiver.reason == {"en": "The port owns it.", "ro": "Portul."}
    assert analysis.notices == ()


def test_it_counts_on_its_last_day_and_not_after(tmp_path: Path) -> None:
    assert with_waiver(tmp_path, today=date(2026, 12, 31)).findings[0].status == "accepted"
    late = with_waiver(tmp_path, today=date(2027, 1, 1))
    assert late.findings[0].status == "open"
    assert "expired on 2026-12-31: the finding is open again" in late.notices[0]


def test_it_does_not_count_before_it_was_made(tmp_path: Path) -> None:
    early = with_waiver(tmp_path, today=date(2025, 12, 31))
    assert early.findings[0].status == "open"
    assert "counts only from 2026-01-01" in early.notices[0]


@pytest.mark.parametrize(
    ("gone", "what"),
    [
        ("prov:wasAttributedTo ex:committee ;", "author"),
        ('skos:note "The port owns it."@en, "Portul."@ro ;', "reason"),
        ('atf:validThrough "2026-12-31"^^xsd:date ;', "expiry"),
        ('dcterms:created "2026-01-01"^^xsd:date ;', "date"),
    ],
)
def test_an_incomplete_waiver_does_not_count(tmp_path: Path, gone: str, what: str) -> None:
    assert gone in WAIVER
    analysis = with_waiver(tmp_path, WAIVER.replace(gone, ""))
    assert analysis.findings[0].status == "open"
    assert f"does not count: it has no {what}" in analysis.notices[0]


def test_a_date_that_is_none_is_told(tmp_path: Path) -> None:
    analysis = with_waiver(tmp_path, WAIVER.replace('"2026-12-31"^^xsd:date', '"soon"'))
    assert "date in the form year-month-day" in " ".join(analysis.notices)
    assert analysis.findings[0].status == "open"


def test_another_finding_stays_open(tmp_path: Path) -> None:
    analysis = analysed(tmp_path, TEXT + WAIVER.format("GAP-001-000000000000"), "GAP-001")
    assert analysis.findings[0].status == "open"
