"""Load with killers: mixed questions and SPARQL on many connections, every answer compared with the one expected.

usage: python bench/load.py [--seconds 60] [--connections 32] [--killers 0.05] [--workers 2]

Everything runs on loopback and stops by itself. First a calm part without killers, then the attack; a probe of its own
asks a tiny ASK twenty times a second through both. Exit code 1 when an answer was wrong or lost, a status was not one of
200, 304, 400, 403 and 503 with Retry-After, a process was left, or the memory did not come back.
"""

import argparse
import asyncio
import itertools
import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.client import Answer, Connection, get, post
from bench.service import Service

TINY = "ASK { ?s ?p ?o }"
_HUNGRY = "SELECT (STRLEN(?v40) AS ?n) { BIND('0123456789' AS ?v0)"
_HUNGRY += " ".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(40)) + "}"
_ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
# One of each kind; a comment makes every text another one, so that no cache can answer.
KILLERS = (
    _ENDLESS,
    _ENDLESS.replace("(COUNT(*) AS ?n)", "*") + " ORDER BY ?c",
    _HUNGRY,
    "SELECT (COUNT(*) AS ?n) {" + "".join(f"VALUES ?v{i} {{ {' 1' * 30} }}" for i in range(6)) + "}",
    "SELECT * " + "{" * 1000 + "}" * 1000,
    "SELECT (" + "+".join("1" * 10_000) + " AS ?x) {}",
)
REFUSED = ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "CLEAR ALL", "SELECT * {")
_ALLOWED = {200, 304, 400, 403, 503}
# How far memory may be above its level before, and the tiny ASK above its calm time.
_MEMORY = 1.25
_SLOWER = 10.0


