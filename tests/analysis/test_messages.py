"""Findings in a sentence: labels in both languages, numbers as Romanian counts them, no IRI."""

from dataclasses import replace
from datetime import date

import pytest
from pyoxigraph import Literal, NamedNode

from api.analysis.findings import Finding
from api.analysis.messages import Teller
from tests.analysed import EX, rules

LABELS = {
    f"{EX}a": {"en": "Port Office", "ro": "Oficiul Portului"},
    f"{EX}x": {"en": "Light the quays", "ro": "Iluminarea cheiurilor"},
}
TELLER = Teller(LABELS, {f"{EX}a"}, date(2022, 12, 31), date(2026, 11, 24))


def finding(message: str, *values: str, focus: str = "x", **changes: object) -> Finding:
    rule = replace(
        rules().by_id["GAP-001"],
        message={"en": message, "ro": message},
        document_message={"en": message, "ro": message},
    )
    terms = tuple(NamedNode(EX + value) for value in values)
    return replace(Finding(rule, NamedNode(EX + focus), terms), **changes)  # type: ignore[arg-type]


def told(message: str, *values: str, lang: str = "en", **changes: object) -> str:
    return TELLER.message(finding(message, *values, **changes))[lang]  # type: ignore[arg-type]


def test_bodies_stand_by_their_name_and_everything_else_in_quotation_marks() -> None:
    assert told("{value1} and {focus}.", "a") == "Port Office and “Light the quays”."
    assert told("{value1} și {focus}.", "a", lang="ro") == "Oficiul Portului și „Iluminarea cheiurilor”."


def test_what_has_no_label_is_called_by_the_end_of_its_iri() -> None:
    assert told("{focus}.", focus="unknown") == "“unknown”."


def test_values_are_listed_and_many_are_counted() -> None:
    assert told("{values}.", "a", "x") == "Port Office and “Light the quays”."
    assert told("{values}.", *"abcdefg") == "Port Office, “b”, “c”, “d” and 3 more."
    assert told("{values}.", *"abcdefg", lang="ro").endswith("„d” și încă 3.")


@pytest.mark.parametrize(
    ("number", "says"),
    [(3, "Cele 3 obiective"), (19, "Cele 19 obiective"), (20, "Cele 20 de obiective"), (101, "Cele 101 obiective")],
)
def test_romanian_counts_with_de_from_twenty(number: int, says: str) -> None:
    assert told("cele {count} obiective.", *map(str, range(number)), lang="ro", collapsed=True) == f"{says}."
    assert told("În total: {count}.", *map(str, range(number)), lang="ro", collapsed=True) == f"În total: {number}."


def test_degrees_days_and_variants_are_in_the_language_of_the_reader() -> None:
    variant = {"en": "; only a source", "ro": "; numai sursa"}
    assert told("{degree} on {asOf}, {today}{variant}.", degree="overlap", variant=variant) == (
        "Overlap on 31 December 2022, 24 November 2026; only a source."
    )
    assert told("{degree} la {asOf}{variant}.", lang="ro", degree="overlap", variant=variant) == (
        "Suprapunere la 31 decembrie 2022; numai sursa."
    )
    assert told("{variant}.", variant={"": "8 / 7"}) == "8 / 7."


def test_what_is_unverified_says_so_once() -> None:
    assert told("Nothing is recorded.", unverified=True) == "Nothing is recorded (unverified)."
    assert told("Nothing (unverified).", unverified=True) == "Nothing (unverified)."


def test_a_literal_is_a_value_too() -> None:
    one = replace(finding("{values}."), values=(Literal("Agenția"),))
    assert TELLER.message(one)["ro"] == "„Agenția”."


def test_a_rule_without_a_sentence_is_told_by_its_name() -> None:
    one = finding("")
    bare = replace(one, rule=replace(one.rule, message={}))
    assert TELLER.message(bare)["en"] == "Specific objective with no responsible institution: “Light the quays”."


def test_the_remedy_of_many_speaks_of_each_of_them() -> None:
    one = finding("x", "a", "b", "c")
    remedy = replace(one, rule=replace(one.rule, remedy={"en": "Name {focus}.", "ro": "Numiți {focus}."}))
    assert TELLER.remedy(remedy)["en"] == "Name “Light the quays”."
    assert TELLER.remedy(replace(remedy, collapsed=True)) == {
        "en": "Name each of them.",
        "ro": "Numiți fiecare dintre acestea.",
    }


def test_a_place_that_nothing_fills_leaves_no_brace() -> None:
    assert told("{focus}{value2}.") == "“Light the quays”."
