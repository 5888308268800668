"""Words of a question: folding, stems, numbers, slips of the pen."""

import pytest

from api.ask.words import Spelling, normal, read, split, weight_of


def keys(text: str) -> frozenset[str]:
    [word] = read(text)
    return word.keys


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("repatriază", "repatrierea"),
        ("cazeaza", "cazarea"),
        ("copiilor", "copil"),
        ("şcolară", "școlară"),
        ("monitors", "monitoring"),
        ("labour", "labor"),
        ("women", "femei"),
        ("organised", "organized"),
    ],
)
def test_forms_of_a_word_find_each_other(one: str, other: str) -> None:
    assert keys(one) & keys(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("consiliere", "consiliul"), ("victims", "victimisation"), ("străin", "străinătate"), ("politica", "poliția")],
)
def test_words_that_only_look_alike_do_not(one: str, other: str) -> None:
    assert not keys(one) & keys(other)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Legea nr. 678 din 2001", "678/2001"),
        ("HG 1.238/2007", "1238/2007"),
        ("Directive 2011/36 / EU", "2011/36"),
        ("între 2012 și 2016", "2012-2016"),
        ("problema IV.11", "iv.11"),
    ],
)
def test_numbers_are_written_in_one_way(text: str, number: str) -> None:
    assert number in split(normal(text))


def test_a_slip_of_the_pen_is_corrected_and_another_word_is_left_alone() -> None:
    spelling = Spelling(["foreign", "committee", "responsibilities", "finds", "victims", "house"])
    for slip, meant in (("foriegn", "foreign"), ("comitee", "committee"), ("vicitms", "victims")):
        assert spelling.correct(slip) == meant
    for word in ("fines", "revoke", "istanbul", "horse"):
        assert spelling.correct(word) == word


def test_a_short_name_in_capitals_is_no_filler() -> None:
    assert [word.weight for word in read("ce face MAI")][-1] == 1.0
    assert weight_of("mai") == 0.0
