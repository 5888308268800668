"""``atf check`` and ``atf diff``: what is printed, what is said on standard error, and the exit codes."""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from api.analysis.check_command import add_parser
from api.cli import main
from api.errors import AtfError, ParameterError, UnavailableError, UsageError
from api.settings import ROOT, Settings
from tests.analysed import HEAD, OWNERS, PLAN, write

Captured = pytest.CaptureFixture[bytes]


def run(*words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers(dest="verb", required=True))
    args = parser.parse_args([str(word) for word in words])
    code: int = args.run(args, Settings())
    return code


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return write(tmp_path, PLAN + OWNERS, "plan.ttl")


def test_findings_are_printed_and_the_exit_code_says_whether_they_weigh_too_much(
    plan: Path, capsysbinary: Captured
) -> None:
    assert run("check", plan, "--rule", "GAP-001") == 0
    printed, said = capsysbinary.readouterr()
    assert "No institution is recorded as responsible for “Light the quays”." in printed.decode()
    assert said == b""
    assert run("check", plan, "--rule", "GAP-001", "--fail-on", "high") == 1
    assert run("check", plan, "--rule", "GAP-009", "--fail-on", "high") == 0
    assert run("check", plan, "--rule", "GAP-009", "--fail-on", "medium") == 1


def test_what_is_accepted_or_not_assessable_does_not_fail(tmp_path: Path, plan: Path, capsysbinary: Captured) -> None:
    actions = "ex:plan atf:refersTo ex:a . ex:a a atf:PolicyDocument ; eli:type_document type:action-plan ; atf:contentLoaded false ."
    file = write(tmp_path, PLAN + OWNERS + actions, "waiting.ttl")
    assert run("check", file, "--rule", "GAP-001", "--fail-on", "low") == 0


def test_rules_may_stand_before_the_files(plan: Path, capsysbinary: Captured) -> None:
    assert run("check", "--rule", "gap-001,LAW-001", "OVL-001", str(plan), "--format", "json") == 0
    found = json.loads(capsysbinary.readouterr().out)
    assert {finding["rule"] for finding in found["findings"]} == {"GAP-001"}


def test_the_integrity_rules_run_on_files_only_where_asked_for(tmp_path: Path, capsysbinary: Captured) -> None:
    plan = write(tmp_path, PLAN + OWNERS + "ex:nameless a atf:Institution .", "plan.ttl")

    def kinds(*words: str) -> set[str]:
        run("check", plan, "--format", "json", *words)
        return {finding["kind"] for finding in json.loads(capsysbinary.readouterr().out)["findings"]}

    assert "integrity" not in kinds()
    assert "integrity" in kinds("--integrity")


def test_another_day_another_language_and_the_explanation(plan: Path, capsysbinary: Captured) -> None:
    run("check", plan, "--rule", "GAP-001", "--as-of", "2021-03-04", "--lang", "ro", "--explain")
    text = " ".join(capsysbinary.readouterr().out.decode().split())
    assert "la 4 martie 2021" in text
    assert "De ce contează:" in text


def test_the_page_for_the_committee(plan: Path, capsysbinary: Captured) -> None:
    assert run("check", plan, "--summary") == 0
    assert b"WHAT IS MISSING" in capsysbinary.readouterr().out


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        (["--rule", "GAP-999"], UsageError, "There is no rule GAP-999"),
        (["--as-of", "2020-02-31"], ParameterError, "is not a date"),
        (["--format", "pdf"], UsageError, "--format 'pdf' is unknown"),
        (["--fail-on", "huge"], UsageError, "--fail-on 'huge' is unknown"),
        (["--engine", "steam"], UsageError, "There is no engine 'steam'"),
        (["--lang", "fr"], UsageError, "--lang 'fr' is unknown"),
    ],
)
def test_wrong_use_is_one_clear_error_and_prints_nothing(
    plan: Path, capsysbinary: Captured, words: Sequence[str], error: type[AtfError], says: str
) -> None:
    with pytest.raises(error, match=says) as raised:
        run("check", plan, *words)
    assert raised.value.exit_code == 2
    assert capsysbinary.readouterr().out == b""


RING = "ex:pilots org:subOrganizationOf ex:port . ex:port a atf:Institution ; org:subOrganizationOf ex:pilots ."
EXPIRED = """ex:waiver a atf:Waiver ; atf:waives "GAP-001-000000000000" ; prov:wasAttributedTo ex:committee ; skos:note "x"@en ;
  dcterms:created "2020-01-01"^^xsd:date ; atf:validThrough "2021-01-01"^^xsd:date ."""


