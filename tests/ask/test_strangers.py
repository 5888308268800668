"""What a stranger found: relations read backwards, tasks near the asked one, other days, and needless nones."""

from datetime import date
from typing import Any

import pytest

from tests.ask.conftest import Ask

ID = "https://w3id.org/atf/id/"
MEASURES = {"en": "only three measures of it are loaded", "ro": "doar trei măsuri din el sunt încărcate"}


def bodies(reply: dict[str, Any]) -> set[str]:
    return {card["thing"]["iri"].removeprefix(f"{ID}institution/") for card in reply["answers"]}


@pytest.mark.parametrize(
    "question",
    [
        "Cine monitorizează ANITP?",
        "Who monitors ANITP?",
        "Cine supraveghează DIICOT?",
        "Cine controlează DIICOT?",
        "Cine conduce DIICOT?",
        "Cine monitorizează Comitetul de monitorizare?",
        "Who monitors the Monitoring Committee?",
        "Cine evaluează Comitetul de monitorizare?",
        "Does the Ministry of Internal Affairs monitor ANITP?",
        "Who presents reports to the Monitoring Committee?",
    ],
)
def test_a_body_that_is_asked_about_is_not_one_that_a_duty_mentions(ask: Ask, question: str) -> None:
    reply = ask(question)
    assert reply["not_in_graph"] and reply["answers"] == []


@pytest.mark.parametrize(
    ("question", "body"),
    [
        ("Who reports to ANITP?", "institutions-with-tasks"),
        ("Cine raportează către ANITP?", "institutions-with-tasks"),
        ("Who controls the judicial police?", "public-ministry"),
        ("Cine coordonează DGASPC?", "mmjs"),
    ],
)
def test_a_relation_that_the_text_states_is_still_told(ask: Ask, question: str, body: str) -> None:
    assert body in bodies(ask(question))


@pytest.mark.parametrize(
    "question",
    [
        "Cine acordă cetățenia victimelor?",
        "Who grants citizenship to victims?",
        "Cine face educație sexuală în școli?",
        "Cine face educație în școli?",
        "Cine coordonează activitățile antitrafic la nivel local?",
        "Who coordinates anti-trafficking activities at county level?",
    ],
)
def test_a_task_near_the_asked_one_is_not_given(ask: Ask, question: str) -> None:
    assert ask(question)["not_in_graph"]


def test_the_addressee_of_a_report_is_not_answered_with_no(ask: Ask) -> None:
    assert ask("Raportează instituțiile către ANITP?")["verdict"] != "no"


def test_who_sets_the_rules_is_not_who_does_it(ask: Ask) -> None:
    reply = ask("Cine reintegrează social victimele?")
    assert reply["not_in_graph"]
    assert "doar cine asigură regulile" in reply["note"]["ro"] and "Ministerul Muncii" in reply["note"]["ro"]
    assert "mmjs" in bodies(ask("Cine reglementează asistența victimelor?"))
    # For children the text says who does it, and only they are the answer.
    assert bodies(ask("Cine asistă copiii victime?")) == {"mmjs", "anpdca"}
    assert {card["role"]["label"]["en"] for card in ask("Cine asistă copiii victime?")["answers"]} == {"lead"}


@pytest.mark.parametrize("number", ["6", "7", "9", "12"])
def test_an_objective_that_does_not_exist_is_no_problem_of_that_number(ask: Ask, number: str) -> None:
    reply = ask(f"Cine răspunde de obiectivul {number}?")
    assert reply["not_in_graph"]
    assert reply["note"]["ro"] == f"Strategia încărcată nu are un obiectiv {number}."


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("Este DIICOT responsabilă de obiectivul 3.4?", "objective"),
        ("Is the Ministry of Labour responsible for objective 2.2?", "objective"),
        ("Cine este responsabil pentru indicatorul 3 c?", "indicator"),
        ("Who is responsible for indicator X.3.c?", "indicator"),
        ("Este obiectivul 3.4 în sarcina DIICOT?", "objective"),
        ("Este ANITP responsabilă de indicatorul 3.c?", "indicator"),
    ],
)
def test_that_no_owner_is_named_is_said_also_to_yes_or_no(ask: Ask, question: str, part: str) -> None:
    reply = ask(question)
    assert reply["not_in_graph"]
    assert reply["note"]["en"].startswith(f"No institution is named for this {part}")


@pytest.mark.parametrize(
    ("question", "day", "says"),
    [
        ("Is GD 861/2018 in force?", "2019-06-01", "in force on 1 June 2019; "),
        ("Is GD 861/2018 in force?", "2024-01-01", "not in force on 1 January 2024; its last day: 31 December 2022"),
        ("Is GD 861/2018 in force?", "2017-01-01", "not yet in force on 1 January 2017; "),
        ("Is Law 416/2001 in force?", "2019-06-01", "in force on 1 June 2019; no longer today: "),
        # The day that is recorded is the last one in force.
        ("Is Law 416/2001 in force?", "2023-12-31", "in force on 31 December 2023; "),
        ("Is Law 416/2001 in force?", "2024-01-01", "not in force on 1 January 2024; "),
        ("Is joint order 335/2007 in force?", "2022-12-31",
         "in force on 31 December 2022; later, from 3 February 2023, replaced by Government Decision no. 88/2023"),
        ("Is joint order 335/2007 in force?", "2023-06-01",
         "not in force on 1 June 2023; from 3 February 2023 replaced by Government Decision no. 88/2023"),
    ],
)  # fmt: skip
def test_an_act_is_in_force_or_not_on_the_day_asked(ask: Ask, question: str, day: str, says: str) -> None:
    [card] = ask(question, as_of=date.fromisoformat(day))["answers"]
    assert card["value"].startswith(says)


