"""The verbs import and template as a user calls them."""

import json
from pathlib import Path

import pytest

from api import cli
from api.settings import Settings
from tests.intake.sheets import ROW, plan


@pytest.fixture
def atf(built: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Run the command on the small framework and return code, output and errors."""
    monkeypatch.setenv("ATF_BUILD", str(built.build))

    def run(*args: str | Path) -> tuple[int, str, str]:
        code = cli.main([str(arg) for arg in args])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_a_good_plan_is_written(atf, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "plan.xlsx").write_bytes(plan(ROW))
    code, out, _ = atf("import", tmp_path / "plan.xlsx", "--out", tmp_path / "out")
    assert code == 0
    assert (tmp_path / "out" / "action-plan-2018-2020.ttl").read_text(encoding="utf-8").startswith("PREFIX atf:")
    lines = out.splitlines()
    assert f"Written: {tmp_path}/out/action-plan-2018-2020.ttl" in lines
    assert any(
        line.startswith("  measures: 1, indicators: 1, responsibilities: 2, cells cited: 4, statements: ")
        for line in lines
    )
    assert any(line.endswith("; the whole plan") for line in lines)
    assert "FINDINGS as of 2019-12-31" in lines
    assert any("gaps closed" in line for line in lines)


def test_a_trial_run_shows_everything_and_writes_nothing(atf, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "plan.xlsx").write_bytes(plan(ROW))
    code, out, _ = atf("import", tmp_path / "plan.xlsx", "--dry-run", "--out", tmp_path / "out", "--lang", "ro")
    assert code == 0
    assert not (tmp_path / "out").exists()
    assert "a atf:Measure ;" in out
    assert "CONSTATĂRI la 2019-12-31" in out


def test_with_an_error_nothing_is_written_and_every_error_is_a_line(atf, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "plan.xlsx").write_bytes(plan(ROW, (2, "Seminar", "n", "cândva", "ANIPT")))
    code, out, err = atf("import", tmp_path / "plan.xlsx", "--out", tmp_path / "out")
    assert code == 1
    assert not (tmp_path / "out").exists()
    assert out.splitlines()[:3] == [
        "ERRORS",
        '  Plan!D5: "cândva" is neither a date nor a recurrence. Write a date (31.12.2019, decembrie 2019, trim. IV 2019) or a recurrence (anual, trimestrial, permanent).',
        '  Plan!E5: "ANIPT" is no body that the graph knows by this name. Perhaps: ANITP, ANPD.',
    ]
    assert err.endswith("atf import: 2 errors; nothing is written.\n")
    code, out, _ = atf("import", tmp_path / "plan.xlsx", "--out", tmp_path / "out", "--partial", "--format", "json")
    assert code == 1
    found = json.loads(out)
    assert [(one["sheet"], one["row"], one["column"], one["value"]) for one in found["errors"]] == [
        ("Plan", 5, "D", "cândva"),
        ("Plan", 5, "E", "ANIPT"),
    ]
    assert (found["written"], found["proposal"]["counts"]["Measure"], found["proposal"]["skipped_rows"]) == (True, 1, 1)
    assert found["errors"][1]["suggestion"] == {"en": "Perhaps: ANITP, ANPD.", "ro": "Poate: ANITP, ANPD."}
    assert (tmp_path / "out" / "action-plan-2018-2020.ttl").is_file()


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (
            ("none.xlsx",),
            3,
            "There is no file none.xlsx. Give the path of a spreadsheet that you may read: .xlsx, .ods or .csv.",
        ),
        (("none.xlsx", "--kind", "letter"), 2, "--kind 'letter' is unknown. Choose one of: plan, report."),
        (("none.xlsx", "--format", "xml"), 2, "--format 'xml' is unknown. Choose one of: text, json."),
    ],
)
def test_wrong_use(atf, args: tuple[str, ...], code: int, message: str) -> None:  # type: ignore[no-untyped-def]
    assert atf("import", *args) == (code, "", f"atf import: {message}\n")


def test_a_file_that_is_no_spreadsheet_and_options_that_are_none(atf, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.xlsx").write_bytes(b"%PDF")
    (tmp_path / "b.xlsx").write_bytes(plan(ROW))
    code, out, err = atf("import", tmp_path / "a.xlsx")
    assert (code, out) == (3, "")
    assert err.endswith("atf import: The file is not a spreadsheet. Give .xlsx, .ods or .csv.\n")
    assert atf("import", tmp_path / "b.xlsx", "--period", "demult")[0] == 2
    assert atf("import", tmp_path / "b.xlsx", "--plan", "Ă B")[0] == 2
    assert atf("import", tmp_path / "b.xlsx", "--as-of", "demult")[0] == 2


def test_a_template_is_written(atf, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    target = tmp_path / "plan.xlsx"
    assert atf("template", "plan", "--lang", "en", "--out", target) == (0, f"Written: {target}\n", "")
    assert target.read_bytes().startswith(b"PK")
    assert atf("template", "letter", "--out", target)[0] == 2


def test_a_template_goes_into_a_folder_that_is_there(atf, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "nowhere"
    said = f"atf template: There is no folder {folder}. Make it first, or write elsewhere: --out.\n"
    assert atf("template", "plan", "--out", folder / "x.xlsx") == (3, "", said)
    assert not folder.exists()
    said = "atf template: There is no template 'nope'. Choose one of: plan, report.\n"
    assert atf("template", "nope") == (2, "", said)