@pytest.mark.parametrize(
    ("name", "text", "code", "says"),
    [
        ("empty.ttl", "", 3, "empty.ttl is empty"),
        ("plan.docx", "x", 2, "plan.docx has no suffix of an RDF format"),
        ("broken.ttl", HEAD + "ex:a ex:b .\n", 3, f"broken.ttl, line {HEAD.count(chr(10)) + 1}: "),
        ("foreign.ttl", "<urn:a> a <http://xmlns.com/foaf/0.1/Person> .", 3, "0 responsibilities found in"),
        ("foreign.ttl", "<urn:a> a <http://xmlns.com/foaf/0.1/Person> .", 3, "is this a framework in the vocabulary"),
        ("ring.ttl", HEAD + PLAN + OWNERS + RING, 0, "An institution is its own superior"),
        ("soon.ttl", HEAD + PLAN + OWNERS + 'ex:duty atf:validFrom "soon" .', 0, "'soon' is no date (atf:validFrom)"),
        ("expired.ttl", HEAD + PLAN + OWNERS + EXPIRED, 0, "expired on 2021-01-01: the finding is open again"),
        ("context.jsonld", '{"@context": "http://127.0.0.1:9/c", "@id": "urn:a"}', 3, "context.jsonld"),
        ("laughs.rdf", '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><r>&b;</r>', 3, "entities that refer to"),
    ],
)
def test_bad_input_is_one_clear_line_and_an_exit_code(
    tmp_path: Path, name: str, text: str, code: int, says: str, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    assert main(["check", str(file), "--rule", "GAP-001", "OVL-001", "--format", "json"]) == code
    printed, said = capfd.readouterr()
    (line,) = [line for line in said.splitlines() if says in line]
    assert line.startswith("atf check: ")
    # Nothing is half-written: all of the report, or nothing.
    assert (json.loads(printed)["as_of"] == "2022-12-31") if code == 0 else printed == ""


def test_a_node_with_a_hundred_thousand_literals_is_analysed(tmp_path: Path, capsysbinary: Captured) -> None:
    names = " , ".join(f'"name {number}"@en' for number in range(100_000))
    file = write(tmp_path, PLAN + OWNERS + f"ex:duty skos:altLabel {names} .", "many.ttl")
    assert run("check", file, "--rule", "GAP-001", "GAP-009", "--format", "json") == 0
    assert {one["rule"] for one in json.loads(capsysbinary.readouterr().out)["findings"]} == {"GAP-001", "GAP-009"}


def test_a_file_that_cannot_be_read_prints_nothing(tmp_path: Path, capsysbinary: Captured) -> None:
    with pytest.raises(UnavailableError):
        run("check", tmp_path / "nothing.ttl", "--format", "json")
    assert capsysbinary.readouterr().out == b""


def test_notices_go_to_standard_error_so_that_json_stays_json(tmp_path: Path, capsysbinary: Captured) -> None:
    file = write(tmp_path, PLAN, "empty.ttl")
    assert run("check", file, "--rule", "GAP-001", "--format", "json") == 0
    printed, said = capsysbinary.readouterr()
    assert json.loads(printed)["findings"]
    assert b"0 responsibilities" in said


def test_both_engines_from_the_command(plan: Path, capsysbinary: Captured) -> None:
    printed = []
    for engine in ("fast", "pyshacl"):
        run("check", plan, "--rule", "GAP-001", "GAP-009", "--format", "json", "--engine", engine)
        printed.append(json.loads(capsysbinary.readouterr().out))
    assert printed[0] == printed[1]
    assert printed[0]["findings"]


def test_two_files_are_compared(tmp_path: Path, plan: Path, capsysbinary: Captured) -> None:
    other = write(tmp_path, PLAN, "other.ttl")
    assert run("diff", plan, other, "--rule", "GAP-001") == 0
    text = capsysbinary.readouterr().out.decode()
    assert "vanishes: Pilotage (Pilot Service)" in text
    assert run("diff", plan, other, "--rule", "GAP-001", "--format", "json") == 0
    assert json.loads(capsysbinary.readouterr().out)["responsibilities"]["vanish"]


def test_two_days_of_the_built_dataset_are_compared(settings: Settings, capsysbinary: Captured) -> None:
    assert run("diff", "2019-01-01", "2023-01-01", "--rule", "GAP-001", "--lang", "ro") == 0
    assert capsysbinary.readouterr().out.decode().startswith("De la 2019-01-01 la 2023-01-01")
    assert run("diff", settings.build, settings.build, "--rule", "GAP-001") == 0
    assert capsysbinary.readouterr().out.decode().count("nothing changed") == 2


def test_something_that_is_neither_a_day_nor_a_file(capsysbinary: Captured) -> None:
    with pytest.raises(UsageError, match="neither a date nor a file"):
        run("diff", "yesterday", "2020-01-01")


def test_a_long_step_is_named_on_standard_error(plan: Path) -> None:
    code = "import time; from api.analysis.check_command import _progress\nwith _progress() as say:\n    say('counting'); time.sleep(1.3)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert b"counting" in done.stderr
    assert done.stdout == b""
