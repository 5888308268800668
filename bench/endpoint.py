"""Requests a second and their times against other SPARQL servers, all on loopback with our dataset, in one run.

usage: python -m bench.endpoint [--seconds 2] [--rdflib-endpoint PYTHON] [--no-fuseki]

Three queries (tiny, lookup, 3,000 rows) at 1, 8 and 32 connections; each request has another text, so that no cache can
answer. On a machine with other work the requests a second say little; the processor time of a request, in all processes
of its server, says more. Oxigraph (`oxigraph serve`) and Fuseki are filled by `atf load`; rdflib-endpoint needs an
environment of its own, whose Python is given. Answers that a client has already (304) are told apart: they are not
evaluated at all.
"""

import argparse
import asyncio
import itertools
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress

import pytest

from api.graph.dataset import nquads_path
from api.settings import Settings
from api.sparql.upload import upload
from bench.client import Connection, get
from bench.service import Service, free_port, idle_after, processor_s, tree

_JSON = "Accept: application/sparql-results+json\r\n"
_THING = "<https://w3id.org/atf/id/institution/anitp>"
QUERIES: dict[str, Callable[[int], str]] = {
    "tiny": lambda n: f"ASK {{ ?s ?p {n} }}",
    "lookup": lambda n: f"SELECT ?p ?o {{ {_THING} ?p ?o FILTER(?o != {n}) }}",
    "3000 rows": lambda n: f"SELECT ?s ?p ?o {{ ?s ?p ?o FILTER(?o != {n}) }} LIMIT 3000",
}
CONNECTIONS = (1, 8, 32)
_RDFLIB = """import sys, uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
graph = Dataset(default_union=True)
graph.parse(sys.argv[1], format="nquads")
uvicorn.run(SparqlEndpoint(graph=graph, path="/"), host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
"""


async def _client(address: str, requests: Iterator[bytes], end: float, found: list[float]) -> None:
    connection = Connection(address)
    while time.perf_counter() < end:
        answer = await connection.send(next(requests))
        assert answer.status == 200, (answer.status, bytes(answer.body[:200]))
        found.append(answer.seconds)
    connection.close()


async def measure(address: str, path: str, text: Callable[[int], str], connections: int, seconds: float) -> list[float]:
    """Return the seconds of each answer that some connections get in some seconds."""
    found: list[float] = []
    requests = (get(path, _JSON, query=text(number)) for number in itertools.count(int(time.time() * 1000)))
    end = time.perf_counter() + seconds
    await asyncio.gather(*[_client(address, requests, end, found) for _ in range(connections)])
    return found


async def measure_cached(address: str, seconds: float) -> int:
    """Return how many answers 304 one connection gets."""
    connection = Connection(address)
    query = QUERIES["lookup"](0)
    tag = (await connection.send(get("/sparql", _JSON, query=query))).headers[b"etag"].decode()
    number, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        answer = await connection.send(get("/sparql", f"{_JSON}If-None-Match: {tag}\r\n", query=query))
        assert answer.status == 304
        number += 1
    connection.close()
    return number


@contextmanager
def _rdflib(python: str, nquads: str) -> Iterator[tuple[str, str]]:
    port = free_port()
    service = Service.start([python, "-c", _RDFLIB, nquads, str(port)], port, "/?query=ASK%7B%7D")
    try:
        yield service.address, "/"
    finally:
        service.stop()


@contextmanager
def _filled(server: Callable[[], AbstractContextManager[str]]) -> Iterator[tuple[str, str]]:
    with ExitStack() as stack:
        address = stack.enter_context(server())
        asyncio.run(upload(Settings().model_copy(update={"store": address}), lambda _step: None))
        parts = address.split("/", 3)
        yield "/".join(parts[:3]), f"/{parts[3]}/query" if len(parts) > 3 else "/query"


def main() -> None:
    """Measure every server and print the table."""
    from tests.stores.servers import fuseki, oxigraph

    top = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("--seconds", type=float, default=2.0, help="seconds for each figure (default 2)")
    top.add_argument("--workers", type=int, default=2)
    top.add_argument("--rdflib-endpoint", metavar="PYTHON", help="the Python of an environment with rdflib-endpoint")
    top.add_argument("--no-fuseki", action="store_true")
    args = top.parse_args()
    print(
        "| server | query | connections | requests/s | p50 ms | p99 ms | processor µs |\n"
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
        flush=True,
    )
    service = Service.atf(args.workers)
    try:
        _table("atf", service.address, "/sparql", args.seconds)
        cached = asyncio.run(measure_cached(service.address, args.seconds))
        print(f"| atf | lookup, 304 | 1 | {cached / args.seconds:,.0f} | | | |", flush=True)
    finally:
        service.stop()
    others: dict[str, Callable[[], AbstractContextManager[tuple[str, str]]]] = {"oxigraph": lambda: _filled(oxigraph)}
    if not args.no_fuseki:
        others["fuseki"] = lambda: _filled(fuseki)
    if args.rdflib_endpoint:
        others["rdflib-endpoint"] = lambda: _rdflib(args.rdflib_endpoint, str(nquads_path(Settings().build)))
    for name, start in others.items():
        with suppress(pytest.skip.Exception), start() as (address, path):
            _table(name, address, path, args.seconds)


def _table(name: str, address: str, path: str, seconds: float) -> None:
    servers = tree(os.getpid())[1:]
    idle_after(servers)
    asyncio.run(measure(address, path, QUERIES["tiny"], 1, 0.5))
    for query, text in QUERIES.items():
        for connections in CONNECTIONS:
            before = processor_s(servers)
            found = asyncio.run(measure(address, path, text, connections, seconds))
            cost = (processor_s(servers) - before) / len(found)
            cuts = statistics.quantiles(found, n=100) if len(found) > 1 else [found[0]] * 99
            rate = len(found) / max(seconds, sum(found) / connections)
            print(
                f"| {name} | {query} | {connections} | {rate:,.0f} | {cuts[49] * 1000:.2f} | {cuts[98] * 1000:.2f} "
                f"| {cost * 1e6:,.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
