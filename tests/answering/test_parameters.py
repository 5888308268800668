"""Parameters: what a value may be, how a thing is named, and what a wrong one is told."""

from collections.abc import Iterator

import pytest
from pyoxigraph import Literal, NamedNode

from api.answering.folding import fold
from api.answering.parameters import MAX_STRING, short
from api.answering.question import Term
from api.errors import ParameterError
from tests.small import ID, SCHEME, Small, framework

XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    with framework(tmp_path_factory.mktemp("build")) as found:
        yield found


def read(small: Small, question: str, *pairs: tuple[str, str]) -> dict[str, Term]:
    return small.run(small.answerer.parameters(small.questions[question], pairs))


def refused(small: Small, question: str, *pairs: tuple[str, str]) -> ParameterError:
    with pytest.raises(ParameterError) as caught:
        read(small, question, *pairs)
    assert caught.value.status == 422
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        f"{ID}institution/harbour-agency",
        "institution/harbour-agency",
        "id/institution/harbour-agency",
        "harbour-agency",
        "id:institution/harbour-agency",
        "HA",
        "ha",
        "Harbour Agency",
        "agentia porturilor",
        "Agenţia Porturilor",
        "  harbour-agency  ",
    ],
)
def test_a_thing_is_named_by_iri_short_id_or_any_of_its_names(small: Small, text: str) -> None:
    terms = read(small, "duties-of-an-institution", ("institution", text))
    assert terms["institution"] == NamedNode(f"{ID}institution/harbour-agency")


def test_a_thing_is_named_by_the_number_that_the_text_gives_it(small: Small) -> None:
    assert (
        read(small, "what-a-passage-says", ("passage", "I.A.2"))["passage"].value == f"{ID}passage/harbour-plan-i-a-2"
    )
    assert read(small, "facts-about-an-act", ("act", "7/2001"))["act"].value == f"{ID}act/law-7-2001"


def test_a_concept_is_named_within_its_scheme(small: Small) -> None:
    terms = read(
        small,
        "which-institution-holds-a-function",
        ("function", "accommodation"),
        ("target-group", "sailors"),
    )
    assert terms["function"].value == f"{SCHEME}function/accommodation"
    assert terms["target-group"].value == f"{SCHEME}target-group/sailors"
    error = refused(small, "duties-towards-a-target-group", ("target-group", "function/accommodation"))
    assert error.message == "'function/accommodation' is in the graph, but it is no target-group."


def test_a_class_is_met_by_its_subclasses_only(small: Small) -> None:
    assert read(small, "which-act-ratifies-a-treaty", ("treaty", "sea-treaty"))
    error = refused(small, "which-act-ratifies-a-treaty", ("treaty", "act/law-7-2001"))
    assert error.message == "'act/law-7-2001' is in the graph, but it is no Treaty."
    assert error.extra["parameter"] == "treaty"


def test_a_name_that_is_none_is_told_with_near_ones(small: Small) -> None:
    error = refused(small, "duties-of-an-institution", ("institution", "harbor-agency"))
    assert error.message == "No Institution 'harbor-agency' is in the graph."
    assert error.extra["suggestions"][0] == "institution/harbour-agency"
    assert "institution/harbour-agency" in error.hint
    assert refused(small, "duties-of-an-institution", ("institution", "zzzz")).extra["suggestions"] == []


def test_a_name_of_several_things_is_not_guessed(small: Small) -> None:
    error = refused(small, "facts-about-an-act", ("act", "ministry"))
    assert error.extra["parameter"] == "act"


def test_any_thing_will_do_where_no_class_is_wanted(small: Small) -> None:
    for text in (
        f"{ID}edition/harbour-plan-en",
        "http://data.europa.eu/nuts/code/RO111",
        "https://example.org/gazette",
    ):
        assert read(small, "where-a-statement-comes-from", ("thing", text))["thing"] == NamedNode(text)
    assert "no " not in refused(small, "where-a-statement-comes-from", ("thing", "https://example.org/none")).hint


