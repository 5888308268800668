"""Answers as files: workbooks whose texts stay texts, and result sets that other tools read."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from openpyxl import load_workbook
from rdflib import Graph, Literal, Namespace, URIRef

from api.answering.exports import to_turtle, to_xlsx
from tests.small import ID, Small, framework

RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    with framework(tmp_path_factory.mktemp("build")) as found:
        yield found


def test_a_workbook_holds_the_answer_its_data_and_what_was_asked(small: Small) -> None:
    answer = small.ask("duties-of-an-institution", institution="pilots")
    body = to_xlsx(answer)
    assert body == to_xlsx(answer)
    book = load_workbook(BytesIO(body))
    assert book.sheetnames == ["answer", "data", "about"]
    readable, data = list(book["answer"].values), list(book["data"].values)
    assert list(readable[0]) == list(data[0]) == answer.columns
    at = answer.columns.index("holder")
    assert (readable[1][at], data[1][at]) == ("Pilot Service", f"{ID}institution/pilots")
    about = [str(cell) for row in book["about"].values for cell in row]
    assert "2022-12-31" in about
    assert any("line 4 of the English translation" in cell for cell in about)
    assert any("gives shelter to foreign sailors" in cell for cell in about)


def test_no_text_of_the_graph_becomes_a_formula(small: Small) -> None:
    answer = small.ask("who-is-named-without-a-duty", lang="ro")
    sheet = load_workbook(BytesIO(to_xlsx(answer)))["răspuns"]
    cell = sheet.cell(row=2, column=answer.columns.index("institution") + 1)
    assert (cell.value, cell.data_type) == ('=HYPERLINK("x")', "s")


def test_numbers_stay_numbers(small: Small) -> None:
    answer = small.ask("victims-of-a-county", county="Southport")
    sheet = load_workbook(BytesIO(to_xlsx(answer)))["answer"]
    assert sheet.cell(row=2, column=answer.columns.index("value") + 1).value == 30


def test_turtle_is_the_dawg_result_set(small: Small) -> None:
    answer = small.ask("who-is-named-without-a-duty")
    graph = Graph().parse(data=to_turtle(answer), format="turtle")
    (table,) = graph.subjects(predicate=RS.solution)
    assert {str(name) for name in graph.objects(table, RS.resultVariable)} == set(answer.columns)
    (solution,) = graph.objects(table, RS.solution)
    assert graph.value(solution, RS["index"]) == Literal(1)
    bindings = {
        str(graph.value(binding, RS.variable)): graph.value(binding, RS.value)
        for binding in graph.objects(solution, RS.binding)
    }
    assert bindings["institution"] == URIRef(f"{ID}institution/lighthouses")
    assert "dutiesOfUnits" not in bindings
