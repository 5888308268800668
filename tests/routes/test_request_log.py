"""The log of requests: one JSON object a line; what was asked stays out of it unless the operator says otherwise."""

import json
import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from api.settings import ROOT
from tests.endpoint import ENDLESS, ask, eventually, get, post, served, settings

SECRET = "SELECT ?secret { ?secret ?p ?o } LIMIT 1"
DIRECT = {"Content-Type": "application/sparql-query"}


def logged(folder: Path, choice: str) -> list[dict[str, Any]]:
    """What a service writes on standard output while some requests come in."""
    file = folder / "log"
    prelude = f"import sys; sys.stdout = open({str(file)!r}, 'w', encoding='utf-8')"
    with served(settings(folder / "build", log=choice), prelude) as (address, _):
        assert ask(address, SECRET, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 200
        assert post(f"{address}/sparql", data={"query": SECRET}).status_code == 200
        assert post(f"{address}/sparql", content=SECRET, headers=DIRECT).status_code == 200
        assert ask(address, ENDLESS).status_code == 503
        assert get(f"{address}/search", params={"q": "secret"}).status_code == 200
        assert get(f"{address}/made-up", params={"token": "secret"}).status_code == 404
        forged = get(f"{address}/a%0a%7B%22status%22:200%7D%E2%80%A8")
        assert forged.status_code == 404
        assert choice == "none" or eventually(lambda: len(file.read_text(encoding="utf-8").splitlines()) >= 7)
    return [json.loads(line) for line in file.read_bytes().decode().split("\n") if line]


def test_each_request_is_one_line_with_its_time_status_and_duration(tmp_path: Path) -> None:
    lines = logged(tmp_path, "requests")
    assert [(line["method"], line["path"], line["status"]) for line in lines[:6]] == [
        ("GET", "/sparql", 200),
        ("POST", "/sparql", 200),
        ("POST", "/sparql", 200),
        ("GET", "/sparql", 503),
        ("GET", "/search", 200),
        ("GET", "/made-up", 404),
    ]
    # A line break in a path is written as an escape: nobody adds a line of his own.
    assert len(lines) == 7
    assert lines[6]["path"].startswith('/a\n{"status":200}')
    for line in lines:
        assert set(line) == {"time", "method", "path", "status", "bytes", "ms"}
        assert datetime.fromisoformat(line["time"]).tzinfo is not None
        assert line["bytes"] > 0
        assert line["ms"] >= 0
    assert lines[3]["ms"] > 900


def test_no_line_says_what_was_asked_or_who_asked(tmp_path: Path) -> None:
    text = json.dumps(logged(tmp_path, "requests"))
    assert "secret" not in text
    assert not re.search(r"127\.0\.0\.1|203\.0\.113\.9", text)


def test_a_switch_shows_the_queries(tmp_path: Path) -> None:
    lines = logged(tmp_path, "queries")
    assert [line.get("query") for line in lines[:5]] == [SECRET, SECRET, SECRET, ENDLESS, None]
    assert "203.0.113.9" not in json.dumps(lines)


def test_a_switch_silences_it(tmp_path: Path) -> None:
    assert logged(tmp_path, "none") == []


@pytest.mark.parametrize("choice", ["everything", ""])
def test_a_switch_that_is_none_is_told(tmp_path: Path, choice: str) -> None:
    environment = {**os.environ, "ATF_LOG": choice, "ATF_BUILD": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "api", "serve"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip
    assert done.returncode == 2
    assert "ATF_LOG" in done.stderr
    assert "Traceback" not in done.stderr
