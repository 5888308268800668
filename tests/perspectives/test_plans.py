"""Two imported plans and a report: what the pages of comparison and of the calendar say of them."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.answering.answers import Answerer
from api.answering.edition import Editions
from api.answering.questions import load_questions
from api.errors import ParameterError
from api.graph.dataset import load_manifest
from api.intake.job import Job, run
from api.intake.proposal import Options
from api.perspectives.catalogue import PERSPECTIVES
from api.perspectives.desk import Desk
from api.perspectives.perspective import Perspective
from api.settings import ROOT, Settings
from api.sparql.store import open_store
from tests.intake.conftest import dataset
from tests.intake.sheets import xlsx
from tests.small import Small

HEADER = ("Nr.", "Obiectiv", "Activitate", "Indicatori", "Termen", "Responsabili", "Parteneri")
FIRST = (
    (1, "1.1", "Campanie", "n", "anual", "ANITP, MMJS", "MAE"),
    (2, "1.2", "Seminar", "n", "31.12.2019", "MEN", "MAI"),
)
SECOND = (
    (1, "1.1", "Campanie nouă", "n", "anual", "ANITP, MMPS, MAE", "ONG"),
    (2, "1.2", "Seminar nou", "n", "30.06.2022", "ME", None),
)
REPORT = (
    ("Nr. măsură", "Instituția", "Perioada", "Stadiul", "Data transmiterii"),
    (2, "MEN", "sem. I 2019", "realizat", "15.08.2019"),
)


def imported(settings: Settings, file: Path, *rows: Sequence[Any], **options: Any) -> tuple[str, Path]:
    """Write what a sheet proposes into a file, and return its graph and the file."""
    found = run(settings, Job("import", Options("sheet.xlsx", **options), findings=False), xlsx(*rows))
    assert found["errors"] == []
    file.write_text(found["turtle"], encoding="utf-8")
    return f"plans/{found['name']}", file


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    folder = tmp_path_factory.mktemp("plans")
    bare = dataset(folder / "bare")
    both = [
        imported(bare, folder / "a.ttl", HEADER, *FIRST, plan="plan-a", period="2018-2020"),
        imported(bare, folder / "b.ttl", HEADER, *SECOND, plan="plan-b", period="2021-2022"),
        imported(bare, folder / "c.ttl", HEADER, *SECOND, plan="plan-c", period="2021-2022", fragment=True),
    ]
    with_plans = dataset(folder / "plans", *both)
    report = imported(with_plans, folder / "report.ttl", *REPORT, plan="plan-a", kind="report")
    settings = dataset(folder / "built", *both, report)
    with asyncio.Runner() as runner:
        store = open_store(settings)
        runner.run(store.start())
        try:
            answerer = Answerer(store, load_manifest(settings.build), Editions(None))
            yield Small(runner, settings, store, answerer, load_questions(ROOT / "queries"))
        finally:
            runner.run(store.aclose())


def seen(plans: Small, name: str, lang: str = "en", **values: str) -> Perspective:
    async def no_findings(on: date, chosen: Any) -> None:
        return None

    given = {key.replace("_", "-"): value for key, value in values.items()}
    desk = Desk(plans.answerer, plans.questions, lang, given, no_findings)
    return plans.run(_built(name, desk))


async def _built(name: str, desk: Desk) -> Perspective:
    return await PERSPECTIVES[name](desk)


def lines(found: Perspective, section: str) -> list[list[str]]:
    return next(one.table.lines() for one in found.sections if one.id == section)


def test_duties_are_kept_moved_given_in_another_role_dropped_and_added(plans: Small) -> None:
    found = seen(plans, "compare", a="plan-a", b="plan-b")
    told = [line[:5] for line in lines(found, "duties")]
    assert told == [
        [
            "Kept",
            "information and awareness",
            "lead",
            "Ministry of Labor and Social Justice (today: Ministry of Labour and Social Protection)",
            "Ministry of Labour and Social Protection",
        ],
        ["Kept", "information and awareness", "lead"] + ["National Agency against Trafficking in Persons"] * 2,
        ["Moved to another body", "Fewer persons at risk", "lead", "Ministry of National Education", "Ministry of Education"],
        ["Kept in another role", "information and awareness", "partner; lead"] + ["Ministry of Foreign Affairs"] * 2,
        ["Dropped", "Fewer persons at risk", "partner", "Ministry of Internal Affairs", "nobody"],
        ["Added", "information and awareness", "partner", "nobody", "non-governmental organizations"],
    ]  # fmt: skip
    assert [(name, parts[0].text) for name, parts in found.facts] == [
        ("Kept", "2"), ("Moved to another body", "1"), ("Kept in another role", "1"), ("Dropped", "1"), ("Added", "1"),
    ]  # fmt: skip
    # Each side cites its own document.
    assert next(line[5:] for line in lines(found, "duties")) == [
        "Plan plan-a, sheet Plan, row 2, column F",
        "Plan plan-b, sheet Plan, row 2, column F",
    ]
    assert not found.notes


def test_what_is_not_loaded_is_said_and_never_called_dropped(plans: Small) -> None:
    found = seen(plans, "compare", a="plan-a", b="action-plan-2018-2020")
    assert {line[0] for line in lines(found, "duties")} == {"Not comparable: the other document is not loaded"}
    assert {line[4] for line in lines(found, "duties")} == {"not loaded"}
    assert "is not loaded: of its duties nothing can be said here." in found.notes[0]
    partly = seen(plans, "compare", "ro", a="plan-a", b="plan-c")
    told = {line[0] for line in lines(partly, "duties")}
    assert {"Abandonată sau în partea neîncărcată", "La alt organism în partea încărcată"} <= told
    assert "Mutată la alt organism" not in told
    assert partly.notes[0].startswith("Din Planul de acțiune plan-c este încărcată numai o parte (5 atribuții)")


def test_documents_are_offered_with_how_much_of_them_is_loaded(plans: Small) -> None:
    rows = {line[0]: line[1:] for line in lines(seen(plans, "compare"), "documents")}
    assert rows["Action plan plan-a"] == ["2018-01-01", "2020-12-31", "loaded", "5"]
    assert rows["Action plan plan-c"][2:] == ["only a part is loaded", "5"]


@pytest.mark.parametrize(
    ("values", "parameter"),
    [
        ({"a": "plan-a", "b": "plan-a"}, "b"),
        ({"a": "nothing", "b": "plan-a"}, "a"),
        ({"a": "plan-a", "b": "nothing"}, "b"),
    ],
)
def test_documents_that_cannot_be_compared(plans: Small, values: dict[str, str], parameter: str) -> None:
    with pytest.raises(ParameterError) as caught:
        seen(plans, "compare", **values)
    assert caught.value.extra["parameter"] == parameter


def test_late_and_missing_reports_of_several_plans(plans: Small) -> None:
    found = seen(plans, "calendar", as_of="2021-07-05", plan="")
    rows = lines(found, "reports")
    header = next(one.table.header() for one in found.sections if one.id == "reports")
    assert header[:3] == ["Plan", "through", "Institution"]
    days = {(row[0], row[1], row[2]): (row[4], row[5], row[6]) for row in rows}
    men = "Ministry of National Education"
    # The report came in 46 days after the half-year; of the next one nothing is recorded.
    assert days["Action plan plan-a", "30 June 2019", men] == ("15 August 2019", "46", "no")
    assert days["Action plan plan-a", "31 December 2019", men] == ("", "552", "yes")
    # Of the second plan one half-year is over, five days ago.
    second = {key[1]: value for key, value in days.items() if key[0] == "Action plan plan-b"}
    assert second == {"30 June 2021": ("", "5", "yes")}
    only = lines(seen(plans, "calendar", as_of="2021-07-05", plan="plan-b"), "reports")
    assert {row[0] for row in only} == {"Action plan plan-b"}


def test_deadlines_passed_and_to_come(plans: Small) -> None:
    found = lines(seen(plans, "calendar", as_of="2020-01-01"), "deadlines")
    state = {(row[0], row[2]): row[4] for row in found}
    assert state["31 December 2019", "Measure 2 of plan plan-a"] == "yes"
    assert state["30 June 2022", "Measure 2 of plan plan-b"] == "no"
    # The end of a plan is a day of the calendar as well, and so is each year of a measure that recurs.
    assert ("31 December 2020", "Action plan plan-a") in state
    assert ("31 December 2021", "Measure 1 of plan plan-b") in state
    year = lines(seen(plans, "calendar", year="2022"), "deadlines")
    assert {row[0][-4:] for row in year} == {"2022"}


def test_a_body_that_was_renamed_says_what_it_is_today(plans: Small) -> None:
    answer = plans.ask("measures-of-a-plan", plan="plan-a")
    cells = [cell for row in answer.public()["rows"] for cell in row.values() if cell["value"].endswith("/mmjs")]
    assert cells
    iri = "https://w3id.org/atf/id/institution/mmps"
    assert cells[0]["today"] == [{"iri": iri, "label": "Ministry of Labour and Social Protection"}]
    columns = seen(plans, "matrix", "ro", as_of="2019-01-01").sections[0].table.header()
    assert "MMJS · Ministerul Muncii și Justiției Sociale (azi: MMPS)" in columns
    dossier = seen(plans, "dossier", institution="mmjs", as_of="2019-01-01")
    assert [(name, [part.text for part in parts]) for name, parts in dossier.facts][-2:] == [
        ("then", ["Ministry of Labor and Social Justice"]),
        ("today", ["Ministry of Labour and Social Protection"]),
    ]
