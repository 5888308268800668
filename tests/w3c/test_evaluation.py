"""The W3C's SPARQL 1.1 suites of queries and results through our own query path, and the table of what they gave."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from api.settings import ROOT
from tests.w3c import exchanges
from tests.w3c.report import known_failures, table_of_failures, table_of_protocols, table_of_suites
from tests.w3c.run import Outcome, Runner, engine_passes
from tests.w3c.suite import FEDERATION_SUITES, QUERY_SUITES, RESULT_SUITES, UPDATE_SUITES, Case, read

KNOWN = known_failures()
PUBLISHED = ROOT / "docs" / "conformance.md"


@pytest.mark.parametrize("suite", [*QUERY_SUITES, *RESULT_SUITES])
def test_a_suite_fails_where_it_is_known_to_fail(evaluated: dict[Case, Outcome], suite: str) -> None:
    wrong = {case.name: outcome.wrong for case, outcome in evaluated.items() if case.suite == suite and outcome.wrong}
    assert wrong.keys() == {name for of, name in KNOWN if of == suite}, wrong


def test_what_the_engine_passes_by_itself_passes_here(evaluated: dict[Case, Outcome]) -> None:
    failed = [case for case, outcome in evaluated.items() if outcome.wrong]
    assert failed
    assert [f"{case.suite}/{case.name}" for case in failed if engine_passes(case)] == []


@pytest.mark.parametrize("media", ["application/sparql-update", "application/sparql-query"])
def test_every_update_of_the_suites_is_refused(suites: Path, runner: Runner, media: str) -> None:
    cases = [case for suite in UPDATE_SUITES for case in read(suites, suite)]
    found = Counter(asyncio.run(runner.statuses(cases, media)).values())
    # Three updates are only prefixes: as queries they have no form.
    assert found == ({403: 157} if media == "application/sparql-update" else {403: 154, 400: 3})


def test_every_federated_query_of_the_suites_is_refused(suites: Path, runner: Runner) -> None:
    cases = [case for suite in FEDERATION_SUITES for case in read(suites, suite)]
    assert Counter(asyncio.run(runner.statuses(cases, "application/sparql-query")).values()) == {403: 10}


def test_the_published_tables_are_what_came_out(evaluated: dict[Case, Outcome], suites: Path) -> None:
    published = PUBLISHED.read_text(encoding="utf-8")
    protocols = table_of_protocols(
        exchanges.read(suites / "protocol", "manifest.ttl"),
        exchanges.read(suites / "graph-store-protocol", "manifest-indirect.ttl"),
        sum(len(read(suites, suite)) for suite in UPDATE_SUITES),
        sum(len(read(suites, suite)) for suite in FEDERATION_SUITES),
    )
    for table in (table_of_suites(evaluated), table_of_failures(KNOWN), protocols):
        assert table in published, f"docs/conformance.md should hold:\n{table}"
