"""Deadlines and periods in Romanian and English forms."""

from datetime import date

import pytest

from api.intake.cells import Cell
from api.intake.deadlines import read_deadline
from api.intake.faults import Place, Remarks
from api.intake.periods import read_period, written

PLACE = Place("Plan", 4, 4)


@pytest.mark.parametrize(
    ("value", "dates", "recurrences"),
    [
        ("Anual", [], ["annual"]),
        ("annually", [], ["annual"]),
        ("trimestrial", [], ["quarterly"]),
        ("semestrial", [], ["half-yearly"]),
        ("lunar", [], ["monthly"]),
        ("Permanent", [], ["continuous"]),
        ("pe toată durata planului", [], ["continuous"]),
        (date(2019, 12, 31), ["2019-12-31"], []),
        ("31.12.2019", ["2019-12-31"], []),
        ("31/12/2019", ["2019-12-31"], []),
        ("2019-12-31", ["2019-12-31"], []),
        ("31 decembrie 2019", ["2019-12-31"], []),
        ("31 dec. 2019", ["2019-12-31"], []),
        ("December 31, 2019", ["2019-12-31"], []),
        ("31st of December 2019", ["2019-12-31"], []),
        ("decembrie 2019", ["2019-12-31"], []),
        ("februarie 2020", ["2020-02-29"], []),
        ("martie-iunie 2019", ["2019-06-30"], []),
        ("01.01.2019 - 31.12.2019", ["2019-12-31"], []),
        ("trim. IV 2019", ["2019-12-31"], []),
        ("trimestrul II al anului 2019", ["2019-06-30"], []),
        ("Q3 2019", ["2019-09-30"], []),
        ("semestrul I 2020", ["2020-06-30"], []),
        ("2019", ["2019-12-31"], []),
        (2019, ["2019-12-31"], []),
        ("2018-2020", ["2020-12-31"], []),
        ("anual, până la 31.12.2020", ["2020-12-31"], ["annual"]),
        ("31.12.19", ["2019-12-31"], []),
        ("12/31/2019", ["2019-12-31"], []),
        ("până la sfârșitul anului 2019", ["2019-12-31"], []),
        ("sfârșitul trimestrului II 2019", ["2019-06-30"], []),
        ("Trim III-IV 2019", ["2019-12-31"], []),
        ("pe toată durata strategiei", [], ["continuous"]),
        ("anual, până la 18 octombrie", [], ["annual"]),
        ("30.06.2019 și 31.12.2019", ["2019-06-30", "2019-12-31"], []),
    ],
)
def test_deadlines(value: str | int | date, dates: list[str], recurrences: list[str], remarks: Remarks) -> None:
    found = read_deadline(Cell(value), PLACE, remarks)
    assert ([day.isoformat() for day in found.dates], found.recurrences) == (dates, recurrences)
    assert remarks.faults() == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("cândva", 'Plan!D4: "cândva" is neither a date nor a recurrence. Write a date (31.12.2019, decembrie 2019, trim. IV 2019) or a recurrence (anual, trimestrial, permanent).'),
        ("31.02.2019", 'Plan!D4: "31.02.2019" is no day of the calendar. Write it as 31.12.2019.'),
        ("13/31/2019", 'Plan!D4: "13/31/2019" is no day of the calendar. Write it as 31.12.2019.'),
        ("43465", 'Plan!D4: "43465" looks like a date stored as a number. Give the cell the format of a date.'),
    ],
)  # fmt: skip
def test_what_is_no_deadline_is_named(text: str, line: str, remarks: Remarks) -> None:
    read_deadline(Cell(text), PLACE, remarks)
    assert [one.line() for one in remarks.faults()] == [line]


def test_what_is_lost_of_a_deadline_is_said(remarks: Remarks) -> None:
    read_deadline(Cell("12/31/2019"), PLACE, remarks)
    read_deadline(Cell("octombrie, anual"), PLACE, remarks)
    assert [one.line() for one in remarks.notices()] == [
        'Plan!D4: "12/31/2019" is read as 2019-12-31: the month before the day.',
        'Plan!D4: "octombrie, anual" is read as a recurrence; the day of the year is not recorded.',
    ]


def test_a_date_with_two_readings_is_read_day_first_and_said(remarks: Remarks) -> None:
    assert read_deadline(Cell("03/04/2019"), PLACE, remarks).dates == [date(2019, 4, 3)]
    assert [one.line() for one in remarks.notices()] == [
        'Plan!D4: "03/04/2019" is read as 2019-04-03: the day before the month.'
    ]


@pytest.mark.parametrize(
    ("text", "first", "last", "short"),
    [
        ("2018-2020", "2018-01-01", "2020-12-31", "2018-2020"),
        ("2018 – 2020", "2018-01-01", "2020-12-31", "2018-2020"),
        ("2019", "2019-01-01", "2019-12-31", "2019"),
        ("2018-07-01/2019-06-30", "2018-07-01", "2019-06-30", "2018-07-01/2019-06-30"),
        ("sem. I 2019", "2019-01-01", "2019-06-30", "2019-01-01/2019-06-30"),
        ("H2 2019", "2019-07-01", "2019-12-31", "2019-07-01/2019-12-31"),
        ("2019-Q2", "2019-04-01", "2019-06-30", "2019-04-01/2019-06-30"),
        ("ianuarie-iunie 2019", "2019-01-01", "2019-06-30", "2019-01-01/2019-06-30"),
        ("01.07.2019 – 31.12.2019", "2019-07-01", "2019-12-31", "2019-07-01/2019-12-31"),
        ("iunie 2019", "2019-06-01", "2019-06-30", "2019-06-01/2019-06-30"),
    ],
)
def test_periods(text: str, first: str, last: str, short: str) -> None:
    found = read_period(text)
    assert found == (date.fromisoformat(first), date.fromisoformat(last))
    assert written(found) == short


@pytest.mark.parametrize(
    "text", ["", "2020-2018", "sem. III 2019", "demult", "2019-13-01/2019-14-01", "31.02.2019-30.06.2019"]
)
def test_what_is_no_period(text: str) -> None:
    assert read_period(text) is None
