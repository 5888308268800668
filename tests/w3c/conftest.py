"""The suites run once: what each test of them gave, for the tests and for the table in the documents."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.endpoint import served, settings
from tests.w3c import exchanges
from tests.w3c.compare import in_graph, read_graph
from tests.w3c.exchanges import Exchange
from tests.w3c.run import Outcome, Runner, write_build
from tests.w3c.suite import GRAPHS, QUERY_SUITES, RESULT_SUITES, Case, graph_of, read


@pytest.fixture(scope="session")
def suites(shared: Path) -> Path:
    """The folder of the SPARQL 1.1 suites."""
    return (shared / "w3c" / "sparql11").resolve()


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """The application, for one set of data after the other."""
    return Runner(tmp_path_factory.mktemp("w3c"))


@pytest.fixture(scope="session")
def evaluated(suites: Path, runner: Runner) -> dict[Case, Outcome]:
    """How each test of the suites of queries and results ended."""
    cases = [case for suite in (*QUERY_SUITES, *RESULT_SUITES) for case in read(suites, suite)]
    return asyncio.run(runner.evaluate(cases))


@pytest.fixture(scope="session")
def protocol_server(suites: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real server on the data of the protocol suite, and on that of the suites of result formats."""
    chosen = settings(tmp_path_factory.mktemp("protocol"))
    quads = [
        quad
        for number in (1, 2, 3)
        for quad in in_graph(read_graph(suites / "protocol" / f"data{number}.nt"), f"{GRAPHS}data{number}.rdf")
    ]
    for suite in RESULT_SUITES:
        files = {path for case in read(suites, suite) for path, _ in case.default}
        quads += [quad for path in sorted(files) for quad in in_graph(read_graph(path), graph_of(suite, path))]
    write_build(chosen.build, quads)
    with served(chosen) as (address, _):
        yield address


@pytest.fixture(scope="session")
def protocol(suites: Path, protocol_server: str) -> dict[str, list[tuple[Exchange, httpx.Response]]]:
    """The answers to the requests of each test of the protocol suite."""
    with httpx.Client(base_url=protocol_server) as client:
        return {
            name: [
                (one, client.request(one.method, one.path, headers=one.headers, content=one.body)) for one in requests
            ]
            for name, requests in exchanges.read(suites / "protocol", "manifest.ttl").items()
        }


@pytest.fixture(scope="session")
def graph_store(suites: Path, runner: Runner) -> dict[str, list[str]]:
    """What is wrong in each test of the Graph Store Protocol that names its graphs by parameter."""
    tests = exchanges.read(suites / "graph-store-protocol", "manifest-indirect.ttl")
    return {name: asyncio.run(runner.graph_store(requests)) for name, requests in tests.items()}
