"""Sheets as somebody writes them who never read how: each is read, or what stops it is said at its cell."""

from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook

from api.intake.faults import UnreadableError
from tests.intake.sheets import HEADER, OBJECTIVE, ROW, TITLE, ods, plan, saved, xlsx

Import = Callable[..., dict[str, Any]]
HOLDER = "atf:holder <https://w3id.org/atf/id/institution/"


def said(found: dict[str, Any], kind: str = "errors") -> list[str]:
    return [one["line"] for one in found[kind]]


def holders(found: dict[str, Any]) -> list[str]:
    return sorted(line.split(HOLDER)[1].split(">")[0] for line in found["turtle"].splitlines() if HOLDER in line)


def test_acronyms_with_dots_are_read(importing: Import) -> None:
    found = importing(plan((1, "Campanie", "n", "anual", "A.N.I.T.P.", "M.A.E., M.E.N", "Buget A.N.I.T.P.")))
    assert said(found) == []
    assert holders(found) == ["anitp", "mae", "men"]


@pytest.mark.parametrize("blank", ["-", "–", "N/A", "nu este cazul", "TBD"])
def test_a_cell_that_means_blank_is_blank(importing: Import, blank: str) -> None:
    found = importing(plan((1, "Campanie", "n", blank, "ANITP", blank, blank)))
    assert said(found) == []
    assert holders(found) == ["anitp"]
    assert "no-deadline" in {one["code"] for one in found["notices"]}


def test_what_holds_no_word_is_no_body_and_is_not_dropped_silently(importing: Import) -> None:
    found = importing(plan((1, "Campanie", "n", "anual", "🙂")))
    assert [(one["code"], one["column"]) for one in found["errors"]] == [("unknown-body", "E")]


def test_a_public_body_is_not_taken_for_a_person(importing: Import) -> None:
    found = importing(plan((1, "Campanie", "n", "anual", "Poliția Locală")))
    assert [(one["code"], one["value"]) for one in found["errors"]] == [("unknown-body", "Poliția Locală")]


def test_an_error_of_the_program_is_called_one(importing: Import) -> None:
    found = importing(plan((1, "Campanie", "n", "#N/A", "#REF!")))
    reason = "is an error of the spreadsheet program, not a value. Mend the formula and paste its value."
    assert said(found) == [f'Plan!D4: "#N/A" {reason}', f'Plan!E4: "#REF!" {reason}']


@pytest.mark.parametrize("text", ["PNRR", "POCU", "Bugetele instituțiilor responsabile", "personal propriu", "Buget"])
def test_money_without_a_body_is_a_source(importing: Import, text: str) -> None:
    found = importing(plan((1, "Campanie", "n", "anual", "ANITP", "MAE", text)))
    assert said(found) == []
    assert found["proposal"]["counts"]["FundingSource"] == 1


def test_an_amount_without_a_currency(importing: Import) -> None:
    found = importing(plan((1, "Campanie", "n", "anual", "ANITP", "MAE", 20000)))
    assert said(found) == ['Plan!G4: "20000" is an amount without a currency. Write it as 30.000 lei.']


def test_other_words_of_a_header(importing: Import) -> None:
    header = ("Measures", "Performance indicators", "Timeline", "Lead agency", "Supporting institutions")
    found = importing(plan(("Campaign", "n", "annual", "ANITP", "MAE"), header=header))
    assert said(found) == []
    assert holders(found) == ["anitp", "mae"]


def test_a_sheet_without_a_column_of_responsible_bodies_is_told_so(importing: Import) -> None:
    found = importing(plan(("Campanie", "n", "anual"), header=("Activitate", "Indicatori", "Termen")))
    assert "Plan!2: No column names the responsible bodies" in "\n".join(said(found, "notices"))


def test_many_columns_that_are_not_read_are_one_line(importing: Import) -> None:
    found = importing(plan((*ROW, *range(300)), header=(*HEADER, *(f"Coloana {place}" for place in range(300)))))
    told = [one["line"] for one in found["notices"] if one["code"].startswith("column")]
    assert len(told) == 1
    assert told[0].startswith("Plan!H2: begins 300 columns that are not read: H Coloana 0, I Coloana 1,")


def test_a_numbered_objective_with_dots_in_its_acronym(importing: Import) -> None:
    found = importing(
        xlsx((TITLE,), HEADER, OBJECTIVE, ROW, ("O.S. 1.2 Alt obiectiv",), (2, "Altă campanie", *ROW[2:]))
    )
    assert "objective/strategy-2018-2022-so-1-2>" in found["turtle"]


