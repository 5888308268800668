"""Monitoring reports: rows matched to measures and indicators of the graph, as observations with their cells."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.intake.faults import UnreadableError
from api.intake.job import Job, run
from api.intake.proposal import Options
from api.settings import Settings
from tests.intake.conftest import dataset
from tests.intake.sheets import TITLE, plan, xlsx
from tests.intake.test_plan import about

Report = Callable[..., dict[str, Any]]
HEADER = (
    "Nr. crt.",
    "Activitate",
    "Indicatori",
    "Instituția raportoare",
    "Perioada de raportare",
    "Valoare",
    "Stadiu",
    "Dovezi",
    "Data transmiterii",
)


@pytest.fixture(scope="module")
def with_plan(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small framework with an imported plan of two measures."""
    folder = tmp_path_factory.mktemp("plan")
    rows = plan(
        (1, "Campanie", "număr de campanii\nnumăr de beneficiari", "anual", "ANITP, MEN", "MAE"),
        (2, "Seminar", "număr de seminarii", "anual", "MEN"),
    )
    file = folder / "plan.ttl"
    file.write_text(run(built, Job("import", Options("plan.xlsx"), findings=False), rows)["turtle"], encoding="utf-8")
    return dataset(folder / "build", ("plans/action-plan-2018-2020", file))


@pytest.fixture
def reporting(with_plan: Settings) -> Report:
    """Import a report on that plan."""

    def imported(*rows: tuple[Any, ...], title: str = TITLE, **options: Any) -> dict[str, Any]:
        data = xlsx((title,), HEADER, *rows, name="Raport")
        return run(with_plan, Job("import", Options("report.xlsx", "report", **options), findings=False), data)

    return imported


def test_a_row_becomes_exactly_these_statements(reporting: Report) -> None:
    found = reporting(
        (
            1,
            "Campanie",
            "număr de beneficiari",
            "ANITP",
            "sem. I 2019",
            "1.250",
            "realizată parțial",
            "raport intern nr. 5",
            "31.07.2019",
        )
    )
    report = "report/action-plan-2018-2020-2019-h1-anitp"
    passage = "passage/report-action-plan-2018-2020-2019-h1-anitp-raport-f3"
    assert about(found, "observation/action-plan-2018-2020-1-2-2019-h1-anitp") == {
        ("rdf:type", "http://purl.org/linked-data/cube#Observation"),
        (
            "skos:prefLabel",
            "National Agency against Trafficking in Persons: measure 1 of plan 2018-2020, 2019-01-01/2019-06-30@en",
        ),
        (
            "skos:prefLabel",
            "Agenția Națională Împotriva Traficului de Persoane: măsura 1 din planul 2018-2020, 2019-01-01/2019-06-30@ro",
        ),
        ("atf:observes", "indicator/action-plan-2018-2020-1-2"),
        ("dcterms:source", passage),
        ("http://purl.org/linked-data/sdmx/2009/dimension#refPeriod", "2019-01-01/2019-06-30"),
        ("http://purl.org/linked-data/sdmx/2009/measure#obsValue", "1250"),
        ("http://purl.org/linked-data/sdmx/2009/attribute#unitMeasure", "unit/persons"),
        ("atf:status", "measure-status/partly-achieved"),
        ("atf:evidenceNote", "raport intern nr. 5"),
    }
    assert about(found, report) == {
        ("rdf:type", "atf:MonitoringReport"),
        (
            "skos:prefLabel",
            "National Agency against Trafficking in Persons: report on plan 2018-2020, 2019-01-01/2019-06-30@en",
        ),
        (
            "skos:prefLabel",
            "Agenția Națională Împotriva Traficului de Persoane: raport privind planul 2018-2020, 2019-01-01/2019-06-30@ro",
        ),
        ("atf:reportsOn", "document/action-plan-2018-2020"),
        ("atf:reportedBy", "institution/anitp"),
        ("atf:validFrom", "2019-01-01"),
        ("atf:validThrough", "2019-06-30"),
        ("atf:receivedOn", "2019-07-31"),
    }
    assert {("dcterms:identifier", "Raport!F3"), ("eli:is_part_of", report)} <= about(found, passage)
    assert about(found, "measure/action-plan-2018-2020-1") == {("atf:status", "measure-status/partly-achieved")}
    assert found["name"] == "report-action-plan-2018-2020-2019-h1-anitp"


def test_a_measure_by_its_words_and_its_only_indicator(reporting: Report) -> None:
    found = reporting(
        (None, "seminar", None, "MEN", "2019", 4, "", ""), (2, None, None, "MEN", "2020", None, "realizată", "")
    )
    assert ("atf:observes", "indicator/action-plan-2018-2020-2-1") in about(
        found, "observation/action-plan-2018-2020-2-1-2019-men"
    )
    assert ("atf:observes", "measure/action-plan-2018-2020-2") in about(
        found, "observation/action-plan-2018-2020-2-2020-men"
    )
    assert found["name"] == "report-action-plan-2018-2020-2019-2020-men"


