"""The store: what answers SPARQL, be it embedded worker processes or a server elsewhere."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

import pyoxigraph
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Triple

from api.errors import (
    BadRequestError,
    ForbiddenError,
    NotAcceptableError,
    UsageError,
)
from api.graph.dataset import nquads_path
from api.settings import Settings
from api.sparql import limits
from api.sparql.guard import Form, Query, inspect
from api.sparql.jobs import Statistics
from api.sparql.pool import Pool
from api.sparql.syntax import locate
from api.sparql.worker import encode_term
from api.vocabulary import BASE, PREFIXES
from api.web.media import NTRIPLES, RESULTS_JSON, aliases_of, formats_of, not_acceptable

Term = pyoxigraph.NamedNode | pyoxigraph.Literal | pyoxigraph.BlankNode
# Scanning a longer text takes milliseconds, in which others would wait.
_SHORT_TEXT: Final = 8192


@dataclass(frozen=True)
class Result:
    """A result as bytes; ``truncated`` tells that the cap on rows (or triples) has cut it."""

    body: bytes
    media_type: str
    form: Literal["select", "ask", "graph"]
    truncated: bool


@dataclass(frozen=True)
class Rows:
    """The rows of a SELECT; a row holds its bound variables only."""

    variables: list[str]
    rows: list[dict[str, Term]]
    truncated: bool


class Reader(Protocol):
    """Answers our own questions with terms."""

    async def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> Rows:
        """Answer a SELECT with terms."""
        ...

    async def construct(self, text: str, bindings: Mapping[str, Term] | None = None) -> list[Triple]:
        """Answer a CONSTRUCT or DESCRIBE with triples, sorted by subject."""
        ...


class Store(Reader, Protocol):
    """Answers queries; safe to use from many requests at once."""

    async def start(self) -> None:
        """Get ready; raises ``UnavailableError``."""

    async def aclose(self) -> None:
        """Let go of processes and connections."""

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
        """Answer a query, given as text or already ``checked``.

        ``accept`` are media types in order of preference (none: SPARQL JSON, N-Triples); ``bindings`` are
        terms for variables (those of a SELECT must be in its projection); the graphs are those of the
        protocol and override FROM; ``deadline_s`` only lowers the deadline of the settings; ``max_rows``
        replaces their cap; ``base`` resolves relative IRIs.

        Raises ``QuerySyntaxError``, ``BadRequestError``, ``ForbiddenError``, ``TooLargeError``,
        ``NotAcceptableError``, ``LimitError`` and ``UnavailableError``.
        """
        ...


class Reading(ABC):
    """What all stores share: bytes read back as terms."""

    @abstractmethod
    async def query(
        self,
        text: str | Query,
        *,
        accept: Sequence[str] | None = None,
        bindings: Mapping[str, Term] | None = None,
    ) -> Result:
        """Answer a query (``Store.query``)."""

    async def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> Rows:
        """Answer a SELECT with terms."""
        result = await self.query(text, accept=[RESULTS_JSON], bindings=bindings)
        found = pyoxigraph.parse_query_results(result.body, format=QueryResultsFormat.JSON)
        if not isinstance(found, QuerySolutions):
            raise UsageError("This query is no SELECT.")
        names = [variable.value for variable in found.variables]
        rows: list[dict[str, Any]] = [
            {name: term for name, term in zip(names, solution, strict=True) if term is not None} for solution in found
        ]
        return Rows(names, rows, result.truncated)

    async def construct(self, text: str, bindings: Mapping[str, Term] | None = None) -> list[Triple]:
        """Answer a CONSTRUCT or DESCRIBE with triples, sorted by subject."""
        result = await self.query(text, accept=[NTRIPLES], bindings=bindings)
        return [quad.triple for quad in pyoxigraph.parse(result.body, format=RdfFormat.N_TRIPLES)]


def choose_format(form: Form, accept: Sequence[str] | None) -> tuple[str, str]:
    """Return the media type and the name of the format for a query of a form; see ``Store.query``."""
    offers, aliases = formats_of(form), aliases_of(form)
    for media in accept if accept is not None else (RESULTS_JSON, NTRIPLES):
        name = offers.get(media) or aliases.get(media)
        if name:
            return media, name
    raise not_acceptable(list(offers))


async def checked(text: str | Query, settings: Settings) -> Query:
    """Pass a query through the guard, unless it has been there; beside the event loop if the text is long."""
    if isinstance(text, Query):
        return text
    if len(text) <= _SHORT_TEXT:
        return inspect(text, settings)
    return await asyncio.to_thread(inspect, text, settings)


class Embedded(Reading):
    """The built dataset in worker processes of our own."""

    def __init__(self, settings: Settings, sha256: str | None = None) -> None:
        self._settings = settings
        self._pool = Pool(nquads_path(settings.build), settings.workers, settings.memory_mb, sha256)

    async def start(self) -> None:
        """Load the dataset and start the workers; raises ``UnavailableError``."""
        await self._pool.start()

    async def aclose(self) -> None:
        """End the workers."""
        await self._pool.aclose()

    def statistics(self) -> Statistics:
        """Return what the workers do."""
        return self._pool.statistics()

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
        chosen = bool(default_graphs or named_graphs)
        request = {
            "text": query.text,
            "base": base or settings.public_url or BASE,
            # A FROM clause would otherwise be overridden by the union of all graphs.
            "union": not (chosen or query.has_dataset),
            "default_graphs": list(default_graphs) if chosen else None,
            "named_graphs": list(named_graphs),
            "bindings": {variable: encode_term(term) for variable, term in (bindings or {}).items()},
            "results": name if query.form in {"select", "ask"} else "json",
            "graphs": "nt" if query.form in {"select", "ask"} else name,
            "prefixes": PREFIXES if name in {"ttl", "rdf"} else {},
            "max_rows": max_rows if max_rows is not None else settings.max_rows,
            "max_bytes": settings.max_result_mb * 1_000_000,
        }
        limit_s = min(deadline_s or settings.deadline_s, settings.deadline_s)
        reply, body = await self._pool.run(request, limit_s)
        if "error" in reply:
            raise error_of(reply, query, settings, media)
        return Result(body, media, reply["form"], reply["truncated"])


def error_of(reply: Mapping[str, Any], query: Query, settings: Settings, media: str) -> Exception:
    """Return the error that a worker's reply tells of."""
    message = reply.get("message", "")
    match reply["error"]:
        case "syntax":
            return locate(query.text, message)
        case "bytes":
            return limits.size(settings.max_result_mb)
        case "memory":
            return limits.memory(settings.memory_mb)
        case "unwritable":
            others = [other for other in formats_of(query.form) if other != media]
            text = f"The result cannot be written as {media}: {message}."
            return NotAcceptableError(text, f"Accept one of: {', '.join(others)}.", acceptable=others)
        case "refused":
            return ForbiddenError("The query would leave this service, which is refused.", message)
        case _:
            return BadRequestError(f"The query cannot be evaluated: {message}.", "Use standard functions only.")


def open_store(settings: Settings, sha256: str | None = None) -> Store:
    """Return the store that the settings name: embedded, or the server of ``settings.store``.

    The embedded one only starts on a dataset with that SHA-256, where one is given.
    """
    if settings.store:
        from api.sparql.remote import Remote  # it builds on this module

        return Remote(settings)
    return Embedded(settings, sha256)
