"""The questions over HTTP: catalogue, answers in every format, and a clear problem for each wrong request."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from api.routes import queries
from api.web.app import create_app
from tests.small import ID, SCHEME, Small, as_if_started, framework

Get = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    with framework(tmp_path_factory.mktemp("build")) as found:
        yield found


@pytest.fixture(scope="module")
def get(small: Small) -> Get:
    app = create_app(small.settings)
    if not any(getattr(route, "path", "") == "/queries" for route in app.routes):
        app.include_router(queries.router)
    # The store runs already, in the loop of the tests.
    as_if_started(app)
    app.state.store, app.state.manifest = small.store, small.answerer.manifest
    app.state.questions, app.state.answerer = small.questions, small.answerer

    def request(path: str, method: str = "GET", **headers: str) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                named = {name.replace("_", "-"): value for name, value in headers.items()}
                return await client.request(method, path, headers=named)

        return small.run(send())

    return request


def answer(get: Get, path: str) -> dict[str, Any]:
    response = get(path)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def problem(get: Get, path: str, status: int) -> dict[str, Any]:
    response = get(path)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = response.json()
    assert found["status"] == status
    return found


def test_the_catalogue_lists_every_question_with_typed_parameters_and_columns(get: Get, small: Small) -> None:
    listed = answer(get, "/queries")["queries"]
    assert [question["id"] for question in listed] == sorted(small.questions)
    by_id = {question["id"]: question for question in listed}
    one = by_id["which-institution-holds-a-function"]
    assert set(one["title"]) == set(one["summary"]) == {"en", "ro"}
    function = one["params"]["function"]
    assert (function["type"], function["class"], function["required"]) == ("iri", "atf:Function", True)
    assert function["example"] == f"{SCHEME}function/accommodation"
    assert function["label"] == {"en": "Function", "ro": "Funcția"}
    assert function["default"] is function["enum"] is None
    assert one["params"]["as-of"]["default"] == "2022-12-31"
    assert by_id["duties-of-an-institution"]["params"]["units"]["enum"] == ["no", "yes"]
    group = one["params"]["target-group"]
    assert group["enum"] == sorted(group["enum_labels"])
    assert group["enum_labels"]["foreign-sailors"] == {"en": "Foreign sailors", "ro": "Marinari străini"}
    assert all("source" in question["columns"] for question in listed)
    assert all(not question["params"] or "sparql" not in question for question in listed)


def test_one_question_comes_with_its_sparql(get: Get, small: Small) -> None:
    found = answer(get, "/queries/announced-actions")
    assert found["sparql"] == small.questions["announced-actions"].sparql
    assert "PREFIX atf:" in found["sparql"]


def test_an_answer_is_json_unless_something_else_is_asked_for(get: Get) -> None:
    path = "/queries/duties-of-an-institution/results?institution=pilots"
    for response in (get(path), get(path, accept="*/*"), get(f"{path}&format=json", accept="text/html")):
        assert response.headers["content-type"] == "application/json"
        assert response.json()["rows"][0]["holder"]["value"] == f"{ID}institution/pilots"
    assert answer(get, f"{path}&lang=ro")["rows"][0]["holder"]["label"] == "Serviciul de Pilotaj"
    assert answer(get, f"{path}&as-of=2017-01-01")["rows"] == []
    assert answer(get, f"{path}&as-of=2017-01-01")["as_of"] == "2017-01-01"


def test_the_same_answer_comes_as_csv_workbook_and_turtle(get: Get) -> None:
    path = "/queries/duties-of-an-institution/results?institution=pilots"
    columns = answer(get, path)["columns"]
    table = get(f"{path}&format=csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert 'filename="duties-of-an-institution.csv"' in table.headers["content-disposition"]
    assert next(csv.reader(io.StringIO(table.text))) == columns
    book = load_workbook(io.BytesIO(get(f"{path}&format=xlsx").content))
    assert [cell.value for cell in book.worksheets[0][1]] == columns
    turtle = get(f"{path}&format=ttl")
    assert turtle.headers["content-type"].startswith("text/turtle")
    assert "result-set#" in turtle.text
    assert get(path, accept="text/csv").content == table.content


def test_a_reader_is_sent_to_the_page_with_the_same_parameters(get: Get) -> None:
    path = "/queries/duties-of-an-institution/results?institution=pilots"
    page = "queries/duties-of-an-institution?institution=pilots"
    for response, lang in (
        (get(f"{path}&format=html"), "en"),
        (get(path, accept="text/html,*/*;q=0.8", accept_language="ro"), "ro"),
        (get(f"{path}&format=html&lang=ro", accept_language="en"), "ro"),
    ):
        assert (response.status_code, response.headers["location"]) == (303, f"/{lang}/{page}")
        assert "Accept-Language" in response.headers["vary"]
    assert get("/queries", accept="text/html").headers["location"] == "/en/queries"
    assert get("/queries/announced-actions", accept="text/html").headers["location"] == "/en/queries/announced-actions"


@pytest.mark.parametrize("format_name", ["json", "csv", "xlsx", "ttl"])
def test_who_has_an_answer_is_told_that_it_still_holds(get: Get, format_name: str) -> None:
    path = f"/queries/announced-actions/results?format={format_name}"
    first = get(path)
    assert get(path, if_none_match=first.headers["etag"]).status_code == 304
    assert get(f"{path}&as-of=2020-01-01", if_none_match=first.headers["etag"]).status_code == 200
    assert get("/queries", if_none_match=get("/queries").headers["etag"]).status_code == 304


def test_head_has_the_headers_of_get(get: Get) -> None:
    for path in ("/queries", "/queries/announced-actions", "/queries/announced-actions/results"):
        head, full = get(path, "HEAD"), get(path)
        assert head.status_code == 200
        for name in ("etag", "content-type", "vary"):
            assert head.headers[name] == full.headers[name]


def test_an_unknown_question_is_404_with_near_ones(get: Get) -> None:
    for path in ("/queries/duties", "/queries/duties/results"):
        assert "duties-of-an-institution" in problem(get, path, 404)["hint"]
    for path in ("/queries/%2e%2e/results", "/queries/a%00b/results", "/queries/..%5c..%5cwin.ini"):
        assert get(path).status_code == 404


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "institution"),
        ("institution=", "institution"),
        ("institution=nobody", "institution"),
        ("institution=pilots&institution=harbours", "institution"),
        ("institution=pilots&as-of=tomorrow", "as-of"),
        ("institution=pilots&units=maybe", "units"),
        ("institution=pilots&colour=red", "colour"),
        ("institution=pilots&format=pdf", "format"),
        ("institution=pilots&lang=fr", "lang"),
        ("institution=pilots&lang=%3E%3C", "lang"),
        ("institution=pilots&lang=en&lang=ro", "lang"),
        ("institution=x%3E%20%7D%20;%20DROP%20ALL%20%23", "institution"),
        ("institution=%22%7D%20UNION%20%7B%3Fs%20%3Fp%20%3Fo", "institution"),
        ("institution=%00", "institution"),
    ],
)
def test_a_wrong_parameter_is_422_and_named(get: Get, query: str, parameter: str) -> None:
    found = problem(get, f"/queries/duties-of-an-institution/results?{query}", 422)
    assert found["parameter"] == parameter
    assert found["hint"]


@pytest.mark.parametrize("query", ["institution=%ff", "&".join(["institution=pilots"] * 101)])
def test_a_query_string_that_cannot_be_read_is_400(get: Get, query: str) -> None:
    problem(get, f"/queries/duties-of-an-institution/results?{query}", 400)


def test_nothing_acceptable_is_406(get: Get) -> None:
    response = get("/queries/announced-actions/results", accept="image/png")
    assert response.status_code == 406


def test_words_of_an_attack_come_back_as_data(get: Get) -> None:
    text = '<script>"} UNION {?s ?p ?o'
    found = answer(
        get,
        "/queries/which-institution-owns-by-words/results?words=%3Cscript%3E%22%7D%20UNION%20%7B%3Fs%20%3Fp%20%3Fo",
    )
    assert (found["params"]["words"], found["rows"]) == (text, [])
    assert json.dumps(found)


def test_labels_come_in_the_language_asked_for(get: Get) -> None:
    found = answer(get, "/queries/duties-of-an-institution/results?institution=pilots&lang=ro")
    assert found["rows"][0]["holder"]["label"] == "Serviciul de Pilotaj"
    assert "VALUES ?institution" in found["sparql"]
