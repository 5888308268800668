"""The command as a user types it: exit codes, one line for each error, no stack trace, answers that a pipe can read."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.settings import ROOT, Settings


def atf(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "api", *arguments],
        input=stdin,
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_help_names_every_verb() -> None:
    shown = atf("--help").stdout
    for verb in ("build", "serve", "query", "fmt"):
        assert f"\n    {verb}" in shown


def test_a_question_is_answered_in_words_with_sources_and_date(settings: Settings) -> None:
    shown = atf("query", "which-institution-holds-a-function", "--param", "function=residence-permit").stdout
    assert "Institution: General Inspectorate for Immigration" in shown
    assert "XIV.A.4, lines 1039-1042 of the English translation" in shown
    assert "as of 2022-12-31" in shown


def test_a_question_is_answered_as_csv_and_json(settings: Settings) -> None:
    rows = list(
        csv.DictReader(
            io.StringIO(atf("query", "victims-of-a-county", "--param", "county=RO411", "--format", "csv").stdout)
        )
    )
    assert {row["value"] for row in rows} == {"220", "6.764523"}
    answer = json.loads(atf("query", "victims-of-a-county", "--param", "county=Dolj", "--format", "json").stdout)
    assert {row["value"]["value"] for row in answer["rows"]} == {"220", "6.764523"}


def test_an_empty_answer_says_what_it_means(settings: Settings) -> None:
    arguments = (
        "query",
        "which-institution-holds-a-function",
        "--param",
        "function=accommodation",
        "--param",
        "as-of=2023-06-01",
    )
    assert "No rows. No institution is recorded" in atf(*arguments).stdout


def test_sparql_comes_from_a_file_or_standard_input(settings: Settings, tmp_path: Path) -> None:
    text = "ASK { <https://w3id.org/atf/id/institution/igi> a <https://w3id.org/atf/ontology#Institution> }"
    file = tmp_path / "ask.rq"
    file.write_text(text, encoding="utf-8")
    assert json.loads(atf("query", str(file)).stdout)["boolean"] is True
    assert json.loads(atf("query", "-", stdin=text).stdout)["boolean"] is True


@pytest.mark.parametrize(
    ("arguments", "stdin", "environment", "code", "words"),
    [
        (("query", "nothing"), "", {}, 2, "neither a question nor a file"),
        (("query", "which-institution-holds-a-function"), "", {}, 2, "'function' is missing"),
        (("query", "victims-of-a-county", "--param", "county=RO999"), "", {}, 2, "RO999"),
        (("query", "victims-of-a-county", "--param", "county"), "", {}, 2, "has no value"),
        (("query", "victims-of-a-county", "--param", "county=RO411", "--format", "pdf"), "", {}, 2, "'pdf'"),
        (("query", "duties-of-an-institution", "--param", "institution=igi", "--param", "as-of=2022-13-01"), "", {}, 2, "2022-13-01"),
        (("query", "-"), "SELECT * WHERE {\n ?s ?p }", {}, 2, "ine 2, column"),
        (("query", "-"), "INSERT DATA { <a:a> <a:a> <a:a> }", {}, 2, "read"),
        (("query", "-"), "ASK { SERVICE <http://127.0.0.1:1/> {} }", {}, 2, "ederation is disabled"),
        (("query", "-"), "ASK {}", {"ATF_WORKERS": "many"}, 2, "ATF_WORKERS"),
        (("query", "-"), "ASK {}", {"ATF_BUILD": "nowhere"}, 3, "no built dataset"),
        (("serve", "--port", "99999"), "", {}, 2, "no port"),
    ],
)  # fmt: skip
def test_an_error_is_one_line_with_its_code(
    settings: Settings, arguments: tuple[str, ...], stdin: str, environment: dict[str, str], code: int, words: str
) -> None:
    result = atf(*arguments, stdin=stdin, **environment)
    assert (result.returncode, result.stdout) == (code, "")
    assert words in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.stderr


def test_a_corrupt_build_is_told(settings: Settings, tmp_path: Path) -> None:
    for name in ("atf.nq", "manifest.json"):
        (tmp_path / name).write_bytes((settings.build / name).read_bytes())
    with (tmp_path / "atf.nq").open("ab") as file:
        file.write(b"<a:a> <a:a> <a:a> <a:a> .\n")
    result = atf("query", "-", stdin="ASK {}", ATF_BUILD=str(tmp_path))
    assert result.returncode == 3
    assert "make build" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_the_tree_is_in_canonical_form() -> None:
    assert atf("fmt", "--check").returncode == 0


def test_a_file_that_is_not_canonical_is_named_and_then_rewritten(tmp_path: Path) -> None:
    file = tmp_path / "x.ttl"
    file.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . <a:b> skos:note 'x' , 'w' .", encoding="utf-8"
    )
    assert str(file) in atf("fmt", "--check", str(file)).stdout
    assert atf("fmt", "--check", str(file)).returncode == 1
    assert atf("fmt", str(file)).returncode == 0
    assert atf("fmt", "--check", str(file)).returncode == 0


def test_a_file_of_the_folder_is_its_question_with_parameters(settings: Settings) -> None:
    shown = atf("query", "queries/victims-of-a-county.rq", "--param", "county=RO411", "--format", "csv").stdout
    assert shown == atf("query", "victims-of-a-county", "--param", "county=RO411", "--format", "csv").stdout
    assert "'institution' is missing" in atf("query", "queries/duties-of-an-institution.rq").stderr


def test_the_words_of_the_text_stand_beside_the_places_once(settings: Settings, tmp_path: Path) -> None:
    arguments = ("query", "which-institution-holds-a-function", "--param", "function=residence-permit")
    assert "    | " not in atf(*arguments).stdout
    if settings.sources is not None:
        shown = atf(*arguments, ATF_SOURCES=str(settings.sources)).stdout
        assert "residence or tolerance of staying" in shown
    absent = atf(*arguments, ATF_SOURCES=str(tmp_path / "none"))
    assert absent.returncode == 2
    assert "no folder" in absent.stderr


def test_free_sparql_is_written_as_a_table_on_request(settings: Settings) -> None:
    text = 'SELECT ?a ?b { VALUES (?a ?b) { (1 "x y") (2 UNDEF) } }'
    assert atf("query", "-", "--format", "text", stdin=text).stdout == "a\tb\n1\tx y\n2\t\n"
    assert json.loads(atf("query", "-", "--format", "text", stdin="ASK {}").stdout)["boolean"] is True


def test_a_mistyped_question_gets_its_near_names_only(settings: Settings) -> None:
    error = atf("query", "who-report-to-whom").stderr
    assert "Perhaps: who-reports-to-whom" in error
    assert "victims-of-a-county" not in error


def test_an_answer_tells_what_its_bodies_are_called_today(settings: Settings) -> None:
    shown = atf("query", "duties-of-an-institution", "--param", "institution=mmjs").stdout
    assert "was renamed, merged or split on 9 January 2020" in shown
    assert "today: Ministry of Labour, Family, Youth and Social Solidarity" in shown