@dataclass
class Report:
    """What happened: statuses by kind of request, what went wrong, and the seconds of the probe."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    probe: list[float] = field(default_factory=list)

    @property
    def p95(self) -> float:
        """The 95th percentile of the probe, in seconds."""
        return statistics.quantiles(self.probe, n=20)[-1] if len(self.probe) > 1 else 0.0


@dataclass
class Request:
    """A request, and what its answer must hold (``None``: whatever it is told)."""

    kind: str
    text: Callable[[int], bytes]
    expected: bytes | None = None
    etag: bytes | None = None


async def prepare(address: str, paths: list[str]) -> list[Request]:
    """Ask each harmless request once, when nothing else runs, to know its answer."""
    connection = Connection(address)
    some = "SELECT (SAMPLE(?s) AS ?some) { ?s ?p ?o FILTER(isIRI(?s)) }"
    answer = await connection.send(get("/sparql", query=some))
    thing = json.loads(answer.body)["results"]["bindings"][0]["some"]["value"]
    queries = {
        "tiny": TINY,
        "lookup": f"SELECT ?p ?o {{ <{thing}> ?p ?o }} ORDER BY ?p ?o",
        "count": "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?p",
        "graph": f"CONSTRUCT WHERE {{ <{thing}> ?p ?o }}",
    }
    found = []
    for kind, query in queries.items():
        expected = bytes((await connection.send(get("/sparql", query=query))).body)
        found.append(Request(kind, lambda n, q=query: get("/sparql", query=f"{q} # {n}"), expected))  # type: ignore[misc]
        found.append(Request(kind, lambda n, q=query: post("/sparql", f"{q} # {n}"), expected))  # type: ignore[misc]
    for path in paths:
        answer = await connection.send(get(path))
        if answer.status == 200:
            tag = answer.headers.get(b"etag", b"")
            found.append(Request("path", lambda _, p=path: get(p), bytes(answer.body)))  # type: ignore[misc]
            again = f"If-None-Match: {tag.decode()}\r\n"
            found.append(Request("again", lambda _, p=path, h=again: get(p, h), bytes(answer.body), tag))  # type: ignore[misc]
    found += [Request("refused", lambda n, q=query: post("/sparql", f"{q} # {n}")) for query in REFUSED]  # type: ignore[misc]
    connection.close()
    return found


def judge(request: Request, answer: Answer) -> str:
    """Return what is wrong with an answer, or nothing."""
    if answer.status not in _ALLOWED:
        return f"{request.kind}: status {answer.status}"
    if answer.status == 503 and b"retry-after" not in answer.headers:
        return f"{request.kind}: 503 without Retry-After"
    if request.kind in {"killer", "refused"}:
        return "" if answer.status in {400, 403, 503} else f"{request.kind}: status {answer.status}"
    if answer.status == 200 and bytes(answer.body) != request.expected:
        return f"{request.kind}: another answer than before"
    if answer.status in {400, 403} or (answer.status == 304 and not request.etag):
        return f"{request.kind}: status {answer.status}"
    return ""


async def _client(address: str, chosen: Iterator[Request], numbers: Iterator[int], end: float, report: Report) -> None:
    connection = Connection(address)
    while time.perf_counter() < end:
        request = next(chosen)
        try:
            answer = await asyncio.wait_for(connection.send(request.text(next(numbers))), 60)
        except (ConnectionError, TimeoutError) as error:
            report.wrong.append(f"{request.kind}: lost ({error!r})")
            connection = Connection(address)
            continue
        report.statuses[request.kind, answer.status] += 1
        if problem := judge(request, answer):
            report.wrong.append(problem)
    connection.close()


async def _probe(address: str, numbers: Iterator[int], end: float, report: Report) -> None:
    connection = Connection(address)
    while time.perf_counter() < end:
        answer = await connection.send(get("/sparql", query=f"{TINY} # probe {next(numbers)}"))
        report.statuses["probe", answer.status] += 1
        report.probe.append(answer.seconds)
        await asyncio.sleep(max(0.0, 0.05 - answer.seconds))
    connection.close()


async def run(address: str, requests: list[Request], seconds: float, connections: int, killers: float) -> Report:
    """Send requests for some seconds; ``killers`` is the share of those that would run or grow without end."""
    report, numbers, luck = Report(), itertools.count(), random.Random(1)  # noqa: S311  # the same run each time

    def choose() -> Iterator[Request]:
        while True:
            if luck.random() < killers:
                text = luck.choice(KILLERS)
                yield Request("killer", lambda n, q=text: post("/sparql", f"{q} # {n}"))  # type: ignore[misc]
            else:
                yield luck.choice(requests)

    end = time.perf_counter() + seconds
    clients = [_client(address, choose(), numbers, end, report) for _ in range(connections)]
    await asyncio.gather(_probe(address, numbers, end, report), *clients)
    return report


def table(title: str, report: Report, seconds: float) -> str:
    """Return a report as text."""
    kinds = sorted({kind for kind, _ in report.statuses})
    known = sorted({status for _, status in report.statuses})
    total = sum(report.statuses.values())
    lines = [
        f"{title}: {total} answers in {seconds:g} s ({total / seconds:.0f}/s), tiny ASK p95 {report.p95 * 1000:.1f} ms"
    ]
    lines.append("  " + "kind".ljust(10) + "".join(f"{status:>8}" for status in known))
    lines += [f"  {kind:10}" + "".join(f"{report.statuses[kind, status]:>8}" for status in known) for kind in kinds]
    lines += [f"  WRONG {number:>6}  {text}" for text, number in Counter(report.wrong).most_common(10)]
    return "\n".join(lines)


def paths_of(root: Path) -> list[str]:
    """Return pages and answers of questions that need no parameter."""
    return ["/health", "/en", "/ro", "/en/id/institution/anitp", "/id/institution/anitp?format=ttl", "/queries"] + [
        f"/queries/{name}/results?format={form}"
        for name in ("duties-without-a-holder", "acts-by-type", "destinations-of-victims")
        for form in ("json", "csv")
    ]


def main() -> int:
    """Run the calm part and the attack, and print the tables."""
    top = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("--seconds", type=float, default=60.0, help="seconds of the attack; a quarter of it is calm")
    top.add_argument("--connections", type=int, default=32)
    top.add_argument("--killers", type=float, default=0.05, help="share of requests that would never end")
    top.add_argument("--workers", type=int, default=2)
    args = top.parse_args()
    service = Service.atf(args.workers)
    try:
        return asyncio.run(_measure(service, args))
    finally:
        service.stop()


async def _measure(service: Service, args: argparse.Namespace) -> int:
    requests = await prepare(service.address, paths_of(Path()))
    calm_s = args.seconds / 4
    calm = await run(service.address, requests, calm_s, args.connections, 0.0)
    before = service.memory_mb()
    print(table("calm", calm, calm_s))
    attack = await run(service.address, requests, args.seconds, args.connections, args.killers)
    print(table("attack", attack, args.seconds))
    await asyncio.sleep(1)
    after, left = service.memory_mb(), service.processes()
    ratio = attack.p95 / calm.p95
    print(f"tiny ASK p95 under attack / calm: {ratio:.1f} (at most {_SLOWER:g})")
    print(f"memory {before:.0f} MB before, {after:.0f} MB after (at most {_MEMORY:g} times); {left} processes")
    failed = bool(calm.wrong or attack.wrong or ratio > _SLOWER or after > before * _MEMORY or left != args.workers + 2)
    print("FAILED" if failed else "ok")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
