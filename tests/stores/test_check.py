"""`atf check --store URL`: the findings of the built dataset from a server that holds it, and one sentence for one that does not."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest

from api.graph.dataset import load_manifest
from api.settings import ROOT, Settings
from api.sparql.upload import upload
from tests.endpoint import environment, free_port
from tests.stores.servers import oxigraph


@pytest.fixture(scope="module")
def filled(built: Settings) -> Iterator[str]:
    with oxigraph() as address:
        asyncio.run(upload(built.model_copy(update={"store": address}), lambda _step: None))
        yield address


def check(chosen: Settings, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "api", "check", *options]
    return subprocess.run(
        command, cwd=ROOT, env=environment(chosen), capture_output=True, text=True, timeout=170, check=False
    )


@pytest.mark.parametrize("options", [(), ("--as-of", "2020-06-01", "--rule", "GAP-001", "OVL-001", "LAW-002")])
def test_a_server_gives_the_findings_of_the_build(built: Settings, filled: str, options: tuple[str, ...]) -> None:
    embedded = check(built, *options, "--format", "json")
    remote = check(built, "--store", filled, *options, "--format", "json")
    assert (remote.returncode, embedded.returncode) == (0, 0), remote.stderr
    found = json.loads(remote.stdout)
    assert found["dataset"] == load_manifest(built.build).sha256
    assert found == json.loads(embedded.stdout)
    assert found["findings"]


def test_a_statement_that_only_the_server_has_counts(built: Settings, filled: str) -> None:
    gone = "https://w3id.org/atf/graph/scratch"
    graph = {"graph": gone}
    triple = (
        "<https://w3id.org/atf/id/objective/new> a <https://w3id.org/atf/ontology#SpecificObjective> ; "
        "<http://purl.org/dc/terms/isPartOf> <https://w3id.org/atf/id/document/strategy-2018-2022> ."
    )
    headers = {"Content-Type": "text/turtle"}
    try:
        httpx.put(f"{filled}/store", params=graph, content=triple, headers=headers).raise_for_status()
        done = check(built, "--store", filled, "--rule", "QLT-001", "GAP-001", "--format", "json")
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        assert found["dataset"] != load_manifest(built.build).sha256
        assert "objective/new" in done.stdout
    finally:
        httpx.delete(f"{filled}/store", params=graph).raise_for_status()


class _Page(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html>welcome</html>")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def page() -> Iterator[str]:
    """A server that is none of SPARQL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_what_is_no_filled_server_is_told_in_a_sentence(built: Settings, page: str) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    with oxigraph() as empty:
        cases = {
            nobody: (3, f"No SPARQL endpoint answers at {nobody}: ", "nothing listens at that address"),
            page: (3, f"No SPARQL endpoint answers at {page}: ", "something else than a result"),
            empty: (3, f"The SPARQL server at {empty} holds no graph of ours.", "atf load --store URL"),
            "no address": (2, "--store 'no address' is no address of a server.", "For example"),
        }
        for address, (code, message, rest) in cases.items():
            done = check(built, "--store", address)
            assert (done.returncode, done.stdout) == (code, ""), done.stderr
            last = done.stderr.strip().splitlines()[-1]
            assert last.startswith(f"atf check: {message}"), last
            assert rest in last
            assert "Traceback" not in done.stderr
    both = check(built, "plan.ttl", "--store", nobody)
    assert (both.returncode, both.stderr) == (
        2,
        "atf check: Files and --store are two graphs to analyse. Give one of them.\n",
    )
