"""Cases asked through the application itself: protocol, guard, worker processes and serialisation."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import httpx
import pyoxigraph
from pyoxigraph import NamedNode, Quad, QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Store, Triple

from api.graph.dataset import Manifest
from api.settings import ROOT, Settings
from api.sparql.store import Embedded
from api.web.app import create_app
from tests.small import as_if_started
from tests.w3c.compare import Table, in_graph, read_expected, read_graph, read_table, same_csv, same_graph, table_of
from tests.w3c.exchanges import Exchange, apply, parse
from tests.w3c.suite import HOST, Case

# The format in which a result is asked for, by the file that it is compared with.
MEDIA: Final = {".csv": "text/csv", ".tsv": "text/tab-separated-values", ".srj": "application/sparql-results+json"}
_ROWS: Final = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
WRITES: Final = {"PUT", "POST", "DELETE", "PATCH"}
READS: Final = "GET, HEAD, OPTIONS"
DIRECT: Final = {"Content-Type": "application/sparql-query"}


Result = Table | bool | list[Triple]


@dataclass(frozen=True)
class Outcome:
    """How a case ended: what is wrong (nothing, if it passes), and whether only the form of numbers differs."""

    wrong: str = ""
    by_value: bool = False


def quads_of(case: Case) -> list[Quad]:
    """Return the data of a case, each file in a graph of the file's name."""
    return [quad for path, name in (*case.default, *case.named) for quad in in_graph(read_graph(path), name)]


def write_build(folder: Path, quads: list[Quad]) -> Manifest:
    """Write quads as a build and return its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    data = pyoxigraph.serialize(quads, format=RdfFormat.N_QUADS) or b""
    graphs: dict[str, int] = {}
    for quad in quads:
        assert isinstance(quad.graph_name, NamedNode)
        graphs[quad.graph_name.value] = graphs.get(quad.graph_name.value, 0) + 1
    manifest = Manifest(
        sha256=sha256(data).hexdigest(),
        quads=len(quads),
        graphs=graphs,
        classes={},
        version="0",
        built_at=datetime(2026, 1, 1, tzinfo=UTC),
        as_of=date(2022, 12, 31),
    )
    (folder / "atf.nq").write_bytes(data)
    (folder / "manifest.json").write_text(json.dumps(manifest.model_dump(mode="json")), encoding="utf-8")
    return manifest


class Runner:
    """One application; every set of data gets a store, and worker processes, of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._settings = Settings(root=ROOT, build=folder, store=None, public_url=None, workers=1)
        self._app = create_app(self._settings)
        as_if_started(self._app)
        self._count = 0

    @asynccontextmanager
    async def endpoint(self, quads: list[Quad]) -> AsyncIterator[httpx.AsyncClient]:
        """Serve quads, as long as the client is used."""
        self._count += 1
        folder = self._folder / str(self._count)
        self._app.state.manifest = write_build(folder, quads)
        self._app.state.store = store = Embedded(self._settings.model_copy(update={"build": folder}))
        await store.start()
        try:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app), base_url=HOST) as client:
                yield client
        finally:
            await store.aclose()

    async def evaluate(self, cases: list[Case]) -> dict[Case, Outcome]:
        """Ask the query of every case; those of the same data are asked in the same store."""
        by_data: dict[object, list[Case]] = {}
        for case in cases:
            by_data.setdefault((case.default, case.named), []).append(case)
        found: dict[Case, Outcome] = {}
        for group in by_data.values():
            async with self.endpoint(quads_of(group[0])) as client:
                for case in group:
                    found[case] = judge(case, await ask(client, case))
        return {case: found[case] for case in cases}

    async def statuses(self, cases: list[Case], media: str) -> dict[Case, int]:
        """Send the text of every case as a media type, to a store without data, and return the statuses."""
        async with self.endpoint([]) as client:
            return {
                case: (
                    await client.post("/sparql", content=case.query.read_bytes(), headers={"Content-Type": media})
                ).status_code
                for case in cases
            }

    async def graph_store(self, exchanges: list[Exchange]) -> list[str]:
        """Run a test of the Graph Store Protocol and return what is wrong.

        What it writes is refused; what it then reads, it reads from a store that holds what it meant to write.
        """
        wrong: list[str] = []
        state: dict[str, list[Triple]] = {}
        for exchange in exchanges:
            # The name that a new graph would have been given is never known here.
            if "$LOCATION$" not in exchange.path:
                quads = [quad for name, triples in state.items() for quad in in_graph(triples, name)]
                async with self.endpoint(quads) as client:
                    response = await client.request(
                        exchange.method,
                        "/store" + exchange.path.removeprefix("/gsp"),
                        headers=exchange.headers,
                        content=exchange.body,
                    )
                wrong += [f"{exchange.method} {exchange.path}: {what}" for what in _wrong(exchange, response)]
            apply(state, exchange)
        return wrong


