"""Answers: rows with labels and sources, the date they used, and what an empty one means."""

import csv
import io
from collections.abc import Iterator

import pytest

from tests.small import ID, SCHEME, Small, column, framework


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    with framework(tmp_path_factory.mktemp("build")) as found:
        yield found


def test_an_answer_names_holder_role_words_and_place(small: Small) -> None:
    answer = small.ask("which-institution-owns-a-thing", thing="function/accommodation")
    assert column(answer, "institution") == ["institution/pilots"]
    public = answer.public()
    assert list(public) == [
        "query", "params", "as_of", "dataset", "columns", "rows", "empty", "caveat", "sources", "truncated",
        "sparql",
    ]  # fmt: skip
    assert public["params"] == {"thing": f"{SCHEME}function/accommodation", "as-of": "2022-12-31"}
    assert (public["as_of"], public["truncated"]) == ("2022-12-31", False)
    assert len(public["dataset"]) == 64
    (row,) = public["rows"]
    assert row["institution"] == {
        "value": f"{ID}institution/pilots", "type": "uri", "label": "Pilot Service", "lang": "en",
    }  # fmt: skip
    assert row["kind"]["label"] == "stated"
    assert row["match"] == {
        "value": "itself",
        "type": "literal",
        "label": "about the thing itself",
        "lang": "en",
    }
    assert row["validFrom"]["datatype"] == "http://www.w3.org/2001/XMLSchema#date"
    assert row["statementRo"]["lang"] == "ro"
    assert "legalBasis" not in row
    assert public["sources"][row["source"]["value"]]["identifier"] == "I.A.2"
    assert public["sources"][row["duty"]["value"]]["quote"].endswith("foreign sailors.")


def test_labels_follow_the_reader(small: Small) -> None:
    (row,) = small.ask("which-institution-owns-a-thing", "ro", thing="function/accommodation").rows
    assert (row["institution"].label, row["institution"].lang) == ("Serviciul de Pilotaj", "ro")
    assert row["match"].label == "privește lucrul însuși"


def test_every_answer_says_its_date_and_that_the_document_has_expired_and_by_what_it_was_succeeded(
    small: Small,
) -> None:
    caveat = small.ask("announced-actions", as_of="2020-05-01").caveat
    assert "Answered as of 1 May 2020." in caveat.en
    assert "Harbour Plan 2018-2022 expired on 31 December 2022; it was succeeded by Harbour Plan 2024-2028" in caveat.en
    assert (
        "Planul porturilor 2018-2022 a expirat la 31 decembrie 2022; i-a succedat Planul porturilor 2024-2028"
        in caveat.ro
    )


def test_an_empty_answer_is_explained(small: Small) -> None:
    answer = small.ask("duties-of-an-institution", institution="lighthouses")
    assert answer.rows == []
    assert "No duty of this institution is recorded" in answer.public()["empty"]["en"]


def test_only_what_is_valid_on_the_day_counts(small: Small) -> None:
    for day, number in (("2017-12-31", 0), ("2018-01-01", 1), ("2022-12-31", 1), ("2023-01-01", 0)):
        assert len(small.ask("duties-of-an-institution", institution="pilots", as_of=day).rows) == number


@pytest.mark.parametrize(
    ("group", "fit"), [("foreign-sailors", "same"), ("sailors", "narrower"), ("captains", None)]
)  # fmt: skip
def test_a_group_is_met_by_itself_and_what_is_under_or_above_it(small: Small, group: str, fit: str | None) -> None:
    answer = small.ask("which-institution-holds-a-function", function="protection", target_group=group)
    assert column(answer, "fit") == ([fit] if fit else [])
    assert column(answer, "held") == (["function/accommodation"] if fit else [])


@pytest.mark.parametrize(
    "words",
    [
        "foreign sailors",
        "SHELTER abroad",
        "who houses sailors?",
        "cazarea marinarilor straini",
        "adăpost străini",
        "pilots",
    ],
)
def test_words_are_found_in_both_languages_in_any_order_and_form(small: Small, words: str) -> None:
    assert column(small.ask("which-institution-owns-by-words", words=words), "duty") == ["responsibility/shelter"]


@pytest.mark.parametrize("words", ["foreign captains", "the who", '" } UNION {', ".*", "(", "\\"])
def test_words_that_are_not_all_there_find_nothing(small: Small, words: str) -> None:
    assert small.ask("which-institution-owns-by-words", words=words).rows == []


def test_duties_of_units_are_given_on_request(small: Small) -> None:
    assert small.ask("duties-of-an-institution", institution="harbours").rows == []
    answer = small.ask("duties-of-an-institution", institution="harbours", units="yes")
    assert column(answer, "how") == ["unit"]
    assert column(answer, "holder") == ["institution/harbour-agency"]


def test_absences_name_what_was_searched(small: Small) -> None:
    without = small.ask("functions-without-a-holder")
    assert column(without, "function") == ["function/compensation", "function/reporting"]
    assert set(column(without, "source")) == {"passage/harbour-plan-i"}
    assert column(small.ask("duties-without-a-holder"), "duty") == ["responsibility/report"]
    named = small.ask("who-is-named-without-a-duty")
    assert column(named, "institution") == ["institution/lighthouses"]
    late = small.ask("functions-without-a-holder", as_of="2023-06-01")
    assert "function/accommodation" in column(late, "function")


