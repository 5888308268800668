"""The store on real worker processes: deadlines, deaths, fairness, and nothing left behind."""

import asyncio
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from api.errors import (
    AtfError,
    BadRequestError,
    LimitError,
    NotAcceptableError,
    QuerySyntaxError,
    UnavailableError,
    UsageError,
)
from api.settings import ROOT
from api.sparql.store import Embedded, Result, open_store
from tests.endpoint import (
    ENDLESS,
    HUNGRY,
    ROWS,
    E,
    alive,
    build,
    children,
    environment,
    eventually,
    listening,
    settings,
)

ASK = "ASK { ?s ?p ?o }"


@asynccontextmanager
async def store_of(folder: Path, **changes: object) -> AsyncIterator[Embedded]:
    store = open_store(settings(folder, **changes))
    assert isinstance(store, Embedded)
    await store.start()
    try:
        yield store
    finally:
        await store.aclose()


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as one:
        yield one


@pytest.fixture(scope="module")
def store(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """One store for the tests that only ask."""
    context = store_of(tmp_path_factory.mktemp("build"))
    opened = runner.run(context.__aenter__())
    yield opened
    runner.run(context.__aexit__(None, None, None))


@pytest.fixture
def mine() -> Callable[[], list[int]]:
    """Lists the processes that a test has started: the template and its workers."""
    others = set(children(os.getpid()))
    return lambda: [pid for pid in children(os.getpid()) if pid not in others]


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether a condition comes true within some seconds, in which other tasks go on."""
    end = time.monotonic() + seconds
    while not (true := condition()) and time.monotonic() < end:
        await asyncio.sleep(0.01)
    return true


def renewed(pids: list[int], gone: int) -> bool:
    """Whether there are a template and two workers again, without the one that is gone."""
    return len(pids) == 3 and gone not in pids


async def failure(work: Awaitable[Any]) -> AtfError:
    with pytest.raises(AtfError) as found:
        await work
    return found.value


def test_the_default_graph_is_the_union(runner: asyncio.Runner, store: Embedded) -> None:
    rows = runner.run(store.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))
    assert rows.rows == [{"n": Literal(ROWS + 6)}]


@pytest.mark.parametrize(
    ("query", "default", "named", "count"),
    [
        (f"SELECT (COUNT(*) AS ?n) FROM <{E}g2> {{ ?s ?p ?o }}", (), (), 3),
        (f"SELECT (COUNT(*) AS ?n) FROM <{E}g2> FROM <{E}g3> {{ ?s ?p ?o }}", (), (), 6),
        (f"SELECT (COUNT(*) AS ?n) FROM NAMED <{E}g2> {{ ?s ?p ?o }}", (), (), 0),
        (f"SELECT (COUNT(*) AS ?n) FROM NAMED <{E}g2> {{ GRAPH ?g {{ ?s ?p ?o }} }}", (), (), 3),
        (f"SELECT (COUNT(*) AS ?n) FROM <{E}g2> {{ GRAPH ?g {{ ?s ?p ?o }} }}", (), (), 0),
        ("SELECT (COUNT(*) AS ?n) FROM <file:///etc/passwd> { ?s ?p ?o }", (), (), 0),
        (f"SELECT (COUNT(*) AS ?n) FROM <{E}unknown> {{ ?s ?p ?o }}", (), (), 0),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", (f"{E}g2",), (), 3),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", ("file:///etc/passwd",), (), 0),
        (f"SELECT (COUNT(*) AS ?n) FROM <{E}g1> {{ ?s ?p ?o }}", (f"{E}g2",), (), 3),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", (), (f"{E}g2",), 0),
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", (), (f"{E}g2",), 3),
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", (f"{E}g2",), (), 0),
    ],
)  # fmt: skip
def test_graphs_are_chosen_among_those_held(
    runner: asyncio.Runner, store: Embedded, query: str, default: tuple[str, ...], named: tuple[str, ...], count: int
) -> None:
    result = runner.run(store.query(query, default_graphs=default, named_graphs=named))
    assert json.loads(result.body)["results"]["bindings"][0]["n"]["value"] == str(count)


def test_terms_are_bound_as_data(runner: asyncio.Runner, store: Embedded) -> None:
    query = "SELECT ?s ?o { ?s ?p ?o FILTER NOT EXISTS { ?s ?p 'value 2' } }"
    rows = runner.run(store.select(query, {"s": NamedNode(f"{E}s1")}))
    assert {row["o"].value for row in rows.rows} == {"value 1", "Autoritatea Națională", "National Agency"}
    evil = Literal('"} UNION { ?s ?p ?o } #')
    assert runner.run(store.select("SELECT ?o { ?s ?p ?o }", {"o": evil})).rows == []
    triples = runner.run(store.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", {"s": NamedNode(f"{E}s1")}))
    assert len(triples) == 3
    name = Literal("Autoritatea Națională", language="ro")
    assert runner.run(store.select("SELECT ?s ?o { ?s ?p ?o }", {"o": name})).rows == [
        {"s": NamedNode(f"{E}s1"), "o": name}
    ]
    assert runner.run(store.select("SELECT ?s { ?s ?p ?o }", {"s": BlankNode("x")})).rows == []


def test_formats_follow_the_preference(runner: asyncio.Runner, store: Embedded) -> None:
    def media(query: str, accept: list[str] | None) -> str:
        result: Result = runner.run(store.query(query, accept=accept))
        return result.media_type

    assert media(ASK, None) == "application/sparql-results+json"
    assert media("DESCRIBE <x>", None) == "application/n-triples"
    assert media("SELECT * {} ", ["text/turtle", "text/csv", "application/json"]) == "text/csv"
    assert isinstance(runner.run(failure(store.query(ASK, accept=["text/csv"]))), NotAcceptableError)
    assert isinstance(runner.run(failure(store.select(ASK))), UsageError)


def test_what_a_format_cannot_hold_is_not_acceptable(runner: asyncio.Runner, store: Embedded) -> None:
    query = f"SELECT ?o {{ <{E}odd> ?p ?o }}"
    error = runner.run(failure(store.query(query, accept=["application/sparql-results+xml"])))
    assert isinstance(error, NotAcceptableError)
    assert "U+0001" in error.message
    graph = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s <{E}1> ?o ; ?p ?o }}"
    assert isinstance(runner.run(failure(store.query(graph, accept=["application/rdf+xml"]))), NotAcceptableError)


def test_rows_beyond_the_cap_are_cut_and_told(runner: asyncio.Runner, store: Embedded) -> None:
    rows = runner.run(store.select("SELECT * { ?s ?p ?o }"))
    assert (len(rows.rows), rows.truncated) == (100, True)
    result = runner.run(store.query("CONSTRUCT WHERE { ?s ?p ?o }"))
    assert (result.body.count(b"\n"), result.truncated) == (100, True)
    more = runner.run(store.query("SELECT * { ?s ?p ?o }", max_rows=ROWS + 6, accept=["text/csv"]))
    assert more.truncated is False


def test_a_result_over_the_size_is_refused(runner: asyncio.Runner, store: Embedded) -> None:
    text = ", ".join(["'0123456789'"] * 1500)
    big = f"SELECT ?x {{ VALUES ?y {{ {'1 ' * 90} }} BIND(CONCAT({text}) AS ?x) }}"
    error = runner.run(failure(store.query(big)))
    assert isinstance(error, LimitError)
    assert (error.extra["limit"], error.extra["value"]) == ("max_result_mb", 1)


@pytest.mark.parametrize(
    ("query", "kind", "words"),
    [
        ("SELECT * {\n ?s ?p\n}", QuerySyntaxError, "Line 3, column 1"),
        ("ASK { FILTER(<http://e/f>(1)) }", BadRequestError, "custom function"),
        ("SELECT ?s { ?s ?p ?o } LIMIT 99999999999999999999999", QuerySyntaxError, ""),
    ],
)
def test_wrong_queries_are_told_apart(
    runner: asyncio.Runner, store: Embedded, query: str, kind: type[AtfError], words: str
) -> None:
    error = runner.run(failure(store.query(query)))
    assert isinstance(error, kind)
    assert words in error.message
    assert runner.run(store.query(ASK)).form == "ask"


def test_a_regular_expression_cannot_hang(runner: asyncio.Runner, store: Embedded) -> None:
    for pattern in ("^(a+)+$", "^(a|a)*$"):
        text = f"ASK {{ FILTER(REGEX('{'a' * 5000}b', '{pattern}')) }}"
        assert runner.run(store.query(text)).body == b'{"head":{},"boolean":false}'


def test_random_values_differ_between_workers(runner: asyncio.Runner, store: Embedded) -> None:
    async def many() -> set[bytes]:
        return {one.body for one in await asyncio.gather(*[store.query("SELECT (UUID() AS ?u) {}") for _ in range(40)])}

    assert len(runner.run(many())) == 40


def test_the_deadline_kills_and_the_next_query_is_served(
    runner: asyncio.Runner, tmp_path: Path, mine: Callable[[], list[int]]
) -> None:
    async def main() -> None:
        async with store_of(tmp_path, workers=1, deadline_s=0.5) as store:
            before = mine()
            started = time.monotonic()
            error = await failure(store.query(ENDLESS))
            assert 0.4 < time.monotonic() - started < 2
            assert isinstance(error, LimitError)
            assert (error.extra["limit_s"], error.headers["Retry-After"]) == (0.5, "1")
            assert (await store.query(ASK)).form == "ask"
            after = mine()
            assert len(after) == len(before)
            assert set(after) != set(before), "the killed worker is another one now"
            started = time.monotonic()
            await failure(store.query(ENDLESS, deadline_s=0.1))
            assert time.monotonic() - started < 0.4, "a client may lower the deadline"
            await failure(store.query(ENDLESS, deadline_s=60))
            assert time.monotonic() - started < 2, "but not raise it"

    runner.run(main())


def test_memory_is_bounded_and_comes_back(
    runner: asyncio.Runner, tmp_path: Path, mine: Callable[[], list[int]]
) -> None:
    async def main() -> None:
        async with store_of(tmp_path, deadline_s=20.0, memory_mb=400) as store:
            error = await failure(store.query(HUNGRY))
            assert isinstance(error, LimitError)
            assert (error.extra["limit"], error.extra["value"]) == ("memory_mb", 400)
            assert (await store.query(ASK)).form == "ask"
            big = "SELECT (STRLEN(?v22) AS ?n) { BIND('0123456789' AS ?v0)"
            big += " ".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(22)) + "}"
            before = mine()
            assert (await store.query(big)).form == "select"
            assert await until(lambda: any(renewed(mine(), pid) for pid in before)), "a worker that grew is replaced"

    runner.run(main())


def test_short_queries_are_served_while_long_ones_run(runner: asyncio.Runner, tmp_path: Path) -> None:
    async def main() -> None:
        async with store_of(tmp_path, workers=2, deadline_s=2.0) as store:
            long = [asyncio.create_task(failure(store.query(ENDLESS))) for _ in range(6)]
            await asyncio.sleep(0)
            waits = []
            while not all(task.done() for task in long):
                started = time.monotonic()
                assert (await store.query(ASK)).form == "ask"
                waits.append(time.monotonic() - started)
                await asyncio.sleep(0.02)
            waits.sort()
            assert waits[int(len(waits) * 0.9)] < 1.0
            for task in long:
                error = await task
                assert isinstance(error, LimitError)
                assert error.extra["limit"] == "deadline_s"

    runner.run(main())


def test_a_long_query_that_is_put_aside_still_gets_its_answer(runner: asyncio.Runner, tmp_path: Path) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . FILTER(STRLEN(CONCAT(STR(?c), STR(?f), STR(?a))) > 5) }"

    async def main() -> None:
        async with store_of(tmp_path, workers=2, deadline_s=10.0) as store:
            long = [asyncio.create_task(store.query(slow)) for _ in range(2)]
            await asyncio.sleep(0.01)
            for _ in range(20):
                await store.query(ASK)
                await asyncio.sleep(0.02)
            assert {json.loads((await task).body)["results"]["bindings"][0]["n"]["value"] for task in long} == {
                str((ROWS + 6) ** 2)
            }

    runner.run(main())


@pytest.mark.parametrize("workers", [1, 2])
def test_everyone_gets_his_own_answer_whoever_waits_behind_whom(
    runner: asyncio.Runner, tmp_path: Path, workers: int
) -> None:
    # Some fill a packet, some take several, and some of them together more than a socket holds.
    sizes = (0, 100_000, 40_000, 60_000, 10, 60_000, 64_000, 200_000, 50_000)
    slow = "{ SELECT (COUNT(*) AS ?c) { ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(STR(?c)) > 0) } }"

    async def main() -> None:
        async with store_of(tmp_path, workers=workers, deadline_s=30.0) as store:
            numbers = itertools.count()

            async def client() -> None:
                for number in itertools.takewhile(lambda n: n < 600, numbers):
                    more = slow if number % 40 == 0 else f"#{'x' * sizes[number % 9]}\n"
                    rows = await store.select(f"SELECT ?n {{ BIND({number} AS ?n) {more} }}")
                    assert rows.rows == [{"n": Literal(number)}]

            await asyncio.gather(*[client() for _ in range(32)])

    runner.run(main())


def test_short_ones_behind_a_long_one_do_not_wait_for_its_end(runner: asyncio.Runner, tmp_path: Path) -> None:
    async def main() -> None:
        async with store_of(tmp_path, workers=1, deadline_s=3.0) as store:
            started = time.monotonic()
            long = asyncio.create_task(failure(store.query(ENDLESS)))
            await asyncio.sleep(0)
            found = await asyncio.gather(*[store.query(ASK) for _ in range(20)])
            assert time.monotonic() - started < 2
            assert {one.body for one in found} == {b'{"head":{},"boolean":true}'}
            assert isinstance(await long, LimitError)

    runner.run(main())


def test_who_gives_up_behind_a_long_one_takes_nobody_along(runner: asyncio.Runner, tmp_path: Path) -> None:
    async def main() -> None:
        async with store_of(tmp_path, workers=1, deadline_s=3.0) as store:
            tasks = [asyncio.create_task(store.query(f"ASK {{ ?s ?p ?o }} # {n}")) for n in range(12)]
            await asyncio.sleep(0)
            for task in tasks[::2]:
                task.cancel()
            found = await asyncio.gather(*tasks, return_exceptions=True)
            assert [isinstance(one, Result) for one in found] == [False, True] * 6

    runner.run(main())


def test_a_thousand_at_once_are_served_or_told(runner: asyncio.Runner, tmp_path: Path) -> None:
    async def main() -> None:
        async with store_of(tmp_path, deadline_s=10.0) as store:
            found = await asyncio.gather(*[store.query(ASK) for _ in range(1200)], return_exceptions=True)
            served = [one for one in found if isinstance(one, Result)]
            refused = [one for one in found if isinstance(one, LimitError)]
            assert len(served) >= 1000
            assert len(served) + len(refused) == 1200
            assert {error.extra["limit"] for error in refused} <= {"queue"}

    runner.run(main())


def test_a_cancelled_query_frees_its_worker(runner: asyncio.Runner, tmp_path: Path) -> None:
    async def main() -> None:
        async with store_of(tmp_path, workers=1, deadline_s=30.0) as store:
            task = asyncio.create_task(store.query(ENDLESS))
            await asyncio.sleep(0.05)
            task.cancel()
            started = time.monotonic()
            assert (await store.query(ASK)).form == "ask"
            assert time.monotonic() - started < 2

    runner.run(main())


def test_processes_killed_from_outside_are_replaced(
    runner: asyncio.Runner, tmp_path: Path, mine: Callable[[], list[int]]
) -> None:
    async def main() -> None:
        async with store_of(tmp_path, workers=2) as store:
            template, *forked = mine()
            os.kill(forked[0], signal.SIGKILL)
            assert await until(lambda: renewed(mine(), forked[0]))
            os.kill(template, signal.SIGKILL)
            assert (await store.query(ASK)).form == "ask", "the workers live on"
            error = await failure(store.query(ENDLESS, deadline_s=0.2))
            assert isinstance(error, LimitError)
            assert (await store.query(ASK)).form == "ask"
            assert await until(lambda: template not in (now := mine()) and len(now) == 2), (
                "there are a new template and a worker of it"
            )

    runner.run(main())


def test_a_worker_reaches_no_network_and_no_file_even_past_the_guard(runner: asyncio.Runner, store: Embedded) -> None:
    request: dict[str, Any] = {
        "base": None, "union": True, "default_graphs": None, "named_graphs": [], "bindings": {}, "results": "json",
        "graphs": "nt", "prefixes": {}, "max_rows": 10, "max_bytes": 1000,
    }  # fmt: skip
    with listening() as (port, callers):
        for target in (f"http://127.0.0.1:{port}/", f"http://localhost:{port}/", f"http://[::ffff:127.0.0.1]:{port}/"):
            text = f"SELECT * {{ SERVICE <{target}> {{ ?s ?p ?o }} }}"
            reply, _ = runner.run(store._pool.run({**request, "text": text}, 2.0))
            assert reply["error"] == "refused"
        file = "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"
        reply, body = runner.run(store._pool.run({**request, "text": file, "union": False}, 2.0))
        assert json.loads(body)["results"]["bindings"] == []
        assert callers == []


def test_nothing_is_left_after_closing(runner: asyncio.Runner, tmp_path: Path, mine: Callable[[], list[int]]) -> None:
    async def main() -> list[int]:
        async with store_of(tmp_path) as store:
            started = mine()
            assert len(started) == 3
            task = asyncio.create_task(failure(store.query(ENDLESS)))
            await asyncio.sleep(0.05)
        assert isinstance(await task, UnavailableError)
        assert isinstance(await failure(store.query(ASK)), UnavailableError)
        return started

    started = runner.run(main())
    assert eventually(lambda: not any(alive(pid) for pid in started))


@pytest.mark.parametrize("query", ["ASK {}", ENDLESS])
def test_nothing_is_left_when_the_parent_is_killed(tmp_path: Path, query: str) -> None:
    code = (
        "import asyncio\nfrom api.settings import Settings\nfrom api.sparql.store import open_store\n"
        "async def main():\n store = open_store(Settings())\n await store.start()\n"
        f" tasks = [asyncio.create_task(store.query({query!r})) for _ in range(5)]\n await asyncio.sleep(0.5)\n"
        " print('ready', flush=True)\n await asyncio.sleep(60)\nasyncio.run(main())"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(settings(tmp_path, deadline_s=60.0)),
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    started = children(process.pid)
    # Of several that would never end, some stand still.
    assert len(started) >= 3
    process.kill()
    process.wait()
    process.stdout.close()
    assert eventually(lambda: not any(alive(pid) for pid in started))


def test_a_dataset_that_cannot_be_read_says_so(runner: asyncio.Runner, tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    (build(tmp_path) / "atf.nq").write_text("<http://e/s> <http://e/p> oops .\n")
    error = runner.run(failure(open_store(chosen).start()))
    assert isinstance(error, UnavailableError)
    assert "cannot be loaded" in error.message
    (tmp_path / "atf.nq").unlink()
    assert isinstance(runner.run(failure(open_store(chosen).start())), UnavailableError)


def test_a_dataset_that_leaves_no_memory_says_how_much_is_needed(runner: asyncio.Runner, tmp_path: Path) -> None:
    error = runner.run(failure(open_store(settings(tmp_path, memory_mb=64)).start()))
    assert isinstance(error, UnavailableError)
    assert "ATF_MEMORY_MB" in error.hint
