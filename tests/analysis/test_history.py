"""The history of findings: recorded version by version, only ever added to, and asked for what a version knew."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from api.analysis.check import check
from api.analysis.findings import Finding, Waiver
from api.analysis.history import HISTORY, History, history_of_file
from api.analysis.history_record import record
from api.cli import main
from api.errors import ParameterError, UsageError
from api.graph.turtle import format_file
from api.settings import ROOT, Settings

Captured = pytest.CaptureFixture[str]
DAY, TODAY = date(2022, 12, 31), date(2026, 12, 1)
EDITORS = "https://w3id.org/atf/id/agent/editors"


@pytest.fixture(scope="module")
def three() -> tuple[Finding, ...]:
    return tuple(replace(found, waiting_for=()) for found in check(Settings(), rules=["GAP-009"]).findings[:3])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / HISTORY).parent.mkdir(parents=True)
    return tmp_path


def accepted(finding: Finding, until: date) -> Finding:
    waiver = Waiver("https://w3id.org/atf/id/waiver/x", finding.id, EDITORS, TODAY, until, None, {"en": "Agreed."})
    return replace(finding, waiver=waiver)


def write(root: Path, version: str, findings: Sequence[Finding]) -> dict[str, int]:
    return record(root, version, findings, DAY, TODAY)


def read(root: Path) -> History:
    return asyncio.run(history_of_file(root))


def events(history: History, finding: Finding) -> list[tuple[str, str, str]]:
    return [(change.version.name, change.event, change.status) for change in history.of(finding.id)]


def test_a_finding_is_followed_from_its_first_version_to_its_return(root: Path, three: tuple[Finding, ...]) -> None:
    one, two, other = three
    assert write(root, "0.9.0", [one, two]) == {"open": 2}
    assert write(root, "0.10.0", [accepted(one, date(2027, 1, 31)), two, other]) == {"accepted": 1, "open": 1}
    assert write(root, "0.11.0", [accepted(one, date(2027, 6, 30)), other]) == {"accepted": 1, "closed": 1}
    assert write(root, "1.0.0", [one, replace(two, waiting_for=("https://w3id.org/atf/id/document/x",))]) == {
        "open": 1, "not-assessable": 1, "closed": 1,
    }  # fmt: skip
    history = read(root)
    assert [version.name for version in history.versions] == ["0.9.0", "0.10.0", "0.11.0", "1.0.0"]
    assert events(history, one) == [
        ("0.9.0", "first", "open"),
        ("0.10.0", "accepted", "accepted"),
        ("0.11.0", "renewed", "accepted"),
        ("1.0.0", "reopened", "open"),
    ]
    assert events(history, two) == [
        ("0.9.0", "first", "open"), ("0.11.0", "closed", "closed"), ("1.0.0", "again", "not-assessable"),
    ]  # fmt: skip
    assert events(history, other) == [("0.10.0", "first", "open"), ("1.0.0", "closed", "closed")]
    acceptance = history.of(one.id)[2].public()
    assert (acceptance["accepted_by"], acceptance["until"]) == (EDITORS, "2027-06-30")


def test_what_a_version_knew_is_what_stood_in_it(root: Path, three: tuple[Finding, ...]) -> None:
    one, two, other = three
    write(root, "0.1.0", [one, two])
    write(root, "0.2.0", [two, other])
    history = read(root)
    assert set(history.standing("0.1.0")) == {one.id, two.id}
    assert set(history.standing("0.2.0")) == {two.id, other.id}
    with pytest.raises(ParameterError, match=r"no recorded version '0\.3\.0'") as error:
        history.standing("0.3.0")
    assert "0.1.0, 0.2.0" in str(error.value.hint)


def test_the_file_only_grows_and_only_the_newest_version_is_written_again(
    root: Path, three: tuple[Finding, ...]
) -> None:
    one, two, other = three
    write(root, "0.1.0", [one, accepted(two, date(2027, 1, 31))])
    file = root / HISTORY
    before = set(file.read_text(encoding="utf-8").splitlines())
    write(root, "0.2.0", [one])
    assert before <= set(file.read_text(encoding="utf-8").splitlines())
    assert not format_file(file, check=True), "it is in canonical form"
    write(root, "0.2.0", [one, other])
    assert events(read(root), two)[-1] == ("0.2.0", "closed", "closed")
    assert events(read(root), other) == [("0.2.0", "first", "open")]
    again = file.read_bytes()
    write(root, "0.2.0", [one, other])
    assert file.read_bytes() == again
    with pytest.raises(UsageError, match=r"0\.1\.0 is closed: 0\.2\.0 has been recorded since"):
        write(root, "0.1.0", [one])
    with pytest.raises(UsageError, match="'next' is no version"):
        write(root, "next", [one])
    assert file.read_bytes() == again


def test_a_version_in_which_nothing_changed_is_recorded_all_the_same(root: Path, three: tuple[Finding, ...]) -> None:
    write(root, "0.1.0", three)
    assert write(root, "0.2.0", three) == {}
    assert [version.name for version in read(root).versions] == ["0.1.0", "0.2.0"]


def test_the_id_of_a_finding_is_read_in_any_case(root: Path, three: tuple[Finding, ...]) -> None:
    write(root, "0.1.0", three)
    assert read(root).of(three[0].id.lower()) == read(root).of(three[0].id) != ()
    assert read(root).of("nonsense") == ()


def test_the_command_shows_what_a_version_knew_and_names_what_is_gone(capsys: Captured) -> None:
    known = read(ROOT).standing(read(ROOT).versions[-1].name)
    assert main(["check", "--known", read(ROOT).versions[-1].name, "--rule", "GAP-001", "--format", "csv"]) == 0
    printed, said = capsys.readouterr()
    ids = {line.split(",")[0] for line in printed.splitlines()[1:]}
    assert {found for found in ids if found.startswith("GAP-")} <= set(known)
    assert "are not among these" in said, "the other rules' findings were known, too"


@pytest.mark.parametrize("words", [["--as-of", "2020-01-01"], ["--rule", "GAP-001"], ["--known", "0.1.0"], ["x.ttl"]])
def test_a_part_of_the_findings_is_never_recorded(words: list[str], capsys: Captured) -> None:
    before = (ROOT / HISTORY).read_bytes()
    assert main(["check", *words, "--record"]) == 2
    assert "--record stands alone" in capsys.readouterr().err
    assert (ROOT / HISTORY).read_bytes() == before


def test_this_version_of_the_project_is_recorded() -> None:
    from api import __version__

    assert read(ROOT).versions[-1].name == __version__, "run: atf check --record"
