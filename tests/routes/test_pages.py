"""The pages as a reader gets them: words, links, badges and errors, in both languages, without scripts."""

from collections.abc import Iterator

import httpx
import pytest


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, timeout=30) as found:
        yield found


def page(client: httpx.Client, path: str, status: int = 200) -> str:
    response = client.get(path, headers={"Accept": "text/html"})
    assert response.status_code == status, response.text[:500]
    assert response.headers["content-type"].startswith("text/html")
    return response.text


@pytest.mark.parametrize(
    ("header", "target"), [("ro-RO,ro;q=0.9,en;q=0.5", "/ro"), ("en", "/en"), ("fr", "/en"), (";;q=", "/en")]
)
def test_the_start_page_speaks_the_readers_language(client: httpx.Client, header: str, target: str) -> None:
    response = client.get("/", headers={"Accept-Language": header})
    assert (response.status_code, response.headers["location"]) == (303, target)


def test_the_start_page_offers_search_questions_and_the_date(client: httpx.Client) -> None:
    text = page(client, "/ro")
    assert '<html lang="ro">' in text
    assert "Trei prime întrebări" in text
    assert "2022-12-31" in text
    assert 'hreflang="en" href="/en"' in text
    assert "traducerea în limba engleză" in text


def test_an_institution_shows_its_duties_names_and_places(client: httpx.Client) -> None:
    text = page(client, "/en/id/institution/igi")
    assert "General Inspectorate for Immigration" in text
    assert "Inspectoratul General pentru Imigrări" in text
    for word in ("residence", "accommodation", "badge-stated", "XIV.A.4"):
        assert word in text, word


def test_a_body_that_acts_for_another_says_so(client: httpx.Client) -> None:
    text = page(client, "/en/id/institution/anpdca")
    assert "acts for" in text
    assert "Ministry of Labor and Social Justice" in text


def test_an_institution_without_a_duty_says_that_none_is_recorded(client: httpx.Client) -> None:
    assert "No duty of this institution is recorded" in page(client, "/en/id/institution/mj")


def test_external_facts_carry_another_badge_than_stated_ones(client: httpx.Client) -> None:
    text = page(client, "/en/id/act/law-416-2001")
    assert "badge-stated" in text
    assert "badge-external" in text


def test_an_act_of_another_publisher_has_a_page(client: httpx.Client) -> None:
    text = page(client, "/en/resource?iri=http://data.europa.eu/eli/dir/2011/36/oj")
    assert "32011L0036" in text
    assert "2024/1712" in text


def test_a_passage_shows_its_words_where_the_edition_is_at_hand(client: httpx.Client, shared: object) -> None:
    text = page(client, "/en/id/passage/strategy-2018-2022-xiv-a-4")
    assert "grants the right of" in text
    assert "lines 1036–1046" in text
    assert "Cite as" in text


def test_a_question_is_a_form_and_an_answer(client: httpx.Client) -> None:
    form = page(client, "/en/queries/which-institution-holds-a-function")
    assert "<select" in form
    answer = page(client, "/ro/queries/which-institution-holds-a-function?function=residence-permit")
    assert "Inspectoratul General pentru Imigrări" in answer
    assert "format=xlsx" in answer


def test_a_wrong_parameter_is_named_beside_the_form(client: httpx.Client) -> None:
    text = page(client, "/en/queries/which-institution-holds-a-function?function=residence-permits", 422)
    assert 'role="alert"' in text
    assert "residence-permit" in text


@pytest.mark.parametrize("path", ["/en/id/institution/nobody", "/en/queries/nothing", "/ro/id/act/x%22%3E%3Cscript%3E"])
def test_what_is_not_there_is_a_page_that_says_so(client: httpx.Client, path: str) -> None:
    text = page(client, path, 404)
    assert "<script" not in text
    assert "<h1" in text


def test_search_folds_diacritics_and_case(client: httpx.Client) -> None:
    for words in ("imigrari", "IMIGRĂRI", "Imigrări"):
        assert "institution/igi" in page(client, f"/ro/search?q={words}")
    assert "Nothing with that name" in page(client, "/en/search?q=zzzz")


@pytest.mark.parametrize(
    ("accept", "start"), [("text/turtle", "text/turtle"), ("application/ld+json", "application/ld+json"), ("application/n-triples", "application/n-triples"), ("application/rdf+xml", "application/rdf+xml")]
)  # fmt: skip
def test_a_thing_is_rdf_after_a_303(client: httpx.Client, accept: str, start: str) -> None:
    first = client.get("/id/institution/anitp", headers={"Accept": accept})
    assert first.status_code == 303
    answer = client.get(first.headers["location"], headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(start)
    assert "anitp" in answer.text


def test_a_thing_leads_browsers_to_its_page(client: httpx.Client) -> None:
    response = client.get("/id/institution/anitp", headers={"Accept": "text/html", "Accept-Language": "ro"})
    assert (response.status_code, response.headers["location"]) == (303, "/ro/id/institution/anitp")


@pytest.mark.parametrize(
    "path",
    [
        "/ontology",
        "/scheme/role",
        "/graph/strategy-2018-2022/acts",
        "/id/passage/strategy-2018-2022-xiv-a-1",
        "/rule/INT-001",
    ],
)
def test_documents_answer_at_once(client: httpx.Client, path: str) -> None:
    response = client.get(path, headers={"Accept": "text/turtle"})
    assert response.status_code == 200, response.text[:300]
    assert len(response.text) > 100


def test_a_page_that_has_not_changed_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get("/en/id/institution/igi")
    again = client.get("/en/id/institution/igi", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
