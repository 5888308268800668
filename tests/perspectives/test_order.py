"""Names in the order of the Romanian alphabet."""

from api.perspectives.order import alphabetical


def test_marked_letters_follow_the_plain_ones() -> None:
    names = [
        "Țara",
        "Timiș",
        "Tulcea",
        "Șomaj",
        "Suceava",
        "Sălaj",
        "Satu Mare",
        "zi",
        "Înscris",
        "Iași",
        "Argeș",
        "Ăsta",
    ]
    expected = [
        "Argeș",
        "Ăsta",
        "Iași",
        "Înscris",
        "Satu Mare",
        "Sălaj",
        "Suceava",
        "Șomaj",
        "Timiș",
        "Tulcea",
        "Țara",
        "zi",
    ]
    assert sorted(names, key=alphabetical) == expected


def test_case_does_not_count() -> None:
    assert alphabetical("IGI") == alphabetical("igi")
