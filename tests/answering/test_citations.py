"""Citations: place, lines, words where the edition is at hand, and the line to cite by."""

from collections.abc import Iterator

import pytest

from api.answering.citations import Citation, citations_of, written_date
from api.answering.edition import Editions
from tests.small import FIXTURES, ID, Small, framework


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    with framework(tmp_path_factory.mktemp("build")) as found:
        yield found


def cite(small: Small, iri: str, editions: Editions | None = None) -> Citation:
    return small.run(citations_of(small.store, editions or Editions(FIXTURES), [iri]))[iri]


def test_a_passage_is_cited_by_document_act_gazette_section_and_lines(small: Small) -> None:
    found = cite(small, f"{ID}passage/harbour-plan-i-a-2")
    assert found.public() == {
        "passage": f"{ID}passage/harbour-plan-i-a-2",
        "identifier": "I.A.2",
        "lines": [4, 4],
        "quote": "2. The Pilot Service gives shelter to foreign sailors.",
        "cite": {
            "en": "Harbour Plan 2018-2022 (HG 1/2018, M.Of. 949 of 9 November 2018), I.A.2, "
            "line 4 of the English translation",
            "ro": "Planul porturilor 2018-2022 (HG 1/2018, M.Of. 949 din 9 noiembrie 2018), I.A.2, "
            "rândul 4 din traducerea în limba engleză",
        },
    }


def test_a_statement_is_cited_by_its_own_narrower_lines(small: Small) -> None:
    found = cite(small, f"{ID}responsibility/coordination")
    assert found.passage == f"{ID}passage/harbour-plan-i-a"
    assert found.lines == (3, 3)
    assert found.quote is not None
    assert found.quote.startswith("1. The Harbour Agency")
    assert found.cite["en"].endswith("I.A, line 3 of the English translation")


def test_without_the_edition_the_place_is_given_and_no_words(small: Small) -> None:
    found = cite(small, f"{ID}passage/harbour-plan-i", Editions(None))
    assert "quote" not in found.public()
    assert found.lines == (1, 5)
    assert found.cite["ro"].endswith("I, rândurile 1-5 din traducerea în limba engleză")


def test_a_document_an_act_and_a_page_are_cited_without_lines(small: Small) -> None:
    document = cite(small, f"{ID}document/harbour-plan")
    assert document.cite["en"] == "Harbour Plan 2018-2022 (HG 1/2018, M.Of. 949 of 9 November 2018)"
    assert cite(small, f"{ID}document/harbour-plan-2024").cite["ro"] == "Planul porturilor 2024-2028"
    assert (
        cite(small, f"{ID}act/hg-1-2018").cite["en"] == "Government Decision no. 1/2018, M.Of. 949 of 9 November 2018"
    )
    assert cite(small, "https://example.org/gazette").public() == {
        "cite": {"en": "https://example.org/gazette", "ro": "https://example.org/gazette"}
    }
    assert cite(small, f"{ID}act/law-7-2001").cite["en"] == "Law no. 7/2001, OJ L 101, 15.4.2011, p. 1-11"
    assert (document.passage, document.lines, document.quote) == (None, None, None)


def test_dates_are_written_in_words() -> None:
    assert written_date("2018-11-09", "en") == "9 November 2018"
    assert written_date("2018-03-01", "ro") == "1 martie 2018"


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("The pilots sail.", "The pilots sail."),
        ("and the pilots sail.", "… and the pilots sail."),
        ("The pilots sail and", "The pilots sail and …"),
        (None, None),
    ],
)
def test_a_cut_quote_is_marked(quote: str | None, shown: str | None) -> None:
    assert Citation(passage=None, identifier=None, lines=None, quote=quote, cite={}).excerpt == shown
