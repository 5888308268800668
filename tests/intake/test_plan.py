"""A plan's sheet as statements: headers in any order and two languages, merged cells, sections, money, provenance."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Graph

from api.graph.turtle import canonical
from tests.intake.sheets import HEADER, OBJECTIVE, ROW, TITLE, plan, xlsx

Import = Callable[..., dict[str, Any]]
BASE = "https://w3id.org/atf/id/"
SHORT = {
    "https://w3id.org/atf/ontology#": "atf:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://data.europa.eu/eli/ontology#": "eli:",
    "http://www.w3.org/2004/02/skos/core#": "skos:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "https://w3id.org/atf/id/": "",
    "https://w3id.org/atf/scheme/": "",
}


def short(iri: str) -> str:
    for long, prefix in SHORT.items():
        iri = iri.replace(long, prefix)
    return iri


def about(found: dict[str, Any], subject: str) -> set[tuple[str, str]]:
    """What the Turtle says of a subject, in short form."""
    assert found["errors"] == [], [one["line"] for one in found["errors"]]
    return {
        (
            short(quad.predicate.value),
            short(quad.object.value) + (f"@{quad.object.language}" if getattr(quad.object, "language", None) else ""),
        )
        for quad in parse(found["turtle"], format=RdfFormat.TURTLE)
        if quad.subject.value == BASE + subject
    }


def test_a_row_becomes_exactly_these_statements(importing: Import) -> None:
    found = importing(
        plan(
            (
                1,
                "Campanie",
                "număr de campanii",
                "anual, până la 31.12.2019",
                "ANITP",
                "MMJS prin ANOFM",
                "Buget ANITP, 30.000 lei (2019); granturi externe",
            )
        )
    )
    slug = "action-plan-2018-2020-1"
    assert about(found, f"measure/{slug}") == {
        ("rdf:type", "atf:Measure"),
        ("dcterms:identifier", "1"),
        ("dcterms:isPartOf", "document/action-plan-2018-2020"),
        ("dcterms:source", "passage/action-plan-2018-2020-plan-b4"),
        ("skos:prefLabel", "Campanie@ro"),
        ("skos:prefLabel", "Measure 1 of plan 2018-2020@en"),
        ("skos:editorialNote", "untranslated@en"),
        ("atf:validFrom", "2018-01-01"),
        ("atf:validThrough", "2020-12-31"),
        ("atf:contributesTo", "objective/strategy-2018-2022-so-1-1"),
        ("atf:measuredBy", f"indicator/{slug}-1"),
        ("atf:recurrence", "frequency/annual"),
        ("atf:dueDate", "2019-12-31"),
        ("atf:payer", "institution/anitp"),
        ("atf:budgetAmount", "30000.0"),
        ("atf:budgetCurrency", "RON"),
        ("atf:year", "2019"),
        ("atf:fundedBy", "funding-source/action-plan-2018-2020-granturi-externe"),
    }
    assert about(found, f"responsibility/{slug}-lead-anitp") == {
        ("rdf:type", "atf:Responsibility"),
        (
            "skos:prefLabel",
            "National Agency against Trafficking in Persons: responsible, measure 1 of plan 2018-2020@en",
        ),
        (
            "skos:prefLabel",
            "Agenția Națională Împotriva Traficului de Persoane: responsabil, măsura 1 din planul 2018-2020@ro",
        ),
        (
            "atf:statement",
            "Plan 2018-2020 names National Agency against Trafficking in Persons as responsible for measure 1.@en",
        ),
        (
            "atf:statement",
            "Planul 2018-2020 numește Agenția Națională Împotriva Traficului de Persoane ca responsabil pentru măsura 1.@ro",
        ),
        ("atf:holder", "institution/anitp"),
        ("atf:role", "role/lead"),
        ("atf:modality", "modality/has-task"),
        ("atf:function", "function/information-and-awareness"),
        ("atf:concerns", f"measure/{slug}"),
        ("atf:legalBasis", "act/hg-861-2018"),
        ("dcterms:source", "passage/action-plan-2018-2020-plan-e4"),
    }
    partner = about(found, f"responsibility/{slug}-partner-mmjs")
    assert {
        ("atf:holder", "institution/mmjs"),
        ("atf:actsThrough", "institution/anofm"),
        ("atf:role", "role/partner"),
        ("atf:modality", "modality/as-partner"),
        ("dcterms:source", "passage/action-plan-2018-2020-plan-f4"),
    } <= partner
    assert about(found, "passage/action-plan-2018-2020-plan-e4") == {
        ("rdf:type", "atf:Passage"),
        ("dcterms:identifier", "Plan!E4"),
        ("eli:is_part_of", "document/action-plan-2018-2020"),
        ("atf:coverage", "coverage/encoded"),
        ("skos:prefLabel", "Plan 2018-2020, sheet Plan, row 4, column E@en"),
        ("skos:prefLabel", "Planul 2018-2020, foaia Plan, rândul 4, coloana E@ro"),
    }
    assert about(found, "document/action-plan-2018-2020") == {("atf:contentLoaded", "true")}
    assert found["proposal"]["counts"] == {
        "Measure": 1,
        "Indicator": 1,
        "Responsibility": 2,
        "FundingSource": 1,
        "Passage": 5,
        "statements": 88,
    }
    assert [one["line"] for one in found["notices"]] == [
        "Plan: The plan is action-plan-2018-2020, by the title row.",
        "Plan: 2 responsibilities have the function that their objective requires, by the editors' judgement.",
        "Plan!F4: Then: Ministry of Labor and Social Justice; today: Ministry of Labour and Social Protection.",
    ]


def test_the_turtle_is_canonical(importing: Import) -> None:
    rows = [
        (number, f'Campania "{number}" \\ cu semne', "a\nb", "trim. I 2019", "ANITP, MEN", "ONG", "12,5 mii euro")
        for number in range(1, 9)
    ]
    text = importing(plan(*rows))["turtle"]
    assert canonical(Graph(bind_namespaces="none").parse(data=text, format="turtle")) == text


EN_HEADER = ("Responsible institution(s)", "Timetable", "Activity", "Partners", "Performance indicators", "Resources")


def test_a_header_in_english_and_another_order(importing: Import) -> None:
    found = importing(
        xlsx(
            ("National Action Plan 2018-2020",),
            EN_HEADER,
            ("Specific objective 1.1",),
            ("NATIP", "Annual", "Campaign", "NGOs", "number of campaigns", "budget of NATIP"),
        )
    )
    assert {
        ("skos:prefLabel", "Campaign@en"),
        ("skos:prefLabel", "Măsura 1 din planul 2018-2020@ro"),
        ("skos:editorialNote", "netradus@ro"),
        ("dcterms:source", "passage/action-plan-2018-2020-plan-c4"),
        ("atf:payer", "institution/anitp"),
    } <= about(found, "measure/action-plan-2018-2020-1")
    assert ("dcterms:source", "passage/action-plan-2018-2020-plan-a4") in about(
        found, "responsibility/action-plan-2018-2020-1-lead-anitp"
    )


def test_columns_in_both_languages(importing: Import) -> None:
    header = ("Activitate (RO)", "Activity (EN)", "Indicatori", "Indicators", "Responsabili")
    found = importing(
        xlsx((TITLE,), header, OBJECTIVE, ("Campanie", "Campaign", "numărul lor", "their number", "ANITP"))
    )
    labels = {pair for pair in about(found, "measure/action-plan-2018-2020-1") if pair[0].startswith("skos:")}
    assert labels == {("skos:prefLabel", "Campanie@ro"), ("skos:prefLabel", "Campaign@en")}
    assert ("skos:prefLabel", "their number@en") in about(found, "indicator/action-plan-2018-2020-1-1")


def test_merged_cells_are_one_measure_or_count_for_each_row(importing: Import) -> None:
    found = importing(
        plan(
            (1, "Campanie", "număr", "anual", "ANITP", "MAE", ""),
            (None, None, None, None, "MEN", None, None),
            (2, "Seminar", "număr", None, "MTS", "MAE", ""),
            merge=("A4:A5", "B4:B5", "D4:D6", "F4:F5"),
        )
    )
    assert found["proposal"]["counts"]["Measure"] == 2
    assert ("dcterms:source", "passage/action-plan-2018-2020-plan-e5") in about(
        found, "responsibility/action-plan-2018-2020-1-lead-men"
    )
    assert ("atf:recurrence", "frequency/annual") in about(found, "measure/action-plan-2018-2020-2")


def test_a_column_of_objectives_and_section_rows(importing: Import) -> None:
    header = ("Obiectiv", "Activitate", "Responsabili")
    found = importing(xlsx((TITLE,), header, ("OS 1.1", "Campanie", "ANITP"), ("1.2 Mai puține", "Seminar", "MEN")))
    assert ("atf:contributesTo", "objective/strategy-2018-2022-so-1-2") in about(
        found, "measure/action-plan-2018-2020-2"
    )
    sections = importing(
        plan(
            ROW,
            ("1.2. Mai puține persoane vulnerabile",),
            (2, "Seminar", "număr", "anual", "MEN"),
            ("Total",),
            ("Direcția de acțiune 2",),
            merge=("A5:G5",),
        )
    )
    assert ("atf:contributesTo", "objective/strategy-2018-2022-so-1-2") in about(
        sections, "measure/action-plan-2018-2020-2"
    )
    said = [one["line"] for one in sections["notices"]]
    assert 'Plan!A7: "Total" is a remark under the table and is not read.' in said
    assert 'Plan!A8: "Direcția de acțiune 2" is a heading and is not read.' in said
    assert (
        "Plan: 1 responsibilities have no function: the sheet has no column for it, and the objective requires several or none."
        in said
    )


def test_a_column_for_both_the_responsible_and_their_partners(importing: Import) -> None:
    header = ("Activitate", "Responsabili/Parteneri", "Funcție", "Grup-țintă")
    found = importing(
        xlsx(
            (TITLE,),
            header,
            OBJECTIVE,
            ("Campanie", "Responsabili: ANITP; Parteneri: MAE, ONG", "educație", "copii"),
            ("Seminar", "MEN\nMTS", "education", ""),
        )
    )
    assert ("atf:role", "role/lead") in about(found, "responsibility/action-plan-2018-2020-1-lead-anitp")
    assert {
        ("atf:role", "role/partner"),
        ("atf:function", "function/education"),
        ("atf:targetGroup", "target-group/children"),
    } <= about(found, "responsibility/action-plan-2018-2020-1-partner-ngo")
    assert ("atf:role", "role/partner") in about(found, "responsibility/action-plan-2018-2020-2-partner-mts")
    assert "Plan!B: does not say who is responsible and who is a partner; the first line is read as responsible." in [
        one["line"] for one in found["notices"]
    ]


def test_a_new_plan_is_described_and_its_document_valid_for_its_period(importing: Import) -> None:
    found = importing(
        xlsx(("Activitate", "Responsabili"), OBJECTIVE, ("Campanie", "ANITP")), plan="plan-local", period="2021-2022"
    )
    assert about(found, "document/plan-local") == {
        ("rdf:type", "atf:PolicyDocument"), ("atf:contentLoaded", "true"), ("atf:validFrom", "2021-01-01"), ("atf:validThrough", "2022-12-31"),
        ("atf:refersTo", "document/strategy-2018-2022"), ("eli:type_document", "document-type/action-plan"), ("dcterms:identifier", "2021-2022"),
        ("skos:prefLabel", "Action plan plan-local@en"), ("skos:prefLabel", "Planul de acțiune plan-local@ro"),
    }  # fmt: skip
    assert ("skos:prefLabel", "Measure 1 of plan plan-local@en") in about(found, "measure/plan-local-1")
    assert not any(name == "atf:legalBasis" for name, _ in about(found, "responsibility/plan-local-1-lead-anitp"))


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        ({}, ["masuri: The plan is taken to be plan-masuri: neither --plan nor a title row names one.", "masuri: The period is taken to be 2018-2022: neither --period nor a title row gives one."]),
        ({"period": "2018-2020"}, ["masuri: The plan is taken to be action-plan-2018-2020: neither --plan nor a title row names one."]),
        ({"plan": "action-plan-2018-2020"}, []),
        ({"plan": "altul", "period": "2030-2031"}, ["masuri: No loaded strategy covers 2030-2031; the objectives are those of Strategy 2018-2022."]),
    ],
)  # fmt: skip
def test_what_is_assumed_is_said(importing: Import, options: dict[str, str], lines: list[str]) -> None:
    found = importing(b"Activitate,Responsabili\nObiectiv specific 1.1,\nCampanie,ANITP\n", "masuri.csv", **options)
    said = [one["line"] for one in found["notices"] if one["code"].endswith("assumed")]
    assert said == lines


def faults(found: dict[str, Any]) -> list[str]:
    return [one["line"] for one in found["errors"]]


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([("Obiectiv specific 7.7",), ROW], ['Plan!A4: "Obiectiv specific 7.7" There is no specific objective 7.7 in Strategy 2018-2022.']),
        ([("Obiectiv specific 1.9",), ROW], ['Plan!A4: "Obiectiv specific 1.9" There is no specific objective 1.9 in Strategy 2018-2022. Perhaps: 1.1, 1.2.']),
        ([(1, None, "număr", "anual", "ANITP")], ["Plan!B4: The row names bodies or deadlines but no activity. Write the activity, or merge the cell with the row above."]),
        ([(1, "Campanie", "n", "anual", "ANIPT", "MAEE", "buget XYZW")], [
            'Plan!E4: "ANIPT" is no body that the graph knows by this name. Perhaps: ANITP, ANPD.',
            'Plan!F4: "MAEE" is no body that the graph knows by this name. Perhaps: MAE, ME.',
            'Plan!G4: "XYZW" is no body that the graph knows by this name. Write a name that the graph has, or propose the body in data/ first.',
        ]),
        ([(1, "Campanie, dl. Ion Popescu", "n", "anual", "ANITP")], ["Plan!B4: looks like a person's name or contact, which is not recorded; the value is withheld. Name the body instead."]),
    ],
)  # fmt: skip
def test_every_fault_is_told_with_its_cell(importing: Import, rows: Sequence[Sequence[Any]], lines: list[str]) -> None:
    assert faults(importing(plan(*rows))) == lines


def test_a_plan_under_a_strategy_that_is_not_loaded(importing: Import) -> None:
    found = importing(xlsx(("Planul național de acțiune 2024-2026",), HEADER, OBJECTIVE, ROW))
    assert faults(found) == [
        'Plan!A3: "Obiectiv specific 1.1 Informarea publicului" The objectives of Strategy 2024-2028 are not loaded, so 1.1 cannot be found. Give the objectives of that strategy to the graph first.'
    ]


def test_partial_leaves_the_bad_rows_out_and_makes_the_plan_a_fragment(importing: Import) -> None:
    found = importing(plan(ROW, (2, "Seminar", "n", "cândva", "MEN")), partial=True)
    assert (
        found["proposal"]["counts"]["Measure"],
        found["proposal"]["skipped_rows"],
        found["proposal"]["content_loaded"],
    ) == (1, 1, False)
    assert "measure/action-plan-2018-2020-2" not in found["turtle"]
    # The graph says already that the plan is not loaded.
    assert "contentLoaded" not in found["turtle"]


def test_numbers_that_repeat_are_replaced_by_the_order(importing: Import) -> None:
    found = importing(plan(ROW, (1, "Seminar", "n", "anual", "MEN")))
    assert ("skos:prefLabel", "Seminar@ro") in about(found, "measure/action-plan-2018-2020-2")
    assert 'Plan!5: "1" is already the number of row 4; the measures are numbered by their order.' in [
        one["line"] for one in found["notices"]
    ]


def test_a_column_about_persons_is_dropped_and_said(importing: Import) -> None:
    found = importing(plan((*ROW, "Ion Popescu"), header=(*HEADER, "Persoană de contact")))
    assert 'Plan!H2: "Persoană de contact" is a column about persons; it is dropped.' in [
        one["line"] for one in found["notices"]
    ]
    assert "Popescu" not in json.dumps(found, ensure_ascii=False)


def test_findings_before_and_after(importing: Import) -> None:
    found = importing(plan(ROW), findings=True)["findings"]
    assert found["as_of"] == "2019-12-31"
    assert [(one["rule"], one["focus"]["iri"]) for one in found["closed"] if one["rule"] == "GAP-001"] == [
        ("GAP-001", "https://w3id.org/atf/id/objective/strategy-2018-2022-so-1-1")
    ]
    assert ("GAP-014", BASE + "measure/action-plan-2018-2020-1") in [
        (one["rule"], one["focus"]["iri"]) for one in found["opened"]
    ]
    assert not found["truncated"]