def test_the_plan_by_the_name_of_the_sheet_or_file(importing: Import) -> None:
    for data, file in (
        (xlsx(HEADER, OBJECTIVE, ROW, name="Plan 2018-2020"), "a.xlsx"),
        (xlsx(HEADER, OBJECTIVE, ROW), "plan_2018-2020.xlsx"),
    ):
        found = importing(data, file)
        assert found["proposal"]["document"].endswith("action-plan-2018-2020")
        assert "by the name of the sheet or the file." in said(found, "notices")[0]


def test_a_sheet_about_another_plan_is_not_read_into_the_first(importing: Import) -> None:
    other = (("Planul de acțiune 2024-2026",), HEADER, OBJECTIVE, (9, "Alta", *ROW[2:]))
    more: dict[str, Any] = {"Alt plan": other}
    found = importing(plan(ROW, **more), partial=True)
    assert [(one["sheet"], one["code"]) for one in found["errors"]] == [("Alt plan", "other-plan")]
    assert found["proposal"]["counts"]["Measure"] == 1


def test_a_title_that_differs_from_what_the_user_says_is_told(importing: Import) -> None:
    found = importing(plan(ROW), plan="altul", period="2021-2022")
    assert f'Plan: "{TITLE}" names another period; the sheet is read for 2021-2022, as you say.' in said(
        found, "notices"
    )


def test_hidden_columns_are_read_and_said(importing: Import) -> None:
    book = Workbook()
    for row in ((TITLE,), HEADER, OBJECTIVE, ROW):
        book.active.append(list(row))
    book.active.column_dimensions["E"].hidden = True
    assert "Sheet!E: Hidden columns are read like the others: E." in said(importing(saved(book)), "notices")


def test_hidden_columns_of_an_opendocument_sheet(importing: Import) -> None:
    columns = "<table:table-column table:number-columns-repeated='2'/><table:table-column table:visibility='collapse'/>"
    data = ods((TITLE,), HEADER, OBJECTIVE, tuple(map(str, ROW)), columns=columns)
    assert "Plan!C: Hidden columns are read like the others: C." in said(importing(data, "plan.ods"), "notices")


def test_a_quotation_mark_that_is_never_closed_swallows_no_rows(importing: Import) -> None:
    with pytest.raises(UnreadableError, match="opens in line 3 is never closed"):
        importing(b'Activitate,Responsabili\nUna,ANITP\n"Dou\xc4\x83,MAE\nTrei,MEN\n', "plan.csv")


def test_utf_16_without_a_mark_is_read(importing: Import) -> None:
    text = "Activitate\tResponsabili\nObiectiv specific 1.1\t\nȘedință\tANITP\n"
    for encoding in ("utf-16-le", "utf-16-be"):
        assert "Ședință" in importing(text.encode(encoding), "plan-2018-2020.csv")["turtle"]


def test_mixed_encodings_are_named(importing: Import) -> None:
    with pytest.raises(UnreadableError, match="none of UTF-8, UTF-16 and cp1250"):
        importing("Activitate;Responsabili\nȘcoală;ANITP\n".encode() + b"\xff", "plan.csv")


def test_a_very_long_cell_costs_little(importing: Import) -> None:
    found = importing(plan((1, "x" * 32_000, "n", "anual", "ANITP")))
    assert said(found) == []


def test_a_romanian_sentence_has_romanian_names(importing: Import) -> None:
    found = importing(plan((1, "Campanie", "n", "anual", "MMJS"), ("Obiectiv specific 9.9",)))
    told = [one["reason"] for one in found["notices"] if one["code"] == "successor"]
    assert told == [
        {
            "en": "Then: Ministry of Labor and Social Justice; today: Ministry of Labour and Social Protection.",
            "ro": "Atunci: Ministerul Muncii și Justiției Sociale; astăzi: Ministerul Muncii și Protecției Sociale.",
        }
    ]
    assert found["errors"][0]["reason"]["ro"].endswith("Strategia 2018-2022.")


def test_of_two_names_as_near_the_one_that_begins_alike_is_suggested(importing: Import) -> None:
    found = importing(plan((1, "Campanie", "n", "anual", "ANTIP")))
    assert found["errors"][0]["suggestion"]["en"].startswith("Perhaps: ANITP")
