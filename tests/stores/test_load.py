"""`atf load`: graph by graph, proved, stale graphs removed, others' graphs left alone, and every failure one sentence."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.settings import ROOT, Settings
from tests.endpoint import ROWS, E, environment, free_port, settings
from tests.stores.servers import fuseki, oxigraph

OURS = "https://w3id.org/atf/graph/no-longer-there"


@pytest.fixture(scope="module", params=[oxigraph, fuseki], ids=["oxigraph", "fuseki"])
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    with request.param() as address:
        yield address


def load(chosen: Settings, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "api", "load", *options]
    return subprocess.run(
        command, cwd=ROOT, env=environment(chosen), capture_output=True, text=True, timeout=120, check=False
    )


def store_of(server: str) -> str:
    return f"{server}/data" if server.endswith("/atf") else f"{server}/store"


def count(server: str, pattern: str) -> int:
    query = f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"
    found = httpx.post(f"{server}/query", data={"query": query}, headers={"Accept": "application/sparql-results+json"})
    return int(found.json()["results"]["bindings"][0]["n"]["value"])


def test_the_dataset_is_loaded_and_loaded_again(server: str, tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    triple = {"content": "<http://e/s> <http://e/p> 1 .", "headers": {"Content-Type": "text/turtle"}}
    for graph in (OURS, "http://others.example/graph"):
        httpx.put(store_of(server), params={"graph": graph}, **triple).raise_for_status()  # type: ignore[arg-type]
    for _ in range(2):
        done = load(chosen, "--store", server)
        assert done.returncode == 0, done.stderr
        assert done.stdout == f"Loaded 3 graphs, and their merge as the default graph, into {server}.\n"
        assert count(server, "?s ?p ?o") == ROWS + 6
        assert count(server, f"GRAPH <{E}g1> {{ ?s ?p ?o }}") == ROWS
        assert count(server, f"GRAPH <{OURS}> {{ ?s ?p ?o }}") == 0
        assert count(server, "GRAPH <http://others.example/graph> { ?s ?p ?o }") == 1


def test_addresses_are_found_or_given(server: str, tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    given = ("--store", "http://127.0.0.1:1", "--store-query", f"{server}/query", "--store-graphs", store_of(server))
    assert load(chosen, *given).returncode == 0
    wrong = load(chosen, "--store", server, "--store-graphs", f"{server}/nowhere")
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (3, 1)
    assert "--store-graphs" in wrong.stderr
    wrong = load(chosen, "--store", server, "--store-query", f"{server}/nowhere")
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (3, 1)


def test_what_cannot_be_done_is_one_sentence(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    for options, code, words in (
        (("--store", f"http://127.0.0.1:{free_port()}"), 3, "cannot be written: "),
        (("--store", "elsewhere"), 2, "no address of a server"),
        ((), 2, "needs the address"),
    ):
        done = load(chosen, *options)
        assert (done.returncode, len(done.stderr.splitlines())) == (code, 1), done.stderr
        assert words in done.stderr
    (tmp_path / "atf.nq").unlink()
    done = load(chosen, "--store", "http://127.0.0.1:1")
    assert (done.returncode, "make build" in done.stderr) == (3, True)
