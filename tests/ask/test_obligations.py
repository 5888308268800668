"""Questions about obligations: what an article asks, whose duty meets it, and what nobody's duty meets."""

from datetime import date
from typing import Any

import pytest

from api.ask.obligations import Article, articles_of
from tests.ask.conftest import Ask

ID = "https://w3id.org/atf/id/"


def names(reply: dict[str, Any]) -> list[str]:
    return [card["thing"]["iri"].removeprefix(ID) for card in reply["answers"]]


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("article 12 of CETS 197", [Article("12")]),
        ("art. 12(1)(a) CETS 197", [Article("12", "1", "a")]),
        ("art. 14 alin. (1) din STCE 197", [Article("14", "1")]),
        ("articolul 11 alineatul (5) litera a din Directiva 2011/36/UE", [Article("11", "5", "a")]),
        ("Articles 12, 13 and 18a of the directive", [Article("12"), Article("13"), Article("18a")]),
        ("article 12 a State must obey", [Article("12")]),
        ("the art of the possible in 2018", []),
    ],
)
def test_an_article_is_read_as_lawyers_write_it(text: str, articles: list[Article]) -> None:
    assert articles_of(text) == articles


@pytest.mark.parametrize(
    "question",
    [
        "What must a State do under article 12 of CETS 197?",
        "Ce obligații impune art. 12 din STCE 197?",
        "Ce prevede articolul 12 din Convenția Consiliului Europei privind traficul?",
        "art 12 CETS 197",
    ],
)
def test_an_article_is_told_with_who_meets_it(ask: Ask, question: str) -> None:
    cards = ask(question)["answers"]
    assert [card["thing"]["iri"].removeprefix(f"{ID}obligation/cets-197-art-12-") for card in cards] == [
        *("1", "1-a", "1-b", "1-c", "1-d", "1-e", "1-f", "2", "3", "4", "5", "6", "7")
    ]
    assert {card["kind"] for card in cards} == {"text"}
    first, medical = cards[0], cards[2]
    assert first["statement"]["ro"].startswith("Statul trebuie")
    assert first["value"] == "met in part by a duty of Ministry of Labor and Social Justice"
    assert [one["iri"].removeprefix(ID) for one in first["holders"]] == ["institution/mmjs"]
    assert first["sources"][0]["identifier"] == "art. 12(1)"
    assert medical["value"] == "no duty that meets it is recorded in the loaded documents" and not medical["holders"]


def test_the_wording_that_binds_on_the_day_is_told(ask: Ask) -> None:
    question = "Ce obligații impune art. 11 alin. (1) din Directiva 2011/36/UE?"
    assert names(ask(question)) == ["obligation/directive-2011-36-art-11-1-as-adopted-2011"]
    later = ["obligation/directive-2011-36-art-11-1-as-amended-2024"]
    assert names(ask(question, as_of=date(2026, 11, 24))) == later
    assert names(ask("What does article 11(1) of Directive 2011/36/EU as amended in 2024 require?")) == later
    reply = ask("What does article 18a of Directive 2011/36/EU require?")
    assert reply["not_in_graph"] and "binds from 2026-07-15 only" in reply["note"]["en"]


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("what must States do about compensation under CETS 197", "15-4"),
        ("which article of CETS 197 is about border control", "7-1"),
        ("ce prevede STCE 197 despre permisul de ședere", "14-1"),
    ],
)
def test_a_matter_finds_the_articles_about_it(ask: Ask, question: str, article: str) -> None:
    assert f"obligation/cets-197-art-{article}" in names(ask(question))


def test_whose_duty_meets_an_article(ask: Ask) -> None:
    [card] = ask("Cine îndeplinește art. 14 alin. (1) din STCE 197?", "ro")["answers"]
    assert card["institution"]["iri"] == f"{ID}institution/igi"
    assert card["statement"] and card["value"].startswith("STCE 197, articolul 14 alineatul (1)")
    assert ask("Does IGI meet article 14(1) of CETS 197?")["verdict"] == "yes"


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("Who meets article 15(4) of CETS 197?", "No duty that meets it is recorded in the loaded documents."),
        ("Does ANITP meet article 14(1) of CETS 197?", "Another body's duty is recorded as meeting it: General Insp"),
        ("What does article 99 of CETS 197 require?", "No obligation of the State is recorded for article 99"),
    ],
)
def test_no_holder_is_invented_for_an_article(ask: Ask, question: str, says: str) -> None:
    reply = ask(question)
    assert reply["not_in_graph"] and says in reply["note"]["en"]


@pytest.mark.parametrize(
    "question", ["which duties of CETS 197 has nobody", "Ce obligații din STCE 197 nu sunt îndeplinite de nimeni?"]
)
def test_what_nobody_meets_is_told_whole(ask: Ask, question: str) -> None:
    found = names(ask(question))
    assert "obligation/cets-197-art-15-4" in found and "obligation/cets-197-art-26" in found
    assert not {"obligation/cets-197-art-14-1", "obligation/cets-197-art-5-2"} & set(found)
    # More than the sixty at which lists of answers were once cut.
    assert len(found) > 60


def test_an_instrument_in_force_is_no_obligation_by_force(ask: Ask) -> None:
    [card] = ask("is CETS 197 in force")["answers"]
    # The law by which Romania ratified it: the graph records no state of the treaty itself.
    assert card["thing"]["iri"] == f"{ID}act/law-300-2006" and card["value"].startswith("in force")


@pytest.mark.parametrize(
    ("question", "acts"),
    [
        ("Pe ce lege se întemeiază urmărirea penală făcută de DIICOT?", {"act/oug-78-2016", "act/law-120-2018"}),
        ("Under which law does the Public Ministry prosecute?", {"act/oug-78-2016", "act/law-120-2018"}),
        ("Pe ce temei acționează ANITP ca raportor național?", {"provision/hg-460-2011-art-2-1"}),
    ],
)
def test_the_law_on_which_a_duty_rests(ask: Ask, question: str, acts: set[str]) -> None:
    assert set(names(ask(question))) == acts


def test_a_duty_without_a_legal_basis_says_so(ask: Ask) -> None:
    reply = ask("Pe ce lege se întemeiază cazarea victimelor străine?")
    assert reply["not_in_graph"] and reply["note"]["ro"] == "Textul nu indică un temei legal pentru aceasta."
