"""Reports: the same findings as text, JSON, CSV, workbook, Turtle and SARIF."""

import asyncio
import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pyoxigraph import NamedNode, RdfFormat, Store
from rdflib.namespace import SH

from api.analysis.accounts import Report, accounts_of
from api.analysis.explanations import Explanation, explain
from api.analysis.local import LocalStore
from api.analysis.report_table import columns
from api.analysis.report_words import KINDS, SHEETS
from api.analysis.reports import FORMATS, write
from api.answering.edition import Editions
from api.errors import UsageError
from tests.analysed import OWNERS, PLAN, TODAY, analysed

TEXT = (
    PLAN
    + OWNERS
    + """
ex:plan atf:refersTo ex:actions .
ex:actions a atf:PolicyDocument ; eli:type_document type:action-plan ; atf:contentLoaded false ; skos:prefLabel "Actions"@en, "Acțiuni"@ro .
ex:act a atf:NationalAct ; eli:date_no_longer_in_force "2015-01-01"^^xsd:date ; skos:prefLabel "=HYPERLINK(\\"x\\")"@en, "Legea 1"@ro .
ex:duty atf:legalBasis ex:act ; atf:function function:education ; atf:firstLine 2 ; atf:lastLine 3 .
ex:other a atf:Responsibility ; atf:holder ex:crane ; atf:function function:education ; dcterms:source ex:passage ; skos:prefLabel "Lessons"@en, "Lecții"@ro .
ex:crane a atf:Institution ; skos:prefLabel "Crane School"@en, "Școala de Macaragii"@ro .
ex:waiver a atf:Waiver ; atf:waives "LAW-001-0" ; prov:wasAttributedTo ex:committee ; skos:note "Known."@en ;
  dcterms:created "2026-01-01"^^xsd:date ; atf:validThrough "2026-12-31"^^xsd:date .
"""
)
RULES = ("GAP-001", "LAW-001", "OVL-001")


def told(folder: Path, text: str = TEXT) -> tuple[Report, dict[str, Explanation]]:
    analysis = analysed(folder, text, *RULES, today=TODAY)
    store = LocalStore(analysis.facts.store)

    async def tell() -> tuple[Report, dict[str, Explanation]]:
        accounts = await accounts_of(store, analysis.findings, analysis.facts.as_of, analysis.facts.today)
        report = Report(analysis.facts.as_of, analysis.facts.dataset, accounts, ("Look out.",))
        return report, await explain(store, Editions(None), accounts)

    return asyncio.run(tell())


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, dict[str, Explanation]]:
    folder = tmp_path_factory.mktemp("report")
    first, _ = told(folder)
    law = next(account.id for account in first.accounts if account.rule.id == "LAW-001")
    return told(folder, TEXT.replace("LAW-001-0", law))


Told = tuple[Report, dict[str, Explanation]]


def text_of(report: Told, lang: str = "en", explained: bool = False) -> str:
    return " ".join(write(report[0], "text", lang, report[1] if explained else None).decode().split())


def test_text_tells_weight_status_sentence_and_what_would_settle_it(report: Told) -> None:
    text = text_of(report)
    assert "as of 1 June 2020" in text
    assert "1 open, 1 not assessable, 1 accepted" in text
    assert "Mind: Look out." in text
    assert "[high, not assessable] No institution is recorded as responsible for “Light the quays”." in text
    assert "Would be settled by: Actions" in text
    assert "Accepted until 2026-12-31 by https://example.org/committee: Known." in text
    assert "https://w3id.org" not in text


def test_text_in_romanian(report: Told) -> None:
    text = text_of(report, "ro")
    assert (
        "[ridicată, neevaluabilă] Nicio instituție nu este înregistrată ca responsabilă pentru „Iluminarea cheiurilor”."
        in text
    )
    assert "Ar lămuri-o: Acțiuni" in text


def test_an_explanation_tells_the_statements_what_was_looked_for_and_where(report: Told) -> None:
    text = text_of(report, explained=True)
    assert "Rests on: - Light the quays" in text
    assert "- Pilotage (Harbour Plan" in text
    assert "Looked for: Flags a specific objective" in text
    assert "Looked in: Harbour Plan" in text
    assert "Why it matters: An objective that nobody answers for" in text
    assert "What would clear it: Record one responsibility" in text
    assert "What the rule cannot see:" in text