def test_a_relation_stands_where_both_ends_are_named_and_never_borrows_another_source(small: Small) -> None:
    answer = small.ask("which-act-ratifies-a-treaty")
    assert column(answer, "act") == ["act/law-7-2001", "act/law-8-2001"]
    # The unverified ratification has no page; the text that names the treaty does not state it.
    assert column(answer, "source") == [
        "passage/harbour-plan-i-a",
        "https://w3id.org/atf/graph/framework/unsure",
    ]
    assert column(answer, "kind") == ["assertion-kind/stated", "assertion-kind/external"]


def test_facts_are_told_apart_by_who_says_them(small: Small) -> None:
    answer = small.ask("facts-about-an-act", act="law-7-2001")
    said = {row["property"].term.value.rpartition("#")[2]: row["kind"].label for row in answer.rows}
    assert said["date_document"] == "external"
    assert said["prefLabel"] == "stated"
    assert column(small.ask("which-facts-are-unverified"), "thing") == ["act/law-8-2001"] * 4


def test_equal_values_share_a_rank(small: Small) -> None:
    answer = small.ask("victims-of-a-county")
    assert column(answer, "rank") == ["1", "2", "2"]
    assert column(small.ask("victims-of-a-county", county="Eastport"), "rank") == ["2"]


def test_any_thing_can_be_traced(small: Small) -> None:
    answer = small.ask("where-a-statement-comes-from", thing="act/hg-1-2018")
    rows = [(row["kind"].label, row["source"].term.value) for row in answer.rows]
    assert ("external", "https://example.org/hg-1-2018") in rows
    answer = small.ask("where-a-statement-comes-from", thing="passage/harbour-plan-i")
    assert (column(answer, "source"), column(answer, "lastLine")) == (["passage/harbour-plan-i"], ["5"])


def test_csv_has_the_variables_as_headers_and_the_bare_values(small: Small) -> None:
    question = small.questions["duties-of-an-institution"]
    terms = small.run(small.answerer.parameters(question, [("institution", "pilots")]))
    result = small.run(small.answerer.csv(question, terms))
    assert result.body.endswith(b"\r\n")
    header, row = csv.reader(io.StringIO(result.body.decode()))
    assert header == list(question.columns)
    assert row[header.index("statementRo")] == "Piloții cazează marinarii străini."
    assert row[header.index("holder")] == f"{ID}institution/pilots"


def test_an_answer_shows_the_query_that_was_asked_and_it_gives_the_same_rows(small: Small) -> None:
    answer = small.ask("which-institution-owns-by-words", words='the "foreign" sailors')
    assert 'VALUES ?words { "the \\"foreign\\" sailors" }' in answer.sparql
    assert "@param" not in answer.sparql
    assert "?targetGroup {" not in answer.sparql
    answer = small.ask("duties-of-an-institution", institution="pilots")
    assert f"VALUES ?institution {{ <{ID}institution/pilots> }}" in answer.sparql
    rows = small.run(small.store.select(answer.sparql)).rows
    assert [row["duty"] for row in rows] == [row["duty"].term for row in answer.rows]


def test_an_answer_says_whether_the_document_stood_on_its_day(small: Small) -> None:
    early = small.ask("announced-actions", as_of="2015-05-01").caveat
    assert "On that day Harbour Plan 2018-2022 was not yet in force." in early.en
    assert "expired" not in early.en
    late = small.ask("announced-actions", as_of="2025-05-01").caveat
    assert "On that day Harbour Plan 2018-2022 was no longer in force" in late.en
    assert "În acea zi Planul porturilor 2018-2022 nu mai era în vigoare" in late.ro


def test_a_question_without_a_day_does_not_claim_one(small: Small) -> None:
    answer = small.ask("what-replaces-what")
    assert not answer.dated
    assert "Answered as of" not in answer.caveat.en
    assert "expired on 31 December 2022" in answer.caveat.en
    assert small.ask("announced-actions").dated


@pytest.mark.parametrize("words", ["harbours", "accommodating zebras", "forest", "sail"])
def test_a_word_is_met_by_its_inflections_and_not_by_another_word_that_begins_alike(small: Small, words: str) -> None:
    assert "responsibility/shelter" not in column(small.ask("which-institution-owns-by-words", words=words), "duty")


def test_what_the_function_is_called_comes_before_what_the_sentence_says(small: Small) -> None:
    for words, found in (("shelter", "1-function"), ("pilots", "3-names"), ("adăpost străini", "1-function")):
        assert column(small.ask("which-institution-owns-by-words", words=words), "found") == [found]


def test_a_duty_without_lines_of_its_own_is_no_source(small: Small) -> None:
    answer = small.ask("which-institution-owns-a-thing", thing="function/accommodation")
    rests_on = {row["source"].term.value for row in answer.rows}
    assert all(iri in rests_on or citation.lines for iri, citation in answer.sources.items())