@pytest.mark.parametrize(
    "text",
    [
        "x> } ; DROP ALL #",
        '"} UNION {?s ?p ?o',
        "https://w3id.org/atf/id/institution/pilots> ?p ?o",
        "institution/pilots\\u003e",
        "javascript:alert(1)",
        "a\nb",
        "ș" * 1000,
        "x" * 1_000_000,
        "\u0000",
        "\ufffd",
        "../../etc/passwd",
    ],
)
def test_an_attack_is_a_name_that_is_none(small: Small, text: str) -> None:
    error = refused(small, "duties-of-an-institution", ("institution", text))
    assert error.extra["parameter"] == "institution"
    assert len(str(error)) < 1000


def test_unknown_missing_and_repeated_parameters_are_named(small: Small) -> None:
    error = refused(small, "duties-of-an-institution", ("institution", "pilots"), ("colour", "red"))
    assert error.extra["parameter"] == "colour"
    assert "institution, units, as-of" in error.hint
    error = refused(small, "duties-of-an-institution")
    assert error.message == "The parameter 'institution' is missing."
    assert refused(small, "duties-of-an-institution", ("institution", " ")).message == error.message
    error = refused(small, "duties-of-an-institution", ("institution", "pilots"), ("institution", "pilots"))
    assert error.message == "The parameter 'institution' is given more than once."
    assert "none" in refused(small, "which-facts-are-unverified", ("x", "y")).hint


def test_a_date_is_a_day_of_the_calendar(small: Small) -> None:
    given = read(small, "announced-actions", ("as-of", "2020-02-29"))
    assert given == {"as-of": Literal("2020-02-29", datatype=NamedNode(XSD + "date"))}
    for default in ((), (("as-of", ""),)):
        assert read(small, "announced-actions", *default)["as-of"].value == "2022-12-31"
    for text in (
        "2021-02-29",
        "31.12.2022",
        "20201231",
        "2020-1-1",
        "yesterday",
        "٢٠٢٠-٠١-٠١",
        "2020-01-01T00:00:00",
    ):
        assert refused(small, "announced-actions", ("as-of", text)).message == f"'{text}' is no date."


def test_an_enumeration_holds_its_values_only(small: Small) -> None:
    pair = ("institution", "pilots")
    assert read(small, "duties-of-an-institution", pair)["units"] == Literal("no")
    assert read(small, "duties-of-an-institution", pair, ("units", "yes"))["units"] == Literal("yes")
    assert refused(small, "duties-of-an-institution", pair, ("units", "perhaps")).hint == "It is one of: no, yes."


def test_words_are_plain_and_short(small: Small) -> None:
    text = 'șț "} UNION {'
    assert read(small, "which-institution-owns-by-words", ("words", text))["words"] == Literal(text)
    error = refused(small, "which-institution-owns-by-words", ("words", "a" * (MAX_STRING + 1)))
    assert error.extra == {"parameter": "words", "limit": MAX_STRING}
    for bad in ("a\u0000b", "a\ufffdb", "a\ud800b"):
        assert "plain text" in refused(small, "which-institution-owns-by-words", ("words", bad)).message


def test_folding_forgets_case_diacritics_and_space() -> None:
    assert fold("  Ședința   Ţării în Câmpia\tRomână ") == "sedinta tarii in campia romana"
    assert fold("Ş") == fold("Ș") == "s"


def test_short_names_are_those_that_a_parameter_takes() -> None:
    assert short(f"{ID}institution/anitp") == "institution/anitp"
    assert short(f"{SCHEME}role/lead") == "role/lead"
    assert short("https://w3id.org/atf/graph/catalog") == "graph/catalog"
    assert short("http://data.europa.eu/eli/dir/2011/36/oj") == "http://data.europa.eu/eli/dir/2011/36/oj"


def test_any_thing_is_named_by_its_slug_too(small: Small) -> None:
    assert read(small, "where-a-statement-comes-from", ("thing", "hg-1-2018"))["thing"] == NamedNode(
        f"{ID}act/hg-1-2018"
    )
    error = refused(small, "where-a-statement-comes-from", ("thing", "pilots"))
    assert error.extra["suggestions"] == ["institution/pilots", "listing/pilots"]


def test_the_address_of_another_publisher_suggests_nothing_of_ours(small: Small) -> None:
    error = refused(small, "which-institution-holds-a-function", ("function", "https://example.org/compensatio"))
    assert error.extra["suggestions"] == []
