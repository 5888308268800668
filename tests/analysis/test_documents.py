"""What could not be judged: findings that a document which is not loaded could answer."""

from datetime import date
from pathlib import Path

import pytest

from tests.analysed import DAY, OWNERS, PLAN, analysed, found

ONE = (
    PLAN
    + "ex:five a atf:SpecificObjective ; dcterms:isPartOf ex:plan . ex:duty a atf:Responsibility ; atf:holder ex:x ; atf:role role:lead ; atf:concerns ex:five ."
)
ACTIONS = """ex:actions a atf:PolicyDocument ; eli:type_document type:action-plan ; atf:contentLoaded false ."""
REFERS = "ex:plan atf:refersTo ex:actions ."


def waits(folder: Path, text: str, rule: str = "GAP-001", as_of: date = DAY) -> set[str]:
    findings = analysed(folder, text, rule, as_of=as_of).findings
    assert findings
    assert {one.status for one in findings} <= {"open", "not-assessable"}
    return {iri.rsplit("/", 1)[-1] for one in findings for iri in one.waiting_for}


def test_an_action_plan_that_is_referred_to_and_not_loaded_could_name_the_owner(tmp_path: Path) -> None:
    assert waits(tmp_path, ONE) == set()
    assert waits(tmp_path, ONE + ACTIONS + REFERS) == {"actions"}
    assert found(analysed(tmp_path, ONE + ACTIONS + REFERS, "GAP-001"))["one"].status == "not-assessable"


def test_so_could_a_part_of_the_document_itself(tmp_path: Path) -> None:
    assert waits(tmp_path, ONE + ACTIONS + "ex:actions dcterms:isPartOf ex:plan .") == {"actions"}


@pytest.mark.parametrize(
    "change",
    [
        ("atf:contentLoaded false", "atf:contentLoaded true"),
        ("type:action-plan", "type:methodology"),
        ("atf:contentLoaded false", 'atf:contentLoaded false ; atf:validThrough "2017-12-31"^^xsd:date'),
        ("atf:contentLoaded false", 'atf:contentLoaded false ; atf:validFrom "2023-01-01"^^xsd:date'),
        ("atf:contentLoaded false", 'atf:contentLoaded false ; atf:validFrom "2021-01-01"^^xsd:date'),
    ],
    ids=["loaded", "of another type", "over before", "begins after", "not valid on the day"],
)
def test_a_document_that_could_not_say_it_does_not_count(tmp_path: Path, change: tuple[str, str]) -> None:
    assert waits(tmp_path, ONE + ACTIONS.replace(*change) + REFERS) == set()


def test_of_a_series_of_plans_the_one_of_the_day_counts(tmp_path: Path) -> None:
    parts = """ex:early a atf:PolicyDocument ; eli:type_document type:action-plan ; dcterms:isPartOf ex:actions ; atf:contentLoaded false ;
      atf:validFrom "2018-01-01"^^xsd:date ; atf:validThrough "2020-12-31"^^xsd:date .
    ex:late a atf:PolicyDocument ; eli:type_document type:action-plan ; dcterms:isPartOf ex:actions ; atf:contentLoaded true ;
      atf:validFrom "2021-01-01"^^xsd:date ; atf:validThrough "2022-12-31"^^xsd:date ."""
    text = ONE + ACTIONS + REFERS + parts
    assert waits(tmp_path, text, as_of=date(2020, 6, 1)) == {"early"}
    assert waits(tmp_path, text, as_of=date(2021, 6, 1)) == set()


