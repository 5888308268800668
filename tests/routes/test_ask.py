"""``/ask`` over HTTP: the JSON of the contract, clear problems, and pages that work without scripts."""

from collections.abc import Iterator

import httpx
import pytest

QUESTION = "who gives foreign victims a residence permit"


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, timeout=30) as opened:
        yield opened


def test_the_json_has_every_member_of_the_contract(client: httpx.Client) -> None:
    response = client.get("/ask", params={"q": QUESTION})
    assert response.headers["content-type"] == "application/json"
    reply = response.json()
    assert {"answers", "not_in_graph", "looked_for", "coverage"} <= reply.keys()
    members = {"kind", "thing", "value", "institution", "role", "function", "target_group", "statement", "modality",
               "legal_basis", "sources", "assertion_kind", "valid", "score"}  # fmt: skip
    [card] = reply["answers"]
    assert members <= card.keys()
    assert {"passage", "lines", "quote"} <= card["sources"][0].keys()
    assert {"from", "through"} == card["valid"].keys()


def test_a_second_request_is_answered_by_its_tag(client: httpx.Client) -> None:
    first = client.get("/ask", params={"q": QUESTION})
    again = client.get("/ask", params={"q": QUESTION}, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert client.head("/ask", params={"q": QUESTION}).status_code == 200


@pytest.mark.parametrize(
    ("params", "parameter"),
    [
        ({}, "q"),
        ({"q": " "}, "q"),
        ({"q": "x" * 601}, "q"),
        ({"q": QUESTION, "lang": "fr"}, "lang"),
        ({"q": QUESTION, "as-of": "soon"}, "as-of"),
        ({"q": QUESTION, "colour": "red"}, "colour"),
    ],
)
def test_a_wrong_request_is_a_clear_problem(client: httpx.Client, params: dict[str, str], parameter: str) -> None:
    response = client.get("/ask", params=params)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["parameter"] == parameter


def test_a_browser_is_led_to_the_page_in_its_language(client: httpx.Client) -> None:
    headers = {"Accept": "text/html", "Accept-Language": "ro"}
    response = client.get("/ask", params={"q": "cine repatriază copiii?"}, headers=headers)
    assert response.status_code == 303
    page = client.get(response.headers["location"])
    assert page.url.path == "/ro/ask"
    assert '<html lang="ro">' in page.text
    assert "Autoritatea Națională pentru Protecția Drepturilor Copilului și Adopție" in page.text


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/en/ask", "For example"),
        ("/ro/ask", "De exemplu"),
        ("/en/ask?q=who+houses+foreign+victims", "General Inspectorate for Immigration"),
        ("/en/ask?q=who+is+responsible+for+objective+3.3", "The loaded documents do not say it"),
        ("/ro/ask?q=r%C8%9Bet%C4%83%3Cscript%3E", "Documentele încărcate nu spun aceasta"),
        ("/en/ask?q=who+runs+the+hotline", "(only three measures of it are loaded)"),
        ("/ro/ask?q=este+in+vigoare+HG+861/2018&as-of=2019-06-01", "în vigoare la 1 iunie 2019"),
        ("/en/ask?q=victims+in+Dolj", '<p class="figure-value">220</p>'),
    ],
)
def test_the_page_says_it_in_words(client: httpx.Client, path: str, says: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert says in page.text
    assert "<script" not in page.text


def test_a_wrong_date_is_told_beside_the_form(client: httpx.Client) -> None:
    page = client.get("/en/ask", params={"q": QUESTION, "as-of": "soon"})
    assert page.status_code == 422
    assert 'aria-invalid="true" aria-describedby="problem"' in page.text


@pytest.mark.parametrize("lang", ["en", "ro"])
def test_the_start_page_has_the_box(client: httpx.Client, lang: str) -> None:
    page = client.get(f"/{lang}").text
    assert f'action="/{lang}/ask"' in page and 'id="ask-q"' in page
