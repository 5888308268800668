"""A client of CELLAR's SPARQL endpoint that knows its ways (docs/links.md): one request at a time, patience, doubt."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from SPARQLWrapper import JSON, POST, POSTDIRECTLY, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import (
    EndPointInternalError,
    EndPointNotFound,
    QueryBadFormed,
    SPARQLWrapperException,
    Unauthorized,
)

from api import __version__
from api.errors import UnavailableError, UsageError

ENDPOINT: Final = "https://publications.europa.eu/webapi/rdf/sparql"
AGENT: Final = f"atf/{__version__} (+https://w3id.org/atf/)"
# An answer is being made (202), several are offered (300), too many were asked (429), or the server stumbled.
_PASSING: Final = frozenset({202, 300, 408, 429, 500, 502, 503, 504})
_JSON: Final = ("application/sparql-results+json", "application/json")
_LARGEST: Final = 64_000_000
_LONGEST_WAIT_S: Final = 60.0

Row = Mapping[str, str]


@dataclass(frozen=True)
class Pace:
    """How patient the client is: seconds for an answer, attempts, first wait (then doubled), gap between requests."""

    timeout_s: float = 60.0
    attempts: int = 4
    first_wait_s: float = 1.0
    gap_s: float = 0.2
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)


class _Passing(Exception):  # noqa: N818  # no error yet: it is tried again
    """Something that may be over at the next attempt; ``wait_s`` is what the server asked for."""

    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


class Cellar:
    """An endpoint that is asked SELECT queries by POST, one after the other."""

    def __init__(self, endpoint: str = ENDPOINT, pace: Pace | None = None) -> None:
        if urlsplit(endpoint).scheme not in {"http", "https"} or not urlsplit(endpoint).hostname:
            raise UsageError(f"{endpoint!r} is no address of an endpoint.", f"CELLAR's is {ENDPOINT}.")
        self.endpoint = endpoint
        self.pace = pace or Pace()
        self._turn = threading.Lock()
        self._asked = False

    def select(self, query: str) -> list[Row]:
        """Return the rows of a SELECT, each variable with its text.

        Raises ``UnavailableError`` where the endpoint refuses, gives something else than results, or is still
        not ready after all attempts.
        """
        with self._turn:
            if self._asked:
                self.pace.sleep(self.pace.gap_s)
            self._asked = True
            reason = ""
            for attempt in range(1, self.pace.attempts + 1):
                try:
                    return _rows(self._once(query))
                except _Passing as passing:
                    reason = str(passing)
                    wait = self.pace.first_wait_s * 2 ** (attempt - 1) if passing.wait_s is None else passing.wait_s
                    if attempt < self.pace.attempts:
                        self.pace.sleep(min(wait, _LONGEST_WAIT_S))
            times = f" ({self.pace.attempts} attempts)" if self.pace.attempts > 1 else ""
            raise UnavailableError(f"{self.endpoint} {reason}{times}.", "Try again later, or give --endpoint.")

    def _once(self, query: str) -> bytes:
        client = SPARQLWrapper(self.endpoint, returnFormat=JSON, agent=AGENT)
        client.setMethod(POST)
        client.setRequestMethod(POSTDIRECTLY)
        client.setOnlyConneg(True)
        client.setQuery(query)
        # setTimeout cuts fractions off; this one bounds each step, the reading below the whole.
        client.timeout = self.pace.timeout_s
        end = time.monotonic() + self.pace.timeout_s
        try:
            response: HTTPResponse = client.query().response
        except HTTPError as error:
            with error:
                if error.code in _PASSING:
                    raise _Passing(f"answered {error.code}", _retry_after(error.headers)) from error
                raise UnavailableError(f"{self.endpoint} answered {error.code}.") from error
        except EndPointInternalError as error:
            raise _Passing("answered 500") from error
        except (QueryBadFormed, EndPointNotFound, Unauthorized, SPARQLWrapperException) as error:
            status = {QueryBadFormed: "400", EndPointNotFound: "404", Unauthorized: "401"}.get(type(error), "an error")
            raise UnavailableError(f"{self.endpoint} answered {status}.", "Is it a SPARQL endpoint?") from error
        except TimeoutError as error:
            raise _Passing(f"did not answer within {self.pace.timeout_s:g} s") from error
        except (URLError, HTTPException, OSError) as error:
            late = isinstance(getattr(error, "reason", None), TimeoutError)
            why = f"did not answer within {self.pace.timeout_s:g} s" if late else "cannot be reached"
            raise _Passing(why) from error
        with response:
            return _read(response, end, self)


def _read(response: HTTPResponse, end: float, client: Cellar) -> bytes:
    """Read an answer whole within its time; a slow drip keeps each step alive, but not the answer."""
    if response.status in _PASSING:
        raise _Passing(f"answered {response.status}", _retry_after(response.headers))
    media = response.headers.get_content_type()
    if media not in _JSON:
        # A page of a proxy or of maintenance: no results, whatever its status says.
        raise _Passing(f"gave {media} instead of SPARQL results in JSON")
    parts: list[bytes] = []
    size = 0
    try:
        while part := response.read1(65_536):
            parts.append(part)
            size += len(part)
            if size > _LARGEST:
                raise UnavailableError(f"{client.endpoint} gave more than {_LARGEST} bytes.")
            if time.monotonic() > end:
                raise _Passing(f"did not finish within {client.pace.timeout_s:g} s")
    except TimeoutError as error:
        raise _Passing(f"did not finish within {client.pace.timeout_s:g} s") from error
    except (HTTPException, OSError) as error:
        raise _Passing("broke off its answer") from error
    length = response.headers.get("Content-Length")
    if length is not None and length.isdigit() and size < int(length):
        raise _Passing("broke off its answer")
    return b"".join(parts)


def _rows(body: bytes) -> list[Row]:
    """Read SPARQL 1.1 results in JSON; an empty body means that the answer is still being made."""
    if not body.strip():
        raise _Passing("gave an empty answer")
    try:
        data: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _Passing("gave half an answer, or none in JSON") from error
    try:
        found = data["results"]["bindings"]
        return [{name: _text(term) for name, term in row.items()} for row in found]
    except (TypeError, KeyError, AttributeError) as error:
        raise _Passing("gave JSON that holds no SPARQL results") from error


def _text(term: Any) -> str:
    value = term["value"]
    if not isinstance(value, str) or term["type"] not in {"uri", "literal", "typed-literal", "bnode"}:
        raise TypeError(term)
    return value


def _retry_after(headers: Any) -> float | None:
    value = headers.get("Retry-After", "") if headers is not None else ""
    return float(value) if value.isdigit() else None