def test_after_the_end_of_its_strategy_a_plan_that_has_ended_says_nothing_of_today(tmp_path: Path) -> None:
    ended = 'atf:validThrough "2020-12-31"^^xsd:date'
    early = f"ex:early a atf:PolicyDocument ; eli:type_document type:action-plan ; atf:contentLoaded false ; {ended} ."
    text = PLAN + OWNERS + "ex:plan atf:refersTo ex:early ." + early
    # The functions that nobody holds stand in the strategy, which ends with 2022.
    assert waits(tmp_path, text, "GAP-011", as_of=date(2020, 6, 1)) == {"early"}
    assert waits(tmp_path, text, "GAP-011", as_of=date(2026, 11, 24)) == set()
    new = early.replace("ex:early", "ex:new").replace("2020-12-31", "2026-12-31")
    assert waits(tmp_path, text + new, "GAP-011", as_of=date(2026, 11, 24)) == {"new"}
    endless = early.replace("ex:early", "ex:endless").replace(f" ; {ended}", "")
    assert waits(tmp_path, text + endless, "GAP-011", as_of=date(2026, 11, 24)) == {"endless"}


def test_a_collection_ends_with_its_parts_unless_it_has_a_last_day_of_its_own(tmp_path: Path) -> None:
    part = """ex:early a atf:PolicyDocument ; eli:type_document type:action-plan ; dcterms:isPartOf ex:actions ;
      atf:contentLoaded false ; atf:validThrough "2020-12-31"^^xsd:date ."""
    dated = ACTIONS.replace("atf:contentLoaded", 'atf:validThrough "2022-12-31"^^xsd:date ; atf:contentLoaded')
    assert waits(tmp_path, ONE + REFERS + ACTIONS + part, as_of=date(2021, 6, 1)) == set()
    assert waits(tmp_path, ONE + REFERS + dated + part, as_of=date(2021, 6, 1)) == {"actions"}


def test_a_whole_document_and_an_institution_wait_for_it_too(tmp_path: Path) -> None:
    assert waits(tmp_path, PLAN + ACTIONS + REFERS) == {"actions"}
    listed = "ex:plan atf:listsAsResponsible ex:port . ex:port a atf:Institution ."
    assert waits(tmp_path, PLAN + OWNERS + listed + ACTIONS + REFERS, "GAP-007") == {"actions"}


def test_a_function_of_no_document_waits_for_what_the_valid_documents_refer_to(tmp_path: Path) -> None:
    assert waits(tmp_path, PLAN + OWNERS + ACTIONS + REFERS, "GAP-011") == {"actions"}
    assert waits(tmp_path, PLAN + OWNERS + ACTIONS, "GAP-011") == set()


def test_a_rule_that_rests_on_no_absence_waits_for_nothing(tmp_path: Path) -> None:
    text = PLAN + OWNERS + ACTIONS + REFERS
    text += 'ex:act a atf:NationalAct ; eli:date_no_longer_in_force "2015-01-01"^^xsd:date . ex:duty atf:legalBasis ex:act .'
    assert waits(tmp_path, text, "LAW-001") == set()


def test_things_that_are_parts_of_each_other_do_not_hang(tmp_path: Path) -> None:
    ring = "ex:one dcterms:isPartOf ex:two . ex:two dcterms:isPartOf ex:one ."
    assert waits(tmp_path, ONE + ACTIONS + REFERS + ring) == {"actions"}


def test_a_function_waits_for_what_is_valid_and_not_loaded_where_nothing_loaded_is_valid(tmp_path: Path) -> None:
    later = """ex:later a atf:PolicyDocument ; eli:type_document type:action-plan ; atf:contentLoaded false ;
      atf:validFrom "2024-01-01"^^xsd:date ; atf:validThrough "2026-12-31"^^xsd:date .
    ex:all a atf:PolicyDocument ; eli:type_document type:action-plan ; atf:contentLoaded false . ex:later dcterms:isPartOf ex:all ."""
    text = PLAN + OWNERS + later
    assert waits(tmp_path, text, "GAP-011", as_of=date(2024, 6, 1)) == {"later"}
    assert waits(tmp_path, text, "GAP-012", as_of=date(2024, 6, 1)) == {"later"}
    assert waits(tmp_path, text, "GAP-011", as_of=date(2023, 6, 1)) == {"all"}
    assert waits(tmp_path, text, "GAP-011", as_of=DAY) == set(), "the loaded plan of that day does not refer to it"