def test_json_is_the_object_of_the_contract(report: Told) -> None:
    found = json.loads(write(report[0], "json"))
    assert set(found) == {"as_of", "dataset", "findings", "truncated"}
    assert (found["as_of"], found["truncated"]) == ("2020-06-01", False)
    keys = {"id", "rule", "kind", "degree", "severity", "status", "focus", "values", "message", "evidence", "remedy"}
    for finding in found["findings"]:
        assert keys <= set(finding)
        assert set(finding["focus"]) == {"iri", "label"}
        assert {"en", "ro"} == set(finding["message"]) == set(finding["focus"]["label"])
    overlap = next(finding for finding in found["findings"] if finding["rule"] == "OVL-001")
    assert overlap["degree"] == "overlap"
    assert {place["statement"].rsplit("/", 1)[-1] for place in overlap["evidence"]} == {"duty", "other"}
    assert {place["passage"] for place in overlap["evidence"]} == {"https://example.org/passage"}
    gap = next(finding for finding in found["findings"] if finding["rule"] == "GAP-001")
    assert [document["label"]["en"] for document in gap["waits_for"]] == ["Actions"]


def test_csv_has_one_row_a_finding_and_stable_columns(report: Told) -> None:
    rows = list(csv.DictReader(io.StringIO(write(report[0], "csv").decode())))
    assert [row["rule"] for row in rows] == ["GAP-001", "OVL-001", "LAW-001"]
    assert list(rows[0]) == columns()
    assert rows[1]["values"].split(" | ")[0] == "https://example.org/pilots"
    assert rows[2]["accepted_until"] == "2026-12-31"


def test_a_workbook_has_a_summary_and_one_sheet_a_kind_of_text_cells(report: Told) -> None:
    book = load_workbook(io.BytesIO(write(report[0], "xlsx", "ro")))
    assert book.sheetnames == ["Rezumat", "Lacune", "Suprapuneri", "Temei legal"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}, "no formula"
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
    sheet = book["Lacune"]
    names = [str(cell.value) for cell in sheet[1]]
    assert names[:4] == ["rule", "message_ro", "severity", "status"] and sorted(names) == sorted(columns())
    assert sheet["D2"].value == "neevaluabilă", "one spelling, that of the summary"
    assert (sheet.freeze_panes, sheet.auto_filter.ref[:3]) == ("A2", "A1:")
    assert book["Rezumat"].auto_filter.ref
    total = [[cell.value for cell in row] for row in book["Rezumat"].iter_rows()][-1]
    assert (total[0], total[-1]) == ("Total", 3)


def test_names_of_sheets_are_whole_words_that_a_workbook_allows() -> None:
    for lang in ("en", "ro"):
        names = [SHEETS.get(kind, words)[lang] for kind, words in KINDS.items()]
        assert all(len(name) <= 31 for name in names) and len(set(names)) == len(names)


def test_turtle_is_a_validation_report_whose_results_are_findings(report: Told) -> None:
    store = Store()
    store.load(input=write(report[0], "ttl"), format=RdfFormat.TURTLE)
    ask = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX atf: <https://w3id.org/atf/ontology#>
    SELECT ?finding ?shape WHERE { ?report a sh:ValidationReport ; sh:conforms false ; sh:result ?finding .
      ?finding a atf:Finding, sh:ValidationResult ; sh:focusNode ?focus ; atf:focus ?focus ; sh:sourceShape ?shape ;
        sh:resultSeverity ?severity ; sh:resultMessage ?message ; atf:findingStatus ?status . FILTER(LANG(?message) = "ro") }"""
    rows: Any = store.query(ask)
    assert {row["shape"].value.rsplit("/", 1)[-1] for row in rows} == set(RULES)
    severities = {quad.object for quad in store.quads_for_pattern(None, NamedNode(str(SH.resultSeverity)), None)}
    assert severities == {NamedNode(str(SH.Warning)), NamedNode(str(SH.Info))}


def test_sarif_tells_levels_open_questions_suppressions_and_lines(report: Told) -> None:
    log = json.loads(write(report[0], "sarif", "en", report[1]))
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    results = {result["ruleId"]: result for result in run["results"]}
    assert (results["GAP-001"]["kind"], results["GAP-001"]["level"]) == ("open", "none")
    assert (results["OVL-001"]["kind"], results["OVL-001"]["level"]) == ("fail", "warning")
    assert results["LAW-001"]["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "Known."}]
    for result in results.values():
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["partialFingerprints"]["finding/v1"] == result["properties"]["id"]
        assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"].startswith("https://example.org/")


def test_no_findings_is_a_report_too(tmp_path: Path) -> None:
    empty, _ = told(tmp_path, OWNERS)
    assert empty.accounts == []
    assert "No findings." in write(empty, "text").decode()
    for name in FORMATS:
        assert write(empty, name)
    assert "sh:conforms true" in write(empty, "ttl").decode()


def test_an_unknown_format_is_wrong_use(report: Told) -> None:
    with pytest.raises(UsageError, match="no format 'pdf'"):
        write(report[0], "pdf")