def _wrong(exchange: Exchange, response: httpx.Response) -> list[str]:
    if exchange.method in WRITES:
        allowed = response.headers.get("allow")
        return [] if (response.status_code, allowed) == (405, READS) else [f"{response.status_code}, Allow: {allowed}"]
    wrong = [] if exchange.status_fits(response.status_code) else [f"status {response.status_code}"]
    if exchange.media and response.headers["content-type"] != exchange.media:
        wrong.append(response.headers["content-type"])
    if exchange.graph and not wrong and not same_graph(parse(response.content), parse(exchange.graph)):
        wrong.append("another graph")
    return wrong


async def ask(client: httpx.AsyncClient, case: Case) -> httpx.Response:
    """Ask the query of a case; where it has named graphs, the protocol says which graph is which, or FROM does."""
    query = case.query.read_bytes()
    parameters: list[tuple[str, str | int | float | bool | None]] = []
    if case.named and b"FROM" not in query:
        default = [name for _, name in case.default] or [f"{HOST}/no-graph"]
        parameters += [("default-graph-uri", name) for name in default]
        parameters += [("named-graph-uri", name) for _, name in case.named]
    headers = {**DIRECT, "Accept": MEDIA.get(case.result.suffix, "*/*")} if case.result else DIRECT
    return await client.post("/sparql", params=parameters, content=query, headers=headers)


def judge(case: Case, response: httpx.Response) -> Outcome:
    """Return what the answer to a case is worth."""
    if case.kind == "NegativeSyntaxTest11":
        return Outcome("" if _is_syntax_error(response) else f"accepted, with status {response.status_code}")
    if case.kind == "PositiveSyntaxTest11":
        # A query may be well formed and call a function that nobody has.
        return Outcome(response.json()["detail"] if _is_syntax_error(response) else "")
    if response.status_code != 200:
        return Outcome(f"status {response.status_code}: {response.json()['detail']}")
    assert case.result is not None
    media = response.headers["content-type"].split(";")[0]
    if media == "text/csv":
        expected = case.result.read_bytes()
        if not same_csv(response.content, expected, exact=False):
            return Outcome("other rows")
        return Outcome(by_value=not same_csv(response.content, expected, exact=True))
    if media in _ROWS:
        return compared(read_table(response.content, _ROWS[media]), read_expected(case.result))
    parsed = pyoxigraph.parse(response.content, format=RdfFormat.from_media_type(media))
    return compared([quad.triple for quad in parsed], read_expected(case.result))


def _is_syntax_error(response: httpx.Response) -> bool:
    return response.status_code == 400 and str(response.json()["type"]).endswith("/query-syntax")


def compared(actual: Result, expected: Result) -> Outcome:
    """Return how a result differs from the one that is expected."""
    if isinstance(actual, Table) and isinstance(expected, Table):
        if actual.same(expected):
            return Outcome()
        return Outcome(by_value=True) if actual.canonical().same(expected.canonical()) else Outcome("other rows")
    if isinstance(actual, list) and isinstance(expected, list):
        return Outcome("" if same_graph(actual, expected) else "another graph")
    return Outcome("" if actual is expected else f"the answer is {actual}")


def engine_passes(case: Case) -> bool:
    """Tell whether pyoxigraph by itself passes a case, its data in the store's own default and named graphs."""
    store = Store()
    for path, _ in case.default:
        store.extend(Quad(*triple) for triple in read_graph(path))
    for path, name in case.named:
        store.extend(in_graph(read_graph(path), name))
    try:
        found = store.query(case.query.read_text(encoding="utf-8"), base_iri=f"{HOST}/sparql")
    except (SyntaxError, ValueError):
        return case.kind == "NegativeSyntaxTest11"
    except RuntimeError:
        return case.kind == "PositiveSyntaxTest11"
    if case.kind.endswith("SyntaxTest11"):
        return case.kind == "PositiveSyntaxTest11"
    assert case.result is not None
    if case.result.suffix == ".csv":
        data = found.serialize(format=QueryResultsFormat.CSV) if isinstance(found, QuerySolutions) else None
        return data is not None and same_csv(data, case.result.read_bytes(), exact=False)
    actual: Result
    if isinstance(found, QueryBoolean):
        actual = bool(found)
    else:
        actual = table_of(found) if isinstance(found, QuerySolutions) else list(found)
    return not compared(actual, read_expected(case.result)).wrong
