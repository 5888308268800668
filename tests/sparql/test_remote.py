"""The store on a server elsewhere: a real `oxigraph serve` gives what the embedded store gives."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse, serialize

from api.errors import AtfError, ForbiddenError, LimitError, QuerySyntaxError, UnavailableError, UsageError
from api.sparql.binding import bind, cap_rows
from api.sparql.store import Store, Term, open_store
from tests.endpoint import ROWS, E, free_port, settings

S1 = NamedNode(f"{E}s1")


@pytest.fixture(scope="module")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An Oxigraph server that holds the dataset in its named graphs and their merge in the default graph."""
    folder = tmp_path_factory.mktemp("remote")
    nquads = settings(folder).build / "atf.nq"
    address = f"http://127.0.0.1:{free_port()}"
    command = [str(Path(sys.executable).parent / "oxigraph"), "serve", "--bind", address.removeprefix("http://")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 30
        while True:
            try:
                httpx.get(f"{address}/query", timeout=5)
                break
            except httpx.TransportError:
                assert time.monotonic() < end
                time.sleep(0.02)
        kind = {"Content-Type": "application/n-quads"}
        httpx.post(f"{address}/store", content=nquads.read_bytes(), headers=kind).raise_for_status()
        merged = serialize((quad.triple for quad in parse(path=str(nquads))), format=RdfFormat.N_TRIPLES)
        kind = {"Content-Type": "application/n-triples"}
        httpx.post(f"{address}/store?default", content=merged, headers=kind).raise_for_status()
        yield address
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as one:
        yield one


@asynccontextmanager
async def opened(folder: Path, address: str | None, **changes: object) -> AsyncIterator[Store]:
    store = open_store(settings(folder, store=address, **changes))
    await store.start()
    try:
        yield store
    finally:
        await store.aclose()


@pytest.fixture(scope="module")
def stores(
    runner: asyncio.Runner, oxigraph: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, Store]]:
    folder = tmp_path_factory.mktemp("stores")
    contexts = [opened(folder, None), opened(folder, oxigraph)]
    embedded, remote = [runner.run(context.__aenter__()) for context in contexts]
    yield embedded, remote
    for context in contexts:
        runner.run(context.__aexit__(None, None, None))


@pytest.mark.parametrize(
    ("query", "bindings"),
    [
        ("SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s ?o", {"s": S1}),
        ("SELECT ?s ?o { ?s ?p ?o FILTER NOT EXISTS { ?s ?p 'value 2' } } ORDER BY ?s ?o LIMIT 5", {"s": S1}),
        ("SELECT ?s ?o { { ?s ?p ?o FILTER(?s = ?x) } BIND(?s AS ?x) }", {"s": S1}),
        ("SELECT ?s ?n { { FILTER(?s != <x>) BIND(1 AS ?n) } UNION { BIND(STR(?s) AS ?n) } } ORDER BY ?n", {"s": S1}),
        ("SELECT ?s ?n { { SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s } }", {"s": S1}),
        ("SELECT ?s ?n { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } ?s ?p 'value 1' }", {"s": S1}),
        ("SELECT ?s ?n { { SELECT * { ?s ?p ?n } } }  ORDER BY ?n", {"s": S1}),
        ("SELECT ?s ?o { ?s ?p ?o OPTIONAL { ?s ?q ?z FILTER(?z = ?o) } } ORDER BY ?o", {"s": S1}),
        ("SELECT ?s ?o { ?s ?p ?o MINUS { ?s ?p ?o . FILTER(LANG(?o) = 'en') } } ORDER BY ?o", {"s": S1}),
        ("SELECT ?o ?s { GRAPH ?g { ?s ?p ?o } VALUES ?g { <http://example.org/g2> } } ORDER BY ?o", {"s": S1}),
        ("SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s VALUES ?p { <http://example.org/p> }", {"s": S1}),
        ("SELECT ?o ?s { ?s ?p ?o }", {"o": Literal("Autoritatea Națională", language="ro")}),
        ("SELECT ?o ?s { ?s ?p ?o }", {"o": Literal('"} UNION { ?s ?p ?o } #\n\\')}),
        ("SELECT ?o ?s { ?s ?p ?o }", {"o": Literal("value 7"), "s": NamedNode(f"{E}s7")}),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", {}),
    ],
)
def test_rows_are_the_same(
    runner: asyncio.Runner, stores: tuple[Store, Store], query: str, bindings: dict[str, Term]
) -> None:
    embedded, remote = (runner.run(store.select(query, bindings)) for store in stores)
    assert embedded == remote


@pytest.mark.parametrize(
    "media",
    ["application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"],
)
def test_bytes_are_the_same(runner: asyncio.Runner, stores: tuple[Store, Store], media: str) -> None:
    query = f"SELECT ?p ?o {{ <{E}s1> ?p ?o }} ORDER BY ?o"
    embedded, remote = (runner.run(store.query(query, accept=[media])) for store in stores)
    assert embedded == remote


@pytest.mark.parametrize(
    "media", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"]
)
def test_graphs_are_the_same(runner: asyncio.Runner, stores: tuple[Store, Store], media: str) -> None:
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    embedded, remote = (runner.run(store.query(query, accept=[media], bindings={"s": S1})) for store in stores)
    assert embedded == remote
    assert runner.run(stores[1].construct(query, {"s": S1})) == runner.run(stores[0].construct(query, {"s": S1}))


