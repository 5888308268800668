"""Datasets in versions, published as the build publishes them, and clients that never stop asking."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import httpx

from api.graph.dataset import Manifest
from api.settings import ROOT, Settings
from tests.endpoint import E, get

VERSION = f"SELECT ?v {{ <{E}it> <{E}version> ?v }}"
COUNT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
ROWS = 300


def publish(folder: Path, version: int, rows: int = ROWS) -> str:
    """Write a version of the dataset, rename it into its place, and return its hash."""
    lines = [f'<{E}it> <{E}version> "{version}" <{E}g> .']
    lines += [f'<{E}s{i}> <{E}p> "value {i}" <{E}g> .' for i in range(rows - 1)]
    data = ("\n".join(lines) + "\n").encode()
    manifest = Manifest(
        sha256=sha256(data).hexdigest(), quads=rows, graphs={f"{E}g": rows}, classes={}, version=str(version),
        built_at=datetime(2026, 1, 1, tzinfo=UTC), as_of=date(2022, 12, 31),
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("atf.nq", data), ("manifest.json", manifest.model_dump_json().encode())):
        (folder / f"new-{name}").write_bytes(content)
        (folder / f"new-{name}").replace(folder / name)
    return manifest.sha256


def settings(folder: Path, **changes: object) -> Settings:
    """Settings for such a dataset."""
    given = {"deadline_s": 5.0, "memory_mb": 512, "store": None, "log": "none", **changes}
    return Settings(root=ROOT, build=folder).model_copy(update=given)


def version_of(address: str) -> str:
    """The version that is served now."""
    response = get(f"{address}/sparql", params={"query": VERSION})
    assert response.status_code == 200, response.text
    value: str = response.json()["results"]["bindings"][0]["v"]["value"]
    return value


@dataclass
class Crowd:
    """What many clients saw: the versions in their order, the counts, the statuses, and what was lost."""

    versions: list[list[str]] = field(default_factory=list)
    hashes: set[tuple[str, str]] = field(default_factory=set)
    counts: set[str] = field(default_factory=set)
    statuses: set[int] = field(default_factory=set)
    asked: int = 0
    refused: int = 0
    lost: list[str] = field(default_factory=list)

    def _ask(self, address: str, ended: threading.Event) -> None:
        mine: list[str] = []
        self.versions.append(mine)
        headers = {"Connection": "close"}
        while not ended.is_set():
            for query in (VERSION, COUNT, None):
                url = f"{address}/sparql" if query else f"{address}/health"
                try:
                    response = httpx.get(
                        url, params={"query": query} if query else None, headers=headers, verify=False, timeout=30
                    )
                    self.statuses.add(response.status_code)
                    if response.status_code == 503:
                        assert int(response.headers["retry-after"]) > 0 or "stopping" in response.text
                        continue
                    found = response.json()
                except (httpx.ConnectError, httpx.ReadError):
                    # Nothing of an answer came: the server was not there any more.
                    self.refused += 1
                    continue
                except Exception as error:
                    self.lost.append(repr(error))
                    continue
                self.asked += 1
                if query is VERSION:
                    mine.append(found["results"]["bindings"][0]["v"]["value"])
                elif query is COUNT:
                    self.counts.add(found["results"]["bindings"][0]["n"]["value"])
                else:
                    self.hashes.add((found["dataset"], str(found["quads"])))


@contextmanager
def crowd(address: str, clients: int = 6) -> Iterator[Crowd]:
    """Clients that ask on and on; they end with the block."""
    found, ended = Crowd(), threading.Event()
    threads = [threading.Thread(target=found._ask, args=(address, ended)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def health(address: str) -> dict[str, object]:
    """What the service says of itself."""
    found: dict[str, object] = json.loads(get(f"{address}/health").content)
    return found


def truncate(folder: Path) -> None:
    """Cut the dataset in its place, as a copy that broke off would."""
    os.truncate(folder / "atf.nq", 100)
