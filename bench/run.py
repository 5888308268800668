"""Measure, in one run: build, start to first answer, and every question here, over HTTP and on rdflib with the same files.

usage: python bench/run.py [--runs N] [--http N] [--rdflib-limit S] [--json FILE]

Times are wall clock; each line gives the median, the 95th percentile and the spread (min to max). rdflib evaluates the very same
query text on the very same statements; a question that takes it longer than the limit is counted with the limit, which favours it.
"""

import argparse
import asyncio
import json
import multiprocessing
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph

from api.answering.parameters import read_parameters
from api.answering.questions import load_questions
from api.graph.dataset import load_manifest, nquads_path
from api.settings import ROOT, Settings
from api.sparql.store import Store, open_store


@dataclass
class Times:
    """Seconds of several runs, in order of size."""

    p50: float
    p95: float
    least: float
    most: float

    @classmethod
    def of(cls, seconds: list[float]) -> "Times":
        """Summarise measured seconds."""
        ordered = sorted(seconds)
        return cls(
            statistics.median(ordered),
            ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))],
            ordered[0],
            ordered[-1],
        )

    def __str__(self) -> str:
        return f"p50 {self.p50 * 1000:9.2f} ms   p95 {self.p95 * 1000:9.2f} ms   {self.least * 1000:.2f} to {self.most * 1000:.2f}"