@pytest.mark.parametrize(
    ("query", "default", "named"),
    [
        ("ASK { ?s ?p ?o }", [f"{E}unknown"], []),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", [f"{E}g2", f"{E}g3"], []),
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", [], [f"{E}g2"]),
        (f"SELECT (COUNT(*) AS ?n) FROM <{E}g3> {{ ?s ?p ?o }}", [], []),
        ("ASK { <s1> ?p ?o }", [], []),
    ],
)
def test_datasets_are_the_same(
    runner: asyncio.Runner, stores: tuple[Store, Store], query: str, default: list[str], named: list[str]
) -> None:
    embedded, remote = (
        runner.run(store.query(query, default_graphs=default, named_graphs=named, base=E)) for store in stores
    )
    assert embedded == remote


def test_caps_are_told_alike(runner: asyncio.Runner, stores: tuple[Store, Store]) -> None:
    for store in stores:
        assert len(runner.run(store.select("SELECT * { ?s ?p ?o }")).rows) == 100
        assert runner.run(store.query("SELECT * { ?s ?p ?o }")).truncated
        assert runner.run(store.query("CONSTRUCT WHERE { ?s ?p ?o }")).truncated
        exact = runner.run(store.query("SELECT * { ?s ?p ?o }", max_rows=ROWS + 6, accept=["text/csv"]))
        assert (exact.truncated, exact.body.count(b"\r\n")) == (False, ROWS + 7)


def test_errors_are_told_alike(runner: asyncio.Runner, stores: tuple[Store, Store]) -> None:
    def failure(store: Store, query: str) -> AtfError:
        with pytest.raises(AtfError) as found:
            runner.run(store.query(query))
        return found.value

    for store in stores:
        assert failure(store, "SELECT * {\n ?s ?p\n}").extra == {"line": 3, "column": 1}
        assert isinstance(failure(store, "SELECT * { SERVICE <http://x> {} }"), ForbiddenError)
        assert isinstance(failure(store, "CLEAR ALL"), ForbiddenError)
    assert isinstance(failure(stores[1], "SELECT ?s { BIND(1 AS ?s) BIND(2 AS ?s) }"), QuerySyntaxError)


def test_a_slow_server_is_given_up(runner: asyncio.Runner, oxigraph: str, tmp_path: Path) -> None:
    async def main() -> None:
        async with opened(tmp_path, oxigraph, deadline_s=1.0) as store:
            started = time.monotonic()
            with pytest.raises(LimitError) as found:
                await store.query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", deadline_s=0.3)
            assert time.monotonic() - started < 1.5
            assert found.value.extra["limit_s"] == 0.3

    runner.run(main())


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n",
        b'HTTP/1.1 200 OK\r\n\r\n{"head":{"vars":["x"]},"results":{"bi',
        b"no HTTP",
    ],
)
def test_a_broken_server_is_told(runner: asyncio.Runner, tmp_path: Path, answer: bytes) -> None:
    async def broken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100_000)
        writer.write(answer)
        writer.close()

    async def main() -> None:
        server = await asyncio.start_server(broken, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            with pytest.raises(UnavailableError, match="No SPARQL endpoint answers") as found:
                async with opened(tmp_path, f"http://127.0.0.1:{port}"):
                    pass
            assert "\n" not in str(found.value)

    runner.run(main())


def test_nobody_there_is_told(runner: asyncio.Runner, tmp_path: Path) -> None:
    async def main() -> None:
        async with opened(tmp_path, f"http://127.0.0.1:{free_port()}"):
            pass

    with pytest.raises(UnavailableError, match="nothing listens at that address"):
        runner.run(main())


def test_a_blank_node_and_a_missing_group_cannot_be_bound() -> None:
    with pytest.raises(UsageError):
        bind("ASK { ?s ?p ?o }", {"s": BlankNode("b")})
    with pytest.raises(UsageError):
        bind("DESCRIBE ?s", {"s": S1})
    with pytest.raises(UsageError):
        bind("CONSTRUCT WHERE { ?s ?p ?o }", {"s": S1})


@pytest.mark.parametrize(
    ("query", "capped"),
    [
        ("SELECT * { ?s ?p ?o }", "SELECT * { ?s ?p ?o }\nLIMIT 7"),
        ("SELECT * { ?s ?p ?o } # end", "SELECT * { ?s ?p ?o } # end\nLIMIT 7"),
        ("SELECT * { ?s ?p ?o } limit 99", "SELECT * { ?s ?p ?o } limit 99"),
        ("SELECT * { { SELECT * { ?s ?p ?o } LIMIT 3 } }", "SELECT * { { SELECT * { ?s ?p ?o } LIMIT 3 } }\nLIMIT 7"),
        ("SELECT * { ?s ?p 'LIMIT 3' } OFFSET 2", "SELECT * { ?s ?p 'LIMIT 3' } OFFSET 2\nLIMIT 7"),
        ("SELECT * { ?s ?p ?o } VALUES ?s { <x> }", "SELECT * { ?s ?p ?o }  LIMIT 7 VALUES ?s { <x> }"),
    ],
)
def test_the_cap_goes_where_a_limit_goes(query: str, capped: str) -> None:
    assert cap_rows(query, 7) == capped
