"""Which day is it?"""

from datetime import date

import pytest
from pyoxigraph import RdfFormat, Store

from api.errors import ParameterError
from api.graph.asof import default_date, parse_date

TODAY = date(2026, 11, 24)
HEAD = """
PREFIX atf: <https://w3id.org/atf/ontology#> PREFIX eli: <http://data.europa.eu/eli/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX ex: <https://example.org/>
"""
STRATEGY = """
ex:strategy a atf:PolicyDocument ; atf:contentLoaded true ;
  atf:validFrom "2018-01-01"^^xsd:date ; atf:validThrough "2022-12-31"^^xsd:date .
"""


def on(text: str, today: date = TODAY) -> date:
    store = Store()
    store.load(HEAD + text, format=RdfFormat.TURTLE)
    return default_date(store, today)


def test_after_the_strategy_it_is_its_last_day() -> None:
    assert on(STRATEGY) == date(2022, 12, 31)


@pytest.mark.parametrize("today", [date(2018, 1, 1), date(2020, 2, 29), date(2022, 12, 31)])
def test_while_the_strategy_is_in_force_it_is_today(today: date) -> None:
    assert on(STRATEGY, today) == today


def test_a_document_that_is_in_force_today_makes_it_today() -> None:
    new = 'ex:new a atf:PolicyDocument ; atf:contentLoaded true ; atf:validFrom "2024-01-01"^^xsd:date .'
    assert on(STRATEGY + new) == TODAY


def test_a_document_that_is_not_loaded_counts_for_nothing() -> None:
    assert on(STRATEGY + "ex:new a atf:PolicyDocument ; atf:contentLoaded false .") == date(2022, 12, 31)
    assert on(STRATEGY + "ex:new a atf:PolicyDocument .") == date(2022, 12, 31)


def test_a_document_with_passages_is_loaded() -> None:
    text = STRATEGY.replace("atf:contentLoaded true ;", "") + "ex:p eli:is_part_of ex:strategy ."
    assert on(text) == date(2022, 12, 31)


def test_the_last_of_several_ends_counts_and_a_coming_document_does_not() -> None:
    plan = 'ex:plan a atf:PolicyDocument ; atf:contentLoaded true ; atf:validThrough "2024-06-30"^^xsd:date .'
    coming = 'ex:next a atf:PolicyDocument ; atf:contentLoaded true ; atf:validFrom "2030-01-01"^^xsd:date .'
    assert on(STRATEGY + plan + coming) == date(2024, 6, 30)


def test_without_any_document_it_is_today() -> None:
    assert on("") == TODAY


@pytest.mark.parametrize("text", ["2022-12-31", " 2022-12-31\n"])
def test_a_date_is_read(text: str) -> None:
    assert parse_date(text) == date(2022, 12, 31)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("31.12.2022", "'31.12.2022' is not a date. Write it as year-month-day, for example 2022-12-31."),
        ("2022-02-30", "'2022-02-30' is not a date: the month 2022-02 has 28 days."),
        ("2020-02-30", "'2020-02-30' is not a date: the month 2020-02 has 29 days."),
        ("2022-04-00", "'2022-04-00' is not a date: the month 2022-04 has 30 days."),
        ("2022-13-01", "'2022-13-01' is not a date: there is no such month."),
        ("0000-01-01", "'0000-01-01' is not a date: there is no year 0."),
        ("", "'' is not a date."),
        ("today", "'today' is not a date."),
        ("20221231", "'20221231' is not a date."),
        ("2022-W01-1", "'2022-W01-1' is not a date."),
        ("٢٠٢٢-01-01", "'٢٠٢٢-01-01' is not a date."),
        ("9" * 100, f"'{'9' * 40}…' is not a date."),
        ("2022-12-31T00:00:00", "'2022-12-31T00:00:00' is not a date."),
    ],
)
def test_what_is_no_date_is_refused_with_a_sentence(text: str, message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        parse_date(text, "as-of")
    assert str(caught.value).startswith(message)
    assert caught.value.extra == {"parameter": "as-of"}
