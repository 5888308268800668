"""A dataset of a few hundred statements, written as a build, and the real service on it."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from api.graph.dataset import Manifest
from api.settings import ROOT, Settings

E = "http://example.org/"
ROWS = 400
# Runs for hours on ROWS statements; every worker that has it must be killed.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HUNGRY = "SELECT (STRLEN(?v40) AS ?n) { BIND('0123456789' AS ?v0)"
HUNGRY += " ".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(40)) + "}"
CACHED = f"SELECT ?o {{ <{E}s1> <{E}p> ?o }}"


def build(folder: Path) -> Path:
    """Write the dataset into a folder: ROWS statements in graph g1, names in g2, odd terms in g3."""
    lines = [f'<{E}s{i}> <{E}p> "value {i}" <{E}g1> .' for i in range(ROWS)]
    lines += [
        f'<{E}s1> <{E}name> "Autoritatea Națională"@ro <{E}g2> .',
        f'<{E}s1> <{E}name> "National Agency"@en <{E}g2> .',
        f'<{E}SERVICE> <{E}p> "SERVICE <http://x>" <{E}g2> .',
        f'<{E}odd> <{E}p> "<script>alert(1)</script>,\\"=1+1\\"\\n" <{E}g3> .',
        f'<{E}odd> <{E}p> "\\u0001" <{E}g3> .',
        f'<{E}odd> <{E}1> "no XML name" <{E}g3> .',
    ]
    data = ("\n".join(lines) + "\n").encode()
    manifest = Manifest(
        sha256=sha256(data).hexdigest(),
        quads=len(lines),
        graphs={f"{E}g1": ROWS, f"{E}g2": 3, f"{E}g3": 3},
        classes={},
        version="0",
        built_at=datetime(2026, 1, 1, tzinfo=UTC),
        as_of=date(2022, 12, 31),
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "atf.nq").write_bytes(data)
    (folder / "manifest.json").write_text(json.dumps(manifest.model_dump(mode="json")), encoding="utf-8")
    return folder


def settings(folder: Path, **changes: object) -> Settings:
    """Settings with limits that a test reaches quickly."""
    limits: dict[str, object] = {
        "deadline_s": 1.0,
        "memory_mb": 512,
        "max_rows": 100,
        "max_result_mb": 1,
        "store": None,
    }
    return Settings(root=ROOT, build=build(folder)).model_copy(update={**limits, **changes})


def environment(chosen: Settings) -> dict[str, str]:
    """The environment that gives a process these settings."""
    given = {f"ATF_{name.upper()}": str(value) for name, value in chosen.model_dump().items() if value is not None}
    return {**{name: value for name, value in os.environ.items() if not name.startswith("ATF_")}, **given}


@contextmanager
def served(chosen: Settings, prelude: str = "") -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve on a free loopback port; ``prelude`` is Python that runs before. Ended by its own handle."""
    port = free_port()
    code = f"import api.web.server; {prelude}\nfrom api.cli import main\nmain(['serve', '--port', '{port}'])"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment(chosen), stderr=subprocess.PIPE)
    assert process.stderr is not None
    try:
        line = process.stderr.readline().decode()
        assert "serves on" in line, line + process.stderr.read().decode()
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait(30)
        process.stderr.close()


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def listening() -> Iterator[tuple[int, list[object]]]:
    """A listener that notes every connection: its port, and the list of those who came."""
    callers: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        ended = threading.Event()

        def accept() -> None:
            while not ended.is_set():
                try:
                    connection, address = listener.accept()
                except TimeoutError:
                    continue
                callers.append(address)
                connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listener.getsockname()[1], callers
        finally:
            ended.set()
            thread.join()


def children(pid: int) -> list[int]:
    """The processes that descend from one, itself left out (Linux)."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def alive(pid: int) -> bool:
    """Whether a process runs (one that waits for its burial does not)."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


def eventually(condition: object, seconds: float = 5.0) -> bool:
    """Whether a condition comes true within some seconds."""
    assert callable(condition)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return bool(condition())


def call(method: str, url: str, **options: Any) -> httpx.Response:
    """Send a request; without loading certificates, which takes longer than most answers."""
    return httpx.request(method, url, verify=False, **{"timeout": 30, **options})


def get(url: str, **options: Any) -> httpx.Response:
    """Send a GET."""
    return call("GET", url, **options)


def post(url: str, **options: Any) -> httpx.Response:
    """Send a POST."""
    return call("POST", url, **options)


def ask(address: str, query: str, headers: dict[str, str] | None = None, **options: str) -> httpx.Response:
    """Ask by GET."""
    return get(f"{address}/sparql", params={"query": query, **options}, headers=headers)
