"""The store on a SPARQL 1.1 server elsewhere, asked through SPARQLWrapper (``--store URL``)."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from math import ceil
from typing import Any, Final, TypeVar
from urllib.error import HTTPError, URLError

import pyoxigraph
from pyoxigraph import QueryBoolean, QueryResultsFormat, RdfFormat
from SPARQLWrapper import POST, POSTDIRECTLY, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException

from api import __version__
from api.errors import AtfError, UnavailableError
from api.settings import Settings
from api.sparql import limits
from api.sparql.binding import bind, cap_rows
from api.sparql.guard import Query
from api.sparql.reasons import reason_of
from api.sparql.results import TooManyBytesError, UnwritableError, write_boolean, write_graph, write_rows
from api.sparql.store import Reading, Result, Term, checked, choose_format, error_of
from api.sparql.syntax import locate
from api.vocabulary import BASE, PREFIXES
from api.web.media import NTRIPLES, RESULTS_JSON

# More requests at once wait here rather than at the server.
_THREADS: Final = 16
_CHUNK: Final = 1 << 16
_PATHS: Final = ("/query", "/sparql", "")
Value = TypeVar("Value")


@dataclass(frozen=True)
class _Request:
    """One request to the server: what to ask and what it may cost."""

    query: Query
    text: str
    default_graphs: Sequence[str]
    named_graphs: Sequence[str]
    limit_s: float
    max_rows: int


class Remote(Reading):
    """A SPARQL server that holds the dataset in its named graphs and their merge in its default graph."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._address = (settings.store or "").rstrip("/")
        self._endpoint = self._address
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="remote-store")

    async def start(self) -> None:
        """Find the query endpoint: that of the settings, or the first that answers of ``/query``, ``/sparql`` and "".

        Raises ``UnavailableError`` when none does.
        """
        problem = ""
        given = self._settings.store_query
        for endpoint in [given] if given else [self._address + path for path in _PATHS]:
            self._endpoint = endpoint
            try:
                if (await self.query("ASK {}")).form == "ask":
                    return
            except AtfError as error:
                problem = error.message
        hint = "Give the server's base address, e.g. --store http://127.0.0.1:7878"
        raise UnavailableError(f"No SPARQL endpoint answers at {given or self._address}: {problem}", hint)

    async def aclose(self) -> None:
        """Let go of the threads; one that still reads ends at its deadline."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def query(
        self,
        text: str | Query,
        *,
        accept: Sequence[str] | None = None,
        bindings: Mapping[str, Term] | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        deadline_s: float | None = None,
        max_rows: int | None = None,
        base: str | None = None,
    ) -> Result:
        """Answer a query (``Store.query``)."""
        settings = self._settings
        query = await checked(text, settings)
        media, name = choose_format(query.form, accept)
        limit_s = min(deadline_s or settings.deadline_s, settings.deadline_s)
        rows = max_rows if max_rows is not None else settings.max_rows
        sent = bind(query.text, bindings or {})
        if query.form == "select":
            sent = cap_rows(sent, rows + 1)
        sent = f"BASE <{base or settings.public_url or BASE}> {sent}"
        request = _Request(query, sent, default_graphs, named_graphs, limit_s, rows)
        try:
            body, truncated = await self._in_thread(lambda: self._ask(request, name), limit_s)
        except (TooManyBytesError, UnwritableError) as error:
            kind = "bytes" if isinstance(error, TooManyBytesError) else "unwritable"
            raise error_of({"error": kind, "message": str(error)}, query, settings, media) from error
        form: Any = query.form if query.form in {"select", "ask"} else "graph"
        return Result(body, media, form, truncated)

    async def _in_thread(self, work: Callable[[], Value], limit_s: float) -> Value:
        loop = asyncio.get_running_loop()
        try:
            return await asyncio.wait_for(loop.run_in_executor(self._threads, work), limit_s)
        except TimeoutError as error:
            raise limits.deadline(limit_s) from error

    def _ask(self, request: _Request, name: str) -> tuple[bytes, bool]:
        """Ask the server and write what it says in a format of ours; runs in a thread."""
        max_bytes = self._settings.max_result_mb * 1_000_000
        data = self._fetch(request, max_bytes)
        try:
            if request.query.form in {"select", "ask"}:
                return _results(data, name, request.max_rows, max_bytes)
            triples = (quad.triple for quad in pyoxigraph.parse(data, format=RdfFormat.N_TRIPLES))
            prefixes = PREFIXES if name in {"ttl", "rdf"} else {}
            return write_graph(triples, name, prefixes, request.max_rows, max_bytes)
        except (ValueError, SyntaxError, KeyError) as error:
            message = f"The SPARQL server at {self._endpoint} broke off, or answered something else than a result."
            raise UnavailableError(message, "See the log of that server.") from error

    def _fetch(self, request: _Request, max_bytes: int) -> bytes:
        end = time.monotonic() + request.limit_s
        try:
            response = self._wrapper(request).query().response
            with response:
                data = bytearray()
                while chunk := response.read1(_CHUNK):
                    data += chunk
                    if len(data) > max_bytes:
                        raise TooManyBytesError
                    if time.monotonic() > end:
                        raise limits.deadline(request.limit_s)
        except QueryBadFormed as error:
            raise locate(request.query.text, str(error)) from error
        except HTTPError as error:
            with error:
                raise self._unavailable(f"HTTP status {error.code}") from error
        except (SPARQLWrapperException, URLError, HTTPException, OSError) as error:
            if isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError):
                raise limits.deadline(request.limit_s) from error
            raise self._unavailable(reason_of(error)) from error
        return bytes(data)

    def _wrapper(self, request: _Request) -> Any:
        wrapper = SPARQLWrapper(self._endpoint, agent=f"atf/{__version__}")
        wrapper.setMethod(POST)
        wrapper.setRequestMethod(POSTDIRECTLY)
        wrapper.setOnlyConneg(True)
        wrapper.setTimeout(ceil(request.limit_s))
        graph = request.query.form not in {"select", "ask"}
        wrapper.addCustomHttpHeader("Accept", NTRIPLES if graph else RESULTS_JSON)
        for iri in request.default_graphs:
            wrapper.addParameter("default-graph-uri", iri)
        for iri in request.named_graphs:
            wrapper.addParameter("named-graph-uri", iri)
        # Not setQuery(): its regular expressions for the kind of query can be made to run forever.
        wrapper.queryString = request.text
        wrapper.queryType = request.query.form.upper()
        return wrapper

    def _unavailable(self, reason: str) -> UnavailableError:
        message = f"The SPARQL server at {self._endpoint} cannot be asked: {reason}."
        return UnavailableError(message, "Check that it runs, or leave out --store.", {"Retry-After": "10"})


def _results(data: bytes, name: str, max_rows: int, max_bytes: int) -> tuple[bytes, bool]:
    found = pyoxigraph.parse_query_results(data, format=QueryResultsFormat.JSON)
    if isinstance(found, QueryBoolean):
        return write_boolean(found, name), False
    return write_rows(found, name, max_rows, max_bytes)
