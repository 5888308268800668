"""What all tests share: the built dataset, and the folder with official suites and the text edition."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pyoxigraph import RdfFormat, Store

from api.settings import ROOT, Settings


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder that ATF_SHARED names; without it the test is skipped, with it everything must be there."""
    value = os.environ.get("ATF_SHARED", "").strip()
    if not value:
        pytest.skip("ATF_SHARED names no folder with the official suites and the text edition")
    folder = Path(value) if Path(value).is_absolute() else ROOT / value
    if not folder.is_dir():
        pytest.fail(f"ATF_SHARED names {value}, which is no folder")
    return folder


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The settings of the checkout, with the build that make has made."""
    found = Settings()
    if not (found.build / "atf.nq").is_file():
        pytest.fail("There is no build/atf.nq. Run: make build")
    return found


@pytest.fixture(scope="session")
def dataset(settings: Settings) -> Store:
    """The built dataset, for tests that look into it directly."""
    store = Store()
    store.bulk_load(path=str(settings.build / "atf.nq"), format=RdfFormat.N_QUADS)
    return store


@pytest.fixture(scope="session")
def edition_lines(shared: Path) -> list[str]:
    """The lines of the first text edition in its normal form; line N is item N-1."""
    text = (shared / "seed" / "strategy-2018-2022.txt").read_text(encoding="utf-8")
    return [line.strip() for line in text.split("\n") if line.strip()]


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def server(settings: Settings) -> Iterator[str]:
    """The real application on loopback, with the text edition where it is at hand; ended by its own handle."""
    port = free_port()
    environment = dict(os.environ)
    shared_folder = os.environ.get("ATF_SHARED", "").strip()
    if shared_folder:
        environment["ATF_SOURCES"] = str((ROOT / shared_folder / "seed").resolve())
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "serve", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + 60
        while True:
            if process.poll() is not None:
                assert process.stderr is not None
                pytest.fail(f"the server ended at once: {process.stderr.read().decode()}")
            try:
                if httpx.get(f"{address}/health", timeout=5).status_code == 200:
                    break
            except httpx.TransportError:
                if time.monotonic() > end:
                    pytest.fail("the server did not answer within 60 s")
                time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait(30)
        assert process.stderr is not None
        process.stderr.close()
