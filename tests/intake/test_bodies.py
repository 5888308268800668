"""Bodies in a cell: several, run together, through others, by name or acronym, in and out of their time."""

from datetime import date

import pytest

from api.intake.bodies import read_bodies
from api.intake.faults import Place, Remarks
from api.intake.framework import Framework
from api.intake.names import Names

PLACE = Place("Plan", 4, 5)


def read(framework: Framework, text: str, remarks: Remarks, years: tuple[int, int] = (2018, 2020)) -> list[str]:
    names = Names(framework, date(years[0], 1, 1), date(years[1], 12, 31))
    found = read_bodies(text, names, PLACE, remarks)
    return [
        one.body.slug
        + (f">{'+'.join(body.slug for body in one.through)}" if one.through else "")
        + (f":{one.role}" if one.role else "")
        for one in found
    ]


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("ANITP, MEN, MTS", ["anitp", "men", "mts"]),
        ("ANITP; MEN\nMTS / MAE", ["anitp", "men", "mts", "mae"]),
        ("ANITPMENMTS", ["anitp", "men", "mts"]),
        ("MMJS prin ANOFM, IGPR", ["mmjs>anofm", "igpr"]),
        ("MAI prin IGPR și ANITP", ["mai>igpr+anitp"]),
        ("MAI (prin IGPR, ANITP), MEN", ["mai>igpr+anitp", "men"]),
        ("MMJS through ANOFM", ["mmjs>anofm"]),
        ("MMJSprinANOFM", ["mmjs>anofm"]),
        ("ONG", ["ngo"]),
        ("ONG-uri", ["ngo"]),
        ("NGOs", ["ngo"]),
        ("Ministerul Afacerilor Interne (MAI)", ["mai"]),
        ("bugetul Ministerului Educaţiei Naţionale", ["men"]),
        ("ministerul educatiei nationale", ["men"]),
        ("National Agency against Trafficking in Persons and Ministry of Youth and Sports", ["anitp", "mts"]),
        ("ANITP (coordonator), MEN (principal)", ["anitp:coordinator", "men:principal"]),
    ],
)
def test_bodies_of_a_cell(framework: Framework, remarks: Remarks, text: str, bodies: list[str]) -> None:
    assert read(framework, text, remarks) == bodies
    assert remarks.faults() == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("ANIPT", 'Plan!E4: "ANIPT" is no body that the graph knows by this name. Perhaps: ANITP, ANPD.'),
        ("Ministerul Muncii", 'Plan!E4: "Ministerul Muncii" is no body that the graph knows by this name. Perhaps: Ministerul Muncii și Justiției Sociale, Ministerul Muncii și Protecției Sociale.'),
        ("XYZW", 'Plan!E4: "XYZW" is no body that the graph knows by this name. Write a name that the graph has, or propose the body in data/ first.'),
        ("Registrul", 'Plan!E4: "Registrul" fits more than one body. Perhaps: Registrul de Nord, Registrul de Sud.'),
        ("ABCDA", 'Plan!E4: "ABCDA" can be read as several lists of acronyms. Perhaps: AB + CDA, ABC + DA.'),
        ("prin ANOFM", 'Plan!E4: "prin ANOFM" says through whom, but not who. Write the body before the word.'),
    ],
)  # fmt: skip
def test_what_no_body_matches_is_an_error_with_suggestions(
    framework: Framework, remarks: Remarks, text: str, line: str
) -> None:
    read(framework, text, remarks)
    assert [one.line() for one in remarks.faults()] == [line]


def test_a_body_that_did_not_exist_then_is_an_error_that_names_the_one_that_did(
    framework: Framework, remarks: Remarks
) -> None:
    assert read(framework, "ANPD", remarks, (2021, 2022)) == []
    assert [one.line() for one in remarks.faults()] == [
        'Plan!E4: "ANPD" names Authority for People with Disabilities, which did not exist in '
        "2021-01-01–2022-12-31 (…–2020-01-08). Perhaps: Autoritatea comasată."
    ]
    assert remarks.faults()[0].line("ro").startswith('Plan!E4: "ANPD" numește')


def test_a_body_that_existed_in_a_part_of_the_period_is_read(framework: Framework, remarks: Remarks) -> None:
    assert read(framework, "ANPD, ANDPDCA", remarks) == ["anpd", "andpdca"]


@pytest.mark.parametrize(
    "text", ["Ion Popescu", "ANITP, dl. Ion Popescu", "ANITP, tel. 0721 234 567", "ion@anitp.example"]
)
def test_persons_are_refused_and_not_repeated(framework: Framework, remarks: Remarks, text: str) -> None:
    read(framework, text, remarks)
    assert [one.line() for one in remarks.faults()] == [
        "Plan!E4: looks like a person's name or contact, which is not recorded; the value is withheld. Name the body instead."
    ]
    assert not any(word in str(one.public()) for one in remarks.faults() for word in ("Popescu", "0721", "ion@"))
