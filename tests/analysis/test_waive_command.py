"""``atf waive``: a waiver is proposed as Turtle that counts once it is in the file; nothing is written."""

import argparse
import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from api.analysis.accounts import accounts_of
from api.analysis.check import check
from api.analysis.facts import WAIVERS
from api.analysis.findings_graph import read_findings, statements_of
from api.analysis.local import LocalStore
from api.analysis.report_rdf import finding_triples
from api.analysis.waive_command import add_parser
from api.errors import AtfError, UsageError
from api.graph.turtle import format_file
from api.settings import ROOT, Settings
from tests.analysed import DAY, OWNERS, PLAN, analysed, rules

Captured = pytest.CaptureFixture[str]
UNTIL = (date.today() + timedelta(days=90)).isoformat()


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers(dest="verb", required=True))
    args = parser.parse_args(["waive", *words])
    code: int = args.run(args, Settings())
    return code


@pytest.fixture(scope="module")
def finding_id() -> str:
    return check(Settings(), rules=["GAP-009"]).findings[0].id


def test_what_is_proposed_accepts_the_finding(tmp_path: Path, finding_id: str, capsys: Captured) -> None:
    before = (ROOT / WAIVERS).read_bytes()
    words = ("--reason", "The committee  agreed.", "--until", UNTIL, "--ground", "law-678-2001")
    assert run(finding_id.lower(), *words) == 0
    printed, said = capsys.readouterr()
    assert WAIVERS in said
    assert (ROOT / WAIVERS).read_bytes() == before
    proposal = tmp_path / "waiver.ttl"
    proposal.write_text(printed, encoding="utf-8")
    assert not format_file(proposal, check=True), "it is in canonical form"
    built = tmp_path / "atf.nq"
    quads = [*parse(path=str(Settings().build / "atf.nq")), *parse(path=str(proposal))]
    built.write_bytes(serialize(quads, format=RdfFormat.N_QUADS) or b"")
    (one,) = [found for found in check(Settings(), [built], rules=["GAP-009"]).findings if found.id == finding_id]
    assert one.status == "accepted"
    assert one.waiver is not None
    assert one.waiver.reason == {"en": "The committee agreed."}
    assert one.waiver.basis == "https://w3id.org/atf/id/act/law-678-2001"
    assert one.waiver.author == "https://w3id.org/atf/id/agent/editors"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("GAP-009-000000000000", "--reason", "x", "--until", UNTIL), "There is no finding 'GAP-009-000000000000'"),
        (("ID", "--reason", " ", "--until", UNTIL), "The reason is empty"),
        (("ID", "--reason", "x", "--until", "2020-01-01"), "has passed"),
        (("ID", "--reason", "x", "--until", "2027-02-30"), "is not a date"),
        (("ID", "--reason", "x", "--until", UNTIL, "--author", "nobody"), "There is no author 'nobody'"),
        (("ID", "--reason", "x", "--until", UNTIL, "--ground", "law <1>"), "There is no ground"),
        (("ID", "--reason", "x", "--until", UNTIL, "--lang", "fr"), "--lang 'fr' is unknown"),
    ],
)
def test_what_would_not_count_is_refused(
    words: tuple[str, ...], says: str, finding_id: str, capsys: Captured
) -> None:  # fmt: skip
    with pytest.raises(AtfError, match=says) as error:
        run(*(finding_id if word == "ID" else word for word in words))
    assert error.value.exit_code == 2
    assert capsys.readouterr().out == ""


def test_an_unknown_finding_is_compared_with_the_known_ones(finding_id: str) -> None:
    wrong = finding_id[:-1] + ("0" if finding_id[-1] != "0" else "1")
    with pytest.raises(UsageError, match=f"Perhaps: {finding_id}"):
        run(wrong, "--reason", "x", "--until", UNTIL)


def test_the_file_of_waivers_is_there_in_canonical_form() -> None:
    assert not format_file(ROOT / WAIVERS, check=True)


def test_a_waiver_that_expired_since_the_build_does_not_count_on_the_web(tmp_path: Path) -> None:
    (one,) = analysed(tmp_path, PLAN + OWNERS, "GAP-001").findings
    waiver = f"""ex:waiver a atf:Waiver ; atf:waives "{one.id}" ; prov:wasAttributedTo ex:x ; skos:note "x"@en ;
      dcterms:created "2026-01-01"^^xsd:date ; atf:validThrough "2026-12-31"^^xsd:date ."""
    analysis = analysed(tmp_path, PLAN + OWNERS + waiver, "GAP-001")
    store = LocalStore(analysis.facts.store)
    accounts = asyncio.run(accounts_of(store, analysis.findings, DAY, DAY))
    written = statements_of(finding_triples(accounts, DAY))
    statuses = [
        asyncio.run(read_findings(store, written, rules(), today))[0].status
        for today in (date(2026, 12, 31), date(2027, 1, 1))
    ]
    assert statuses == ["accepted", "open"]
