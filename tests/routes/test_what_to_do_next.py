"""Errors are part of the product: each says in a sentence what is wrong, and what to do next, over HTTP and in a terminal."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.settings import ROOT
from tests.endpoint import free_port

SENTENCE = re.compile(r"[A-Z'\"].*[.?]$", re.DOTALL)


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, timeout=60) as found:
        yield found


def atf(*arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "api", *arguments], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, timeout=120, check=False
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("path", "detail", "near"),
    [
        ("/dossier/anipt", "There is no institution 'anipt' in the graph.", "anitp"),
        ("/law?act=cets-999", "There is no act, treaty or document 'cets-999' in the graph.", "cets-197"),
        ("/obligations/cets-999", "No obligations of 'cets-999' are recorded.", "cets-197"),
    ],
)
def test_what_is_not_there_is_404_with_what_was_meant(client: httpx.Client, path: str, detail: str, near: str) -> None:
    response = client.get(path, headers={"Accept": "application/json"})
    assert response.status_code == 404
    found = response.json()
    assert (found["type"].rsplit("/", 1)[-1], found["detail"]) == ("not-found", detail)
    assert near in found["hint"]
    page = client.get(f"/ro{path}", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (404, "text/html")
    # A filter that names nothing is still a wrong parameter.
    assert client.get("/matrix?ministry=nobody&format=json").status_code == 422


@pytest.mark.parametrize("path", ["/validate", "/import"])
def test_an_empty_request_is_told_what_to_send(client: httpx.Client, path: str) -> None:
    response = client.post(path)
    assert response.status_code == 400
    found = response.json()
    assert found["detail"] == "The request has no body."
    assert "Content-Type" in found["hint"]
    assert f"/en{path}" in found["hint"]
    typed = client.post(path, headers={"Content-Type": "image/png"}, content=b"x")
    assert typed.status_code == 415
    assert "image/png" in typed.json()["detail"]


def test_a_page_of_a_program_may_speak_with_mcp(client: httpx.Client) -> None:
    headers = {
        "Origin": "http://localhost:6274",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,mcp-session-id,mcp-protocol-version",
    }
    preflight = client.options("/mcp", headers=headers)
    assert preflight.status_code == 204
    allowed = {name.strip().lower() for name in preflight.headers["access-control-allow-headers"].split(",")}
    assert {"content-type", "mcp-session-id", "mcp-protocol-version", "last-event-id"} <= allowed
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "Mcp-Session-Id" in preflight.headers["access-control-expose-headers"]
    initialize = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "page", "version": "1"}},
    }
    answer = client.post(
        "/mcp",
        json=initialize,
        headers={"Origin": "http://localhost:6274", "Accept": "application/json, text/event-stream"},
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Mcp-Session-Id" in answer.headers["access-control-expose-headers"]


def test_a_problem_is_a_sentence_with_a_hint(client: httpx.Client) -> None:
    for path in ("/queries/x", "/rules/x", "/findings/x", "/dataset/x", "/diff", "/ask", "/store", "/graph/x?format=ttl", "/problem/x"):  # fmt: skip
        found = client.get(path, headers={"Accept": "application/json, text/turtle;q=0.9"}).json()
        assert SENTENCE.fullmatch(found["detail"]), (path, found)
        assert len(found["hint"]) > 10, (path, found)


def test_no_command_shows_the_numbers_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text('<http://e/a> <http://e/b> "c\n', encoding="utf-8")
    (tmp_path / "junk.xlsx").write_text("these are\nonly words\n", encoding="utf-8")
    nobody = f"http://127.0.0.1:{free_port()}"
    cases = (
        (("load", "--store", nobody), 3, "nothing listens at that address", "Check that the server runs"),
        (("load", "--store", "http://nobody.invalid"), 3, "there is no host of that name", "Check that the server runs"),
        (("query", "acts-by-type", "--store", nobody), 3, "nothing listens at that address", "Give the server's base address"),
        (("links", "check", "--endpoint", nobody, "--attempts", "1"), 3, "cannot be reached", "Check the network and the address"),
        (("check", str(tmp_path / "none.ttl")), 3, "There is no file", "Check the name and the folder."),
        (("check", str(tmp_path / "broken.ttl")), 3, "broken.ttl, line 1: ", "Correct it there and try again."),
        (("import", str(tmp_path / "junk.xlsx"), "--dry-run"), 3, "The file is not a spreadsheet.", "Give .xlsx, .ods or .csv."),
    )  # fmt: skip
    for arguments, code, message, hint in cases:
        got, _, err = atf(*arguments)
        assert got == code, (arguments, err)
        assert message in err, (arguments, err)
        assert hint in err, (arguments, err)
        assert "Errno" not in err
        assert "Traceback" not in err


def test_a_table_under_the_name_of_a_workbook_is_still_read(tmp_path: Path) -> None:
    file = tmp_path / "plan.xlsx"
    file.write_text("Activitate;Responsabil;Termen\nInstruire;ANITP;2019\n", encoding="utf-8")
    code, out, err = atf("import", str(file), "--dry-run", "--plan", "action-plan-2018-2020", "--period", "2018-2020")
    assert "not a spreadsheet" not in err, err
    assert code in {0, 1}, out + err
