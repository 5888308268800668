"""The table of results in docs/conformance.md, written from the results themselves."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.w3c.exchanges import Exchange
from tests.w3c.run import WRITES, Outcome
from tests.w3c.suite import Case

_HEAD: Final = "| Suite | Tests | Passed | of these by value | Failed |"
_RULE: Final = "| --- | ---: | ---: | ---: | ---: |"


def known_failures() -> dict[tuple[str, str], str]:
    """Return the reason of each failure that is known, by suite and test."""
    found = tomllib.loads((Path(__file__).parent / "known-failures.toml").read_text(encoding="utf-8"))
    return {(suite, name): reason for suite, tests in found.items() for name, reason in tests.items()}


def table_of_suites(outcomes: Mapping[Case, Outcome]) -> str:
    """Return the table of suites in Markdown."""
    counts: dict[str, list[int]] = {}
    for case, outcome in outcomes.items():
        row = counts.setdefault(case.suite, [0, 0, 0, 0])
        for place, counted in enumerate((True, not outcome.wrong, outcome.by_value, bool(outcome.wrong))):
            row[place] += counted
    total = [sum(column) for column in zip(*counts.values(), strict=True)]
    lines = [f"| {suite} | {' | '.join(map(str, row))} |" for suite, row in counts.items()]
    last = f"| **all** | {' | '.join(f'**{number}**' for number in total)} |"
    return "\n".join([_HEAD, _RULE, *lines, last])


def table_of_failures(known: Mapping[tuple[str, str], str]) -> str:
    """Return the table of failures and their reasons in Markdown."""
    lines = [f"| {suite} | `{name}` | {reason} |" for (suite, name), reason in known.items()]
    return "\n".join(["| Suite | Test | Why it fails |", "| --- | --- | --- |", *lines])


def table_of_protocols(
    protocol: Mapping[str, list[Exchange]], graph_store: Mapping[str, list[Exchange]], updates: int, federated: int
) -> str:
    """Return the table of protocols, and of what this service never does, in Markdown; the tests prove each row."""
    queries = [name for name in protocol if name.startswith(("query_", "bad_query", "bad_multiple_queries"))]
    expected = [name for name in protocol if name.startswith("bad_") and name not in queries]
    written = [one for requests in graph_store.values() for one in requests if one.method in WRITES]
    # One test reads a graph whose name only a write would give.
    read = [
        one
        for requests in graph_store.values()
        for one in requests
        if one.method not in WRITES and "$LOCATION$" not in one.path
    ]
    rows = [
        ("SPARQL 1.1 Protocol, queries", len(queries), f"{len(queries)} passed"),
        (
            "SPARQL 1.1 Protocol, updates",
            len(protocol) - len(queries),
            f"all refused, as {len(expected)} of them expect: 403, or 415 for a media type that is not read",
        ),
        ("SPARQL 1.1 Service Description", 3, "3 passed"),
        (
            "SPARQL 1.1 Graph Store Protocol, graph as parameter",
            len(graph_store),
            f"all {len(read)} requests that read passed, all {len(written)} that write refused with 405",
        ),
        ("SPARQL 1.1 Update", updates, "all refused with 403"),
        ("SPARQL 1.1 Federated Query", federated, "all refused with 403"),
    ]
    lines = [f"| {suite} | {tests} | {result} |" for suite, tests, result in rows]
    return "\n".join(["| Suite | Tests | Result |", "| --- | ---: | --- |", *lines])
