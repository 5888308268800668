"""The verb ``atf ask`` as a user runs it."""

import json

import pytest

from api.cli import main


def test_it_prints_a_card_in_romanian(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "cine răspunde de cazarea victimelor străine", "--lang", "ro"]) == 0
    said = capsys.readouterr().out
    assert "1. Inspectoratul General pentru Imigrări" in said
    assert "Temei legal: nu este menționat" in said
    assert "XIV.A.4" in said


def test_it_says_that_nothing_is_there_and_what_was_looked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "Which institution is responsible for objective 3.3?"]) == 0
    said = capsys.readouterr().out
    assert "The loaded documents do not say it." in said
    assert "Looked for: the institution responsible for an objective" in said


def test_it_writes_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "victims", "in", "Dolj", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["answers"][0]["value"] == 220


def test_wrong_use_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "x" * 601]) == 2
    assert "limit 600" in capsys.readouterr().err
    assert main(["ask", "who houses foreign victims", "--as-of", "soon"]) == 2
    assert "is not a date" in capsys.readouterr().err
