"""Templates that the importer reads, and a plan written out and read in again without a difference."""

import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from api.errors import UsageError
from api.intake.framework import Framework
from api.intake.job import Job, framework_of_build, run
from api.intake.proposal import Options
from api.intake.templates import write_template
from api.settings import Settings
from tests.intake.conftest import dataset
from tests.intake.sheets import HEADER, OBJECTIVE, TITLE, plan, xlsx

PLAN = "action-plan-2018-2020"


@pytest.mark.parametrize("lang", ["ro", "en"])
@pytest.mark.parametrize("kind", ["plan", "report"])
def test_a_template_has_a_header_that_is_read_and_lists_from_the_graph(
    framework: Framework, kind: str, lang: str
) -> None:
    book = load_workbook(io.BytesIO(write_template(framework, kind, lang)))
    sheet = book.worksheets[0]
    lists = book["_lists"]
    assert lists.sheet_state == "hidden"
    offered = {
        str(rule.sqref): [cell[0].value for cell in lists[rule.formula1.split("!")[1].replace("$", "")]]
        for rule in sheet.data_validations.dataValidation
    }
    bodies = "F3:F503" if kind == "plan" else "D3:D503"
    assert {"ANITP", "MEN", "ONG" if lang == "ro" else "NGOs"} & set(offered[bodies]) >= {"ANITP", "MEN"}
    if kind == "plan":
        assert offered["B3:B503"] == ["1.1", "1.2"]
        assert ("anual" if lang == "ro" else "annual") in offered["E3:E503"]
    else:
        assert ("realizată" if lang == "ro" else "achieved") in offered["G3:G503"]


def test_a_filled_template_is_imported(framework: Framework, built: Settings) -> None:
    book = load_workbook(io.BytesIO(write_template(framework, "plan", "en")))
    sheet = book.worksheets[0]
    for column, text in enumerate(
        (
            "1",
            "1.1",
            "Campaign",
            "number of campaigns",
            "annual",
            "ANITP",
            "MAE",
            "budget ANITP",
            "education",
            "children",
        ),
        1,
    ):
        sheet.cell(3, column, text)
    target = io.BytesIO()
    book.save(target)
    found = run(built, Job("import", Options("plan.xlsx", plan=PLAN), findings=False), target.getvalue())
    assert found["errors"] == []
    assert found["proposal"]["counts"]["Responsibility"] == 2
    assert '"Campaign"@en' in found["turtle"]


SHEETS = {
    "plain": plan(
        (1, "Campanie", "număr de campanii\nnumăr de materiale", "anual, 31.12.2019", "ANITP, MEN", "MMJS prin ANOFM, ONG", "Buget ANITP, ANOFM; 30.000 lei (2019); granturi externe"),
        (2, "Seminar", None, "trim. II 2020", "MAI (prin IGPR, ANITP)", None, "12,5 mii euro"),
        (3, "Curs", "număr", None, "ANITP (coordonator); MTS (principal)", None, "granturi externe"),
        ("Obiectiv specific 1.2",),
        (4, "Atelier", "număr", "permanent", None, "MAE", None),
    ),
    "merged": plan(
        ("1.a", "Campanie", "unu", "anual", "ANITP", "MAE", ""),
        (None, None, "doi", None, "MEN", None, None),
        (None, None, None, None, None, "ONG", None),
        ("1.b", "Seminar", "trei", None, "MTS", None, ""),
        merge=("A4:A6", "B4:B6", "D4:D7"),
    ),
    "english": xlsx(("National Action Plan 2018-2020",), ("Partners", "Activity", "Responsible", "Resources", "Deadline"), OBJECTIVE[:0] or ("SO 1.1",), ("NGOs", "Campaign", "NATIP", "external grants", "annual")),
    "both": xlsx((TITLE,), ("Activitate (RO)", "Activity (EN)", "Indicatori", "Indicators", "Responsabili", "Funcție", "Grup-țintă"), OBJECTIVE, ("Campanie", "Campaign", "numărul", "the number", "ANITP", "education", "children; professionals")),
    "two-sheets": xlsx((TITLE,), HEADER, OBJECTIVE, (1, "Campanie", "n", "anual", "ANITP"), Protectie=(HEADER, ("OS 1.2",), (2, "Seminar", "n", "anual", "MEN"))),
}  # fmt: skip


@pytest.mark.parametrize("name", SHEETS)
def test_a_plan_is_written_out_and_read_in_again_without_a_difference(
    built: Settings, tmp_path: Path, name: str
) -> None:
    def imported(settings: Settings, data: bytes) -> dict[str, Any]:
        found = run(settings, Job("import", Options("plan.xlsx", plan=PLAN), findings=False), data)
        assert found["errors"] == [], [one["line"] for one in found["errors"]]
        return found

    first = imported(built, SHEETS[name])["turtle"]
    file = tmp_path / f"{PLAN}.ttl"
    file.write_text(first, encoding="utf-8")
    settings = dataset(tmp_path / "build", (f"plans/{PLAN}", file))
    again = imported(settings, write_template(framework_of_build(settings), "plan", "ro", PLAN))
    assert again["turtle"] == first
    assert any(one["code"] == "read-before" for one in again["notices"])


def test_a_report_template_of_a_plan_lists_its_measures(built: Settings, tmp_path: Path) -> None:
    file = tmp_path / f"{PLAN}.ttl"
    file.write_text(
        run(built, Job("import", Options("plan.xlsx", plan=PLAN), findings=False), SHEETS["plain"])["turtle"],
        encoding="utf-8",
    )
    settings = dataset(tmp_path / "build", (f"plans/{PLAN}", file))
    sheet = load_workbook(io.BytesIO(write_template(framework_of_build(settings), "report", "ro", PLAN))).worksheets[0]
    rows = [[cell.value for cell in row[:3]] for row in sheet.iter_rows(min_row=3)]
    assert rows == [
        ["1", "Campanie", "număr de campanii"],
        ["1", "Campanie", "număr de materiale"],
        ["2", "Seminar", None],
        ["3", "Curs", "număr"],
        ["4", "Atelier", "număr"],
    ]


def test_a_plan_that_is_not_there(framework: Framework) -> None:
    with pytest.raises(
        UsageError,
        match=r"There is no plan 'x' in the graph. The plans are: action-plan-2018-2020, action-plan-2024-2026.",
    ):
        write_template(framework, "plan", "ro", "x")
    with pytest.raises(UsageError, match="has no measures in the graph"):
        write_template(framework, "plan", "ro", PLAN)