def test_the_period_of_the_command_holds_for_rows_without_one(reporting: Report) -> None:
    found = reporting((2, None, None, "MEN", None, 4), period="sem. II 2019")
    assert ("atf:validFrom", "2019-07-01") in about(found, "report/action-plan-2018-2020-2019-h2-men")


@pytest.mark.parametrize(
    ("row", "lines"),
    [
        ((9, None, None, "MEN", "2019", 4), ['Raport!A3: "9" is no measure of action-plan-2018-2020. The plan has the measures: 1, 2.']),
        ((1, None, "număr de autobuze", "MEN", "2019", 4), ['Raport!C3: "număr de autobuze" is no indicator of this measure. Perhaps: număr de beneficiari, număr de campanii.']),
        ((2, None, None, None, "2019", 4), ["Raport!3: The row does not say which institution reports."]),
        ((2, None, None, "MENN", "2019", 4), ['Raport!D3: "MENN" is no body that the graph knows by this name. Perhaps: MEN, ME.']),
        ((2, None, None, "MEN", "demult", 4), ['Raport!E3: "demult" is no period. Write it as 2019, sem. I 2019, trim. II 2019 or two dates.']),
        ((2, None, None, "MEN", "2019", "multe"), ['Raport!F3: "multe" is no number. Write digits only; the unit belongs to the indicator.']),
        ((2, None, None, "MEN", "2019", 4, "cam gata"), ['Raport!G3: "cam gata" is no status of a measure. Write realizat, realizat parțial, nerealizat, în curs, planificat, recurent or înlocuit.']),
        ((2, None, None, "MEN", "2019"), ["Raport!3: The row gives neither a value nor a status."]),
        ((1, None, "număr de beneficiari", "MEN", "2019", 7), ["Raport!F3: counts fewer than 11 people, which can make them known. Report it as 'fewer than 11' in the evidence, or for a longer period."]),
        ((2, None, None, "MEN", "2019", 40, "", "dna Maria Ionescu"), ["Raport!H3: looks like a person's name or contact, which is not recorded; the value is withheld. Name the body instead."]),
        ((2, None, None, "MEN", "2019", "=2+2"), ['Raport!F3: "=2+2" is a formula, which is not evaluated. Paste the value in its place.', "Raport!3: The row gives neither a value nor a status."]),
    ],
)  # fmt: skip
def test_every_fault_is_told_with_its_cell(reporting: Report, row: tuple[Any, ...], lines: list[str]) -> None:
    assert sorted(one["line"] for one in reporting(row)["errors"]) == sorted(lines)


def test_a_report_on_a_plan_without_measures_is_refused(reporting: Report) -> None:
    with pytest.raises(UnreadableError) as caught:
        reporting((1, None, None, "MEN", "2019", 4), title="Raport privind planul 2024-2026")
    assert str(caught.value) == (
        "The graph holds no measures of action-plan-2024-2026, so a report on it cannot be matched. "
        "Import the plan first, or name another: --plan."
    )


def test_a_sheet_that_is_no_report_is_refused(with_plan: Settings, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="no row names a measure and the value"):
        run(with_plan, Job("import", Options("x.xlsx", "report")), xlsx(("a", "b"), ("c", "d")))


def test_two_rows_on_one_thing_are_read_once_or_are_a_fault(reporting: Report) -> None:
    same = reporting((2, None, None, "MEN", "2019", 40), (2, None, None, "MEN", "2019", 40))
    assert same["errors"] == []
    assert "Raport!4: The row repeats row 3 and is read once." in [one["line"] for one in same["notices"]]
    other = reporting((2, None, None, "MEN", "2019", 40), (2, None, None, "MEN", "2019", 41))
    assert [one["line"] for one in other["errors"]] == [
        "Raport!4: The row differs from row 3 on the same measure, indicator, institution and period. Keep one of the two."
    ]


def test_a_row_is_the_report_of_one_institution(reporting: Report) -> None:
    found = reporting((2, None, None, "MEN, ANITP", "2019", 40))
    assert [one["line"] for one in found["errors"]] == [
        'Raport!D3: "MEN, ANITP" names several institutions, and a row is the report of one. Write a row for each.'
    ]


def test_a_period_outside_the_plan_and_a_report_before_the_end_are_said(reporting: Report) -> None:
    found = reporting(
        (2, None, None, "MEN", "2025", 40), (2, None, None, "MEN", "sem. I 2019", 40, None, None, "01.03.2019")
    )
    said = [one["line"] for one in found["notices"]]
    assert 'Raport!E3: "2025" lies outside the period of the plan (2018-2020).' in said
    assert 'Raport!I4: "01.03.2019" is not after the end of the period (2019-06-30).' in said
