"""The client of CELLAR before a real SPARQL server and a proxy that misbehaves. The graph is synthetic; nothing is asked of the network."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from api.errors import UnavailableError, UsageError
from api.links.cellar import AGENT, Cellar, Pace
from api.links.harvest import harvest, query_for, topics
from api.links.statements import (
    CELEX,
    CONSOLIDATES,
    DATE,
    END,
    IMPLEMENTS,
    IN_FORCE,
    NOTIFIED,
    TITLE,
    TRANSPOSITION,
    Statement,
    statements_of,
)
from tests.links.endpoints import SYNTHETIC, Faults, oxigraph, proxy

ACTS = ("32002F0629", "32011L0036", "32024L1712")
ACT = "32011L0036"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with oxigraph(SYNTHETIC.read_bytes()) as address:
        yield address


@pytest.fixture
def waits() -> list[float]:
    """The waits that the client would have made."""
    return []


@pytest.fixture
def faulty(endpoint: str, waits: list[float]) -> Iterator[tuple[Cellar, Faults]]:
    pace = Pace(timeout_s=0.5, attempts=3, first_wait_s=1.0, gap_s=0.0, sleep=waits.append)
    with proxy(endpoint) as (address, faults):
        yield Cellar(address, pace), faults


def test_a_harvest_reads_every_topic(endpoint: str) -> None:
    found = harvest(Cellar(endpoint, Pace(gap_s=0)), ACTS)
    assert found.failed == {}
    assert found.known == set(ACTS)
    said = found.statements
    assert Statement(ACT, DATE, "2011-04-05") in said
    assert Statement(ACT, IN_FORCE, "true") in said
    assert Statement("32002F0629", IN_FORCE, "false") in said
    # One deadline stands under the one property, one under the other.
    assert Statement(ACT, TRANSPOSITION, "2013-04-06") in said
    assert Statement("32024L1712", TRANSPOSITION, "2026-07-16") in said
    assert Statement(ACT, TITLE, "Synthetic English title of Directive 2011/36/EU", "en") in said
    assert Statement(ACT, TITLE, "Titlu sintetic în română al Directivei 2011/36/UE, cu ș și ț", "ro") in said
    assert {one.subject for one in said if one.property == CONSOLIDATES} == {
        "02011L0036-20110415",
        "02011L0036-20240714",
    }
    # Measures under both properties, of Romania only, each under the number that belongs to this directive.
    measures = {one.subject for one in said if one.property == IMPLEMENTS}
    assert measures == {"72011L0036ROU_100001", "72011L0036ROU_100002"}
    assert Statement("72011L0036ROU_100001", TITLE, "Măsură sintetică nr. 1", "ro") in said
    assert Statement("72011L0036ROU_100001", NOTIFIED, "2013-01-10") in said


def test_days_that_mean_none_hidden_works_and_corrigenda_are_left_out(endpoint: str) -> None:
    said = harvest(Cellar(endpoint, Pace(gap_s=0)), ACTS).statements
    assert not [one for one in said if one.property == END]
    assert {one.value for one in said if one.property == TRANSPOSITION and one.subject == "32002F0629"} == {
        "2004-08-01"
    }
    assert not [one for one in said if one.value.startswith("1999")]
    assert not [one for one in said if "R(01)" in one.subject]


def test_the_request_is_a_post_of_a_query_that_names_itself(faulty: tuple[Cellar, Faults]) -> None:
    client, faults = faulty
    client.select(query_for("dates", ACTS))
    (seen,) = faults.seen
    assert seen["method"] == "POST"
    assert seen["content-type"].startswith("application/sparql-query")
    assert seen["accept"].startswith("application/sparql-results+json")
    assert seen["user-agent"] == AGENT
    assert AGENT.startswith("atf/")
    # A plain literal finds nothing in CELLAR.
    assert '"32011L0036"^^<http://www.w3.org/2001/XMLSchema#string>' in seen["query"]


def test_no_query_has_what_makes_the_endpoint_give_up() -> None:
    for name, text in topics().items():
        words = text.upper()
        assert "ORDER BY" not in words and "SERVICE" not in words and "{1" not in words, name
        assert "# @acts" in text


@pytest.mark.parametrize(
    "fault",
    ["502", "500", "503", "504", "429", "202", "300", "html", "empty", "half", "half-unmarked", "other-json", "wrong-type", "slow", "drip"],
)  # fmt: skip
def test_what_passes_is_tried_again_with_growing_waits(
    faulty: tuple[Cellar, Faults], waits: list[float], fault: str
) -> None:
    client, faults = faulty
    faults.plan = [fault, fault]
    rows = client.select(query_for("identity", ACTS))
    assert {row["celex"] for row in rows} == set(ACTS)
    assert waits == [1.0, 2.0]
    assert len(faults.seen) == 3


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("502", "answered 502"),
        ("202", "answered 202"),
        ("300", "answered 300"),
        ("html", "gave text/html instead of SPARQL results"),
        ("wrong-type", "gave text/plain instead of SPARQL results"),
        ("empty", "empty answer"),
        ("half", "broke off its answer"),
        ("half-unmarked", "half an answer"),
        ("other-json", "holds no SPARQL results"),
        ("slow", "did not answer within 0.5 s"),
        ("drip", "did not finish within 0.5 s"),
    ],
)
def test_what_does_not_pass_is_told_after_the_last_attempt(
    faulty: tuple[Cellar, Faults], waits: list[float], fault: str, words: str
) -> None:
    client, faults = faulty
    faults.always = fault
    with pytest.raises(UnavailableError, match=words) as caught:
        client.select(query_for("identity", ACTS))
    assert "3 attempts" in caught.value.message
    assert len(waits) == 2


@pytest.mark.parametrize("status", ["400", "401", "403", "404"])
def test_a_refusal_is_not_tried_again(faulty: tuple[Cellar, Faults], waits: list[float], status: str) -> None:
    client, faults = faulty
    faults.always = status
    with pytest.raises(UnavailableError, match=f"answered {status}"):
        client.select(query_for("identity", ACTS))
    assert (waits, len(faults.seen)) == ([], 1)


def test_the_server_may_say_how_long_to_wait(faulty: tuple[Cellar, Faults], waits: list[float]) -> None:
    client, faults = faulty
    faults.plan = ["busy"]
    client.select(query_for("identity", ACTS))
    assert waits == [7.0]


def test_one_request_at_a_time_with_a_gap(endpoint: str) -> None:
    gaps: list[float] = []
    with proxy(endpoint) as (address, faults):
        harvest(Cellar(address, Pace(gap_s=0.2, sleep=gaps.append)), ACTS)
    assert faults.most_at_once == 1
    assert gaps == [0.2] * (len(topics()) - 1)


def test_many_acts_are_asked_for_in_parts(endpoint: str) -> None:
    many = [f"32011L{number:04d}" for number in range(1, 81)]
    with proxy(endpoint) as (address, faults):
        found = harvest(Cellar(address, Pace(gap_s=0)), many)
    assert found.known == {ACT}
    assert len(faults.seen) == 2 * len(topics())


def test_a_failed_topic_is_named_and_gives_nothing(faulty: tuple[Cellar, Faults]) -> None:
    client, faults = faulty
    names = list(topics())
    client = Cellar(client.endpoint, replace(client.pace, attempts=1))
    position = names.index("dates")
    # The plan is one fault a request; what comes before is forwarded as usual.
    faults.plan = ["numbers"] * position + ["wrong-value"]
    found = harvest(client, ACTS)
    assert list(found.failed) == ["dates"]
    assert "'in spring' where a day was expected" in found.failed["dates"]
    assert not [one for one in found.statements if one.property == DATE and one.subject == ACT]
    assert [one for one in found.statements if one.property == TITLE]


def test_without_the_acts_nothing_more_is_asked(faulty: tuple[Cellar, Faults]) -> None:
    client, faults = faulty
    faults.always = "html"
    found = harvest(client, ACTS)
    assert list(found.failed) == ["identity"]
    assert len(faults.seen) == client.pace.attempts


def test_truth_is_read_however_it_is_written(faulty: tuple[Cellar, Faults]) -> None:
    client, faults = faulty
    faults.always = "numbers"
    said = statements_of(client.select(query_for("dates", ACTS)))
    assert {(one.subject, one.value) for one in said if one.property == IN_FORCE} == {
        ("32011L0036", "true"), ("32024L1712", "true"), ("32002F0629", "false"),
    }  # fmt: skip
    with pytest.raises(UnavailableError, match="'perhaps' where true or false was expected"):
        statements_of([{"celex": ACT, "property": IN_FORCE, "value": "perhaps"}])


def test_what_was_not_asked_for_is_not_taken() -> None:
    rows = [
        {"celex": ACT, "property": "https://example.org/p", "value": "x"},
        {"celex": ACT, "property": CELEX, "value": ACT},
        {"celex": "rubbish", "property": CELEX, "value": "rubbish"},
    ]
    assert statements_of(rows) == {Statement(ACT, CELEX, ACT)}


@pytest.mark.parametrize("address", ["publications.europa.eu", "ftp://publications.europa.eu/sparql", "http:///x", ""])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="no address of an endpoint"):
        Cellar(address)


def test_a_port_where_nobody_listens_is_told(waits: list[float]) -> None:
    client = Cellar("http://127.0.0.1:9/sparql", Pace(attempts=2, sleep=waits.append))
    with pytest.raises(UnavailableError, match="cannot be reached"):
        client.select("SELECT * {}")
    assert waits == [1.0]