@pytest.mark.parametrize("question", ["Era în vigoare Legea 416/2001 în 2022?", "Was Law 416/2001 in force in 2022?"])
def test_a_year_in_the_question_is_its_day(ask: Ask, question: str) -> None:
    reply = ask(question, "ro")
    assert reply["as_of"] == "2022-12-31"
    assert reply["answers"][0]["value"].startswith("în vigoare la 31 decembrie 2022; ")
    assert ask(question.replace("2022", "2024"), "ro")["answers"][0]["value"].startswith("nu mai este în vigoare")


def test_findings_are_shown_only_of_the_day_on_which_they_were_made(ask: Ask) -> None:
    question = "Who monitors the assistance of victims?"
    assert any(card["findings"] for card in ask(question)["answers"])
    other = ask(question, as_of=date(2019, 6, 1))["answers"]
    assert other and not any(card["findings"] for card in other)


def test_a_plan_of_which_little_is_loaded_is_not_told_as_read(ask: Ask) -> None:
    coverage = ask("Who runs the hotline?")["coverage"]
    plan = f"{ID}document/action-plan-2018-2020"
    assert plan not in {one["iri"] for one in coverage["documents"]}
    assert {one["iri"]: one for one in coverage["not_loaded"]}[plan]["note"] == MEASURES


def test_what_was_not_asked_is_not_told_as_looked_for(ask: Ask) -> None:
    assert ask("Cine informează populația despre trafic în sate?")["looked_for"]["en"] == (
        "information and awareness; general population"
    )
    assert "nationals" not in ask("Who feeds minors?")["looked_for"]["en"]


def test_a_duty_that_names_nobody_is_told_with_its_words(ask: Ask) -> None:
    for question in (
        "Cine prezintă Guvernului evaluarea finală?",
        "Who presents the final evaluation to the Government?",
    ):
        reply = ask(question)
        assert reply["not_in_graph"]
        assert reply["note"]["en"].startswith("The Monitoring Committee's final evaluation")
        assert reply["note"]["en"].endswith("the text does not say by whom.")


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Who prosecutes trafficking in minors?", {"public-ministry", "diicot"}),
        ("Cine urmărește penal traficul de minori?", {"public-ministry", "diicot"}),
        ("Cine a aprobat Strategia?", {"government"}),
        ("Who approved the strategy?", {"government"}),
        ("Cine coordonează DGASPC-urile?", {"mmjs"}),
        ("Who is the president of the Monitoring Committee?", {"mai"}),
        ("Cine este președintele Comitetului de monitorizare?", {"mai"}),
        ("Who heads the Monitoring Committee?", {"mai"}),
    ],
)
def test_what_the_text_says_is_found(ask: Ask, question: str, found: set[str]) -> None:
    assert bodies(ask(question)) == found


def test_an_approval_is_told_with_its_act(ask: Ask) -> None:
    [card] = ask("Cine a aprobat Strategia?", "ro")["answers"]
    assert card["value"].startswith("Hotărârea Guvernului nr. 861/2018")
    assert card["sources"]


def test_other_presidents_are_persons(ask: Ask) -> None:
    assert "names no person" in ask("Cine este președintele ANITP?")["note"]["en"]


def test_a_duty_fulfilled_through_an_office_without_an_entry_of_its_own_is_one_card(ask: Ask) -> None:
    [card] = ask("Who protects witnesses?")["answers"]
    assert card["institution"]["iri"] == f"{ID}institution/igpr"
    assert [one["iri"] for one in card["through"]] == [f"{ID}institution/onpm"]
    # Asked by its name it is the answer; a body with an entry of its own stays one beside the holder.
    assert bodies(ask("Does the National Office for Witness Protection protect victims?")) == {"onpm"}
    assert bodies(ask("Who prosecutes traffickers?")) == {"public-ministry", "diicot"}


def test_what_is_done_for_children_alone_is_not_the_answer_for_all(ask: Ask) -> None:
    reply = ask("Who assists foreign victims?")
    assert reply["not_in_graph"]
    note = reply["note"]["en"]
    assert note.startswith("For this in general the text names only who sees to the rules") and "For children" in note


@pytest.mark.parametrize(
    "question",
    [
        "Who does not grant residence permits to victims?",
        "Which institution isn't responsible for accommodation?",
        "ce instituție nu raportează către ANITP",
        "Cine nu are voie să cazeze victime străine?",
    ],
)
def test_who_does_not_do_a_thing_cannot_be_told(ask: Ask, question: str) -> None:
    reply = ask(question)
    assert reply["not_in_graph"] and "who does not do it cannot be told" in reply["note"]["en"]


@pytest.mark.parametrize(
    "question", ["I do not know who grants residence permits", "Nu știu cine acordă permise de ședere"]
)
def test_not_to_know_is_no_denial(ask: Ask, question: str) -> None:
    assert bodies(ask(question)) == {"igi"}


@pytest.mark.parametrize(
    ("question", "act"),
    [
        (
            "Ce decizie-cadru a fost înlocuită de Directiva 2011/36/UE?",
            "http://data.europa.eu/eli/dec_framw/2002/629/oj",
        ),
        ("What was replaced by Directive 2012/29/EU?", "http://data.europa.eu/eli/dec_framw/2001/220/oj"),
        ("ce hotărâre a înlocuit HG 861/2018?", f"{ID}act/hg-533-2024"),
        ("What was Law 416/2001 replaced by?", f"{ID}act/law-196-2016"),
    ],
)
def test_which_of_two_replaced_the_other(ask: Ask, question: str, act: str) -> None:
    assert ask(question)["answers"][0]["thing"]["iri"] == act