def timed(run: Callable[[], Any]) -> float:
    """Return the seconds that a call takes."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def build_into(folder: str) -> None:
    """Build from the sources into a folder, as a process of its own."""
    command = [sys.executable, "-m", "api", "build", "--out", folder]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def measure_build(runs: int) -> Times:
    """Time builds into empty folders."""
    seconds = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            seconds.append(timed(partial(build_into, folder)))
    return Times.of(seconds)


class Server:
    """The application on a free loopback port, ended by its own process handle."""

    def __init__(self) -> None:
        import socket

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.started = time.perf_counter()
        command = [sys.executable, "-m", "api", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)

    def first_answer(self) -> float:
        """Wait for the first answer to a question and return the seconds since the start."""
        while time.perf_counter() - self.started < 60:
            try:
                if self.client.get("/sparql", params={"query": "ASK {}"}).status_code == 200:
                    return time.perf_counter() - self.started
            except httpx.TransportError:
                time.sleep(0.01)
        raise TimeoutError("the server gave no answer within 60 s")

    def stop(self) -> None:
        """End the server."""
        self.client.close()
        self.process.terminate()
        self.process.wait(30)


def rdflib_worker(nquads: str, channel: Connection) -> None:
    """Load the dataset once into rdflib and time each query that comes in."""
    import rdflib
    from rdflib.plugins.sparql import prepareQuery

    graph = rdflib.Dataset(default_union=True)
    graph.parse(nquads, format="nquads")
    channel.send("ready")
    while (message := channel.recv()) is not None:
        text, bindings = message
        initial: Any = {name: rdflib.util.from_n3(term) for name, term in bindings.items()}
        started = time.perf_counter()
        for _row in graph.query(prepareQuery(text), initBindings=initial):
            pass
        channel.send(time.perf_counter() - started)


class Rdflib:
    """rdflib in a process that is replaced when a question takes too long."""

    def __init__(self, nquads: Path, limit: float) -> None:
        self.nquads, self.limit = str(nquads), limit
        self.process: multiprocessing.process.BaseProcess | None = None

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.channel, child = context.Pipe()
        self.process = context.Process(target=rdflib_worker, args=(self.nquads, child), daemon=True)
        self.process.start()
        self.channel.recv()

    def time(self, text: str, bindings: dict[str, str], runs: int) -> tuple[Times, bool]:
        """Return the times of a query and whether the limit was reached."""
        seconds: list[float] = []
        while len(seconds) < runs:
            if self.process is None:
                self._start()
            self.channel.send((text, bindings))
            if not self.channel.poll(self.limit):
                assert self.process is not None
                self.process.kill()
                self.process.join()
                self.process = None
                return Times.of([*seconds, self.limit]), True
            seconds.append(self.channel.recv())
            if sum(seconds) > self.limit:
                break
        return Times.of(seconds), False

    def stop(self) -> None:
        """End the process."""
        if self.process is not None:
            self.channel.send(None)
            self.process.join(10)


async def in_process(store: Store, text: str, bindings: dict[str, Any], runs: int) -> Times:
    """Time a query through the embedded store, worker processes included."""
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        await store.query(text, bindings=bindings)
        seconds.append(time.perf_counter() - started)
    return Times.of(seconds)


def over_http(server: Server, name: str, given: dict[str, str], runs: int) -> Times:
    """Time a question over HTTP, its answer with labels and sources."""
    path = f"/queries/{name}/results"
    return Times.of([timed(lambda: server.client.get(path, params=given).raise_for_status()) for _ in range(runs)])


async def measure_questions(settings: Settings, args: argparse.Namespace, server: Server) -> list[dict[str, Any]]:
    """Time every question here, over HTTP and on rdflib."""
    store = open_store(settings)
    await store.start()
    peer = Rdflib(nquads_path(settings.build), args.rdflib_limit)
    manifest = load_manifest(settings.build)
    found = []
    try:
        for question in load_questions(settings.root / "queries").values():
            given = dict(question.tests[0].params)
            values = await read_parameters(question, list(given.items()), store, manifest.as_of)
            text, bindings = question.bind(values)
            await in_process(store, text, bindings, 2)
            here = await in_process(store, text, bindings, args.runs)
            http = over_http(server, question.id, given, args.http)
            rdflib, cut = peer.time(text, {name: str(term) for name, term in bindings.items()}, 5)
            ratio = rdflib.p50 / here.p50
            print(
                f"{question.id}\n  here    {here}\n  HTTP    {http}\n  rdflib  {rdflib}{' (limit)' if cut else ''}   ratio {ratio:,.1f}"
            )
            found.append(
                {
                    "question": question.id,
                    "here": asdict(here),
                    "http": asdict(http),
                    "rdflib": asdict(rdflib),
                    "limit": cut,
                    "ratio": ratio,
                }
            )
    finally:
        peer.stop()
        await store.aclose()
    return found


def main() -> None:
    """Run the benchmark and print its table."""
    top = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("--runs", type=int, default=30, help="runs of each question in process (default 30)")
    top.add_argument("--http", type=int, default=15, help="runs of each question over HTTP (default 15)")
    top.add_argument("--builds", type=int, default=2, help="builds (default 2)")
    top.add_argument(
        "--rdflib-limit",
        type=float,
        default=20.0,
        help="seconds that rdflib gets for a question (default 20)",
    )
    top.add_argument("--json", type=Path, help="write the figures here as well")
    args = top.parse_args()
    settings = Settings()
    print(
        f"Python {platform.python_version()}, pyoxigraph {pyoxigraph.__version__}, {load_manifest(settings.build).quads} statements\n"
    )
    build = measure_build(args.builds)
    print(f"build               {build}")
    starts = []
    for _ in range(3):
        server = Server()
        starts.append(server.first_answer())
        server.stop()
    start = Times.of(starts)
    print(f"start, first answer {start}\n")
    server = Server()
    server.first_answer()
    try:
        questions = asyncio.run(measure_questions(settings, args, server))
    finally:
        server.stop()
    ratios = [entry["ratio"] for entry in questions]
    print(
        f"\n{len(questions)} questions: median ratio {statistics.median(ratios):,.1f}, least {min(ratios):,.1f}; slower than rdflib: {sum(r < 1 for r in ratios)}"
    )
    if args.json:
        args.json.write_text(
            json.dumps({"build": asdict(build), "start": asdict(start), "questions": questions}, indent=2) + "\n"
        )


if __name__ == "__main__":
    main()
