"""What a reader notices: the right card with its evidence, an honest none, a duty near the asked one never given."""

from datetime import date

import pytest

from tests.ask.conftest import Ask

ID = "https://w3id.org/atf/id/"


def test_a_card_says_who_in_which_role_for_whom_and_where_it_says_so(ask: Ask) -> None:
    [card] = ask("Who gives foreign victims a residence permit?")["answers"]
    assert card["kind"] == "institution"
    assert card["thing"]["iri"] == card["institution"]["iri"] == f"{ID}institution/igi"
    assert card["role"]["label"]["en"] == "lead"
    assert card["function"]["label"]["ro"] == "drept de ședere"
    assert "grants foreign victims" in card["statement"]["en"]
    assert card["legal_basis"] == []
    assert card["sources"][0]["passage"] == f"{ID}passage/strategy-2018-2022-xiv-a-4"
    assert card["sources"][0]["lines"][0] >= 1036
    assert card["assertion_kind"] == "stated"
    assert card["valid"] == {"from": "2018-01-01", "through": "2022-12-31"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cine repatriază copiii victime?", "cine repatriaza copiii victime"),
        ("cine cazează victimele străine", "who houses forein victims"),
        ("ce face DIICOT", "duties of the organised crime prosecutors"),
        ("câte victime au fost în Dolj", "victims Dolj"),
    ],
)
def test_the_same_is_answered_however_it_is_put(ask: Ask, one: str, other: str) -> None:
    first, second = ask(one)["answers"], ask(other)["answers"]
    assert first and [card["thing"]["iri"] for card in first] == [card["thing"]["iri"] for card in second]


def test_a_body_and_the_one_it_acts_through_follow_one_another(ask: Ask) -> None:
    first, second = ask("Who repatriates unaccompanied Romanian children?")["answers"]
    assert first["thing"]["iri"] == f"{ID}institution/mmjs"
    assert second["thing"]["iri"] == f"{ID}institution/anpdca"
    assert second["holders"][0]["iri"] == f"{ID}institution/mmjs"


def test_an_objective_without_an_owner_is_told_with_the_documents_that_may_name_one(ask: Ask) -> None:
    reply = ask("Which institution is responsible for objective 3.3?")
    assert reply["not_in_graph"] and reply["answers"] == []
    assert "objective" in reply["looked_for"]["en"] and "financial" in reply["looked_for"]["en"]
    assert "No institution is named" in reply["note"]["en"]
    missing = {one["iri"] for one in reply["coverage"]["not_loaded"]}
    assert f"{ID}document/action-plan-2021-2022" in missing
    documents = {one["iri"]: one for one in reply["coverage"]["documents"]}
    document = documents[f"{ID}document/strategy-2018-2022"]
    assert document["passages"] >= document["encoded"] > 200


@pytest.mark.parametrize(
    "question",
    [
        "who can revoke the residence permit of a foreign victim",
        "cine cazează victimele române",
        "cine repatriază victimele străine în țara lor de origine",
        "who provides psychological counselling to victims",
        "who carries out financial investigations",
        "who fines employers",
        "to whom does ANITP report",
        "cine numește tutorele copiilor victime",
        "is Law 999/2001 in force",
        "câte victime au fost în Iași în 2014",
        "who is the director of ANITP",
        "tasks of the anti-trafficking ombudsman",
        "rețetă de sarmale",
    ],
)
def test_what_the_graph_does_not_hold_is_not_invented(ask: Ask, question: str) -> None:
    reply = ask(question)
    assert reply["not_in_graph"] and reply["answers"] == []
    assert reply["looked_for"]["en"] and reply["looked_for"]["ro"]


def test_whether_is_answered_by_yes_or_by_who_else(ask: Ask) -> None:
    yes = ask("Asigură ANITP secretariatul Comitetului de monitorizare?")
    assert yes["verdict"] == "yes"
    no = ask("Does the Ministry of Justice coordinate the Monitoring Committee?")
    assert no["verdict"] == "no"
    assert {card["thing"]["iri"] for card in no["answers"]} == {f"{ID}institution/mai"}


@pytest.mark.parametrize(
    ("question", "kind", "thing"),
    [
        ("What ratified the Lanzarote Convention?", "act", "act/law-252-2010"),
        ("cui se prezintă evaluarea finală?", "institution", "institution/government"),
        ("what replaced the 2018-2022 strategy", "document", "document/strategy-2024-2028"),
        ("what is objective 1.3", "objective", "objective/strategy-2018-2022-so-1-3"),
        ("principiul subsidiarității", "text", "principle/strategy-2018-2022-vi-12"),
        ("indicators of objective 4", "indicator", "indicator/strategy-2018-2022-x-4-a"),
    ],
)
def test_other_kinds_of_questions(ask: Ask, question: str, kind: str, thing: str) -> None:
    card = ask(question)["answers"][0]
    assert (card["kind"], card["thing"]["iri"]) == (kind, ID + thing)


def test_a_figure_is_a_number_with_its_line(ask: Ask) -> None:
    [card] = ask("How many victims in Dolj?")["answers"]
    assert (card["kind"], card["value"]) == ("figure", 220)
    assert card["sources"][0]["lines"] == [218, 218]


def test_whether_an_act_is_in_force_is_said_in_the_language_asked_for(ask: Ask) -> None:
    [card] = ask("Is Law 416/2001 still in force?")["answers"]
    assert card["value"] == "in force on 31 December 2022; no longer today: its last day was 31 December 2023"
    [card] = ask("Mai este în vigoare Legea 416/2001?", "ro")["answers"]
    assert card["value"].endswith("astăzi nu mai este: ultima zi a fost 31 decembrie 2023")


def test_a_duty_is_not_given_for_a_day_on_which_it_was_not_valid(ask: Ask) -> None:
    reply = ask("who houses foreign victims", as_of=date(2024, 6, 1))
    assert reply["not_in_graph"]
    assert "2022-12-31" in reply["note"]["en"]


def test_a_question_without_sense_or_end_is_borne(ask: Ask) -> None:
    for text in ("?", "''; DROP TABLE found", '"', "who " * 100, "\u0000", "a" * 600, "n_1 OR type:*"):
        assert ask(text)["not_in_graph"]
