"""Counts of what the service does, in the text format that Prometheus reads (version 0.0.4).

The format is a dozen lines of text, so that a client library would be one more thing to pin.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

MEDIA: Final = "text/plain; version=0.0.4; charset=utf-8"
# Upper bounds in seconds.
BUCKETS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# A client chooses path and method; what is not one of these would be a new series for each idea it has.
_ROUTES: Final = """sparql store queries findings diff rules ask search id ontology scheme rule graph resource problem
matrix dossier objectives chain-of-care obligations law timeline compare statistics network source calendar calendar.ics
validate import mcp llms.txt dataset .well-known health metrics static openapi.json en ro"""
_KNOWN: Final = frozenset(_ROUTES.split())
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "QUERY", "OPTIONS"})


class Metrics:
    """Requests by route, method and status, and how long they took by route."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: Counter[tuple[str, int]] = Counter()
        self._seconds: Counter[str] = Counter()
        self.inside = 0

    def count(self, path: str, method: str, status: int, seconds: float) -> None:
        """Count one request that is over."""
        first = path.split("/", 2)[1] if path.startswith("/") else ""
        route = first if first in _KNOWN else "other"
        self._requests[route, method if method in _METHODS else "other", status] += 1
        self._buckets[route, bisect_left(BUCKETS, seconds)] += 1
        self._seconds[route] += seconds  # type: ignore[assignment]  # a Counter adds up floats as well

    def text(self, gauges: Mapping[str, tuple[str, float]], counters: Mapping[str, tuple[str, float]]) -> str:
        """Write everything, with further gauges and counters by name: what each means, and its value."""
        lines = [*_head("atf_requests_total", "counter", "Requests answered, by route, method and status.")]
        for (route, method, status), number in sorted(self._requests.items()):
            lines.append(f'atf_requests_total{{route="{route}",method="{method}",status="{status}"}} {number}')
        lines += self._histogram()
        lines += _head("atf_requests_inside", "gauge", "Requests that are being answered.")
        lines.append(f"atf_requests_inside {self.inside}")
        for kind, values in (("gauge", gauges), ("counter", counters)):
            for name, (meaning, value) in values.items():
                lines += [*_head(name.partition("{")[0], kind, meaning), f"{name} {_number(value)}"]
        return "\n".join(lines) + "\n"

    def _histogram(self) -> Iterable[str]:
        name = "atf_request_seconds"
        yield from _head(name, "histogram", "Seconds from the head of a request to the end of its answer, by route.")
        for route in sorted(self._seconds):
            total = 0
            for number, bound in enumerate((*map(str, BUCKETS), "+Inf")):
                total += self._buckets[route, number]
                yield f'{name}_bucket{{route="{route}",le="{bound}"}} {total}'
            yield f'{name}_sum{{route="{route}"}} {self._seconds[route]:.6f}'
            yield f'{name}_count{{route="{route}"}} {total}'


def _number(value: float) -> str:
    """Write a number with all its digits: a time in seconds has ten before its point."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _head(name: str, kind: str, meaning: str) -> Iterable[str]:
    return (f"# HELP {name} {meaning}", f"# TYPE {name} {kind}")
