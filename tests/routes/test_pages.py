"""The pages as a reader gets them: words, links, badges and errors, in both languages, without scripts."""

import asyncio
import html
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pytest

from api.settings import Settings
from api.web.app import create_app


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
    assert "Primele trei întrebări" in text
    assert "31 decembrie 2022" in text
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


def section(text: str, identifier: str) -> str:
    """The HTML of the section whose heading has an id."""
    found = re.search(rf'<section[^>]*aria-labelledby="{identifier}".*?</section>', text, re.DOTALL)
    assert found is not None, identifier
    return found[0]


def test_an_answer_carries_a_badge_on_each_row_and_its_query(client: httpx.Client) -> None:
    path = "/ro/queries/which-institution-holds-a-function?function=residence-permit"
    text = page(client, path)
    assert 'class="badge badge-stated"' in section(text, "answer-title")
    assert "afirmat în text" in text
    query = html.unescape(re.findall(r"<code>(.*?)</code>", text, re.DOTALL)[0])
    assert "scheme/function/residence-permit" in query
    opened = re.search(r'href="(/ro/sparql\?query=[^"]+)"', text)
    assert opened is not None
    assert "institution/igi" in section(page(client, html.unescape(opened[1])), "result-title")


def test_a_form_shows_its_defaults_and_offers_no_empty_choice_beside_them(client: httpx.Client) -> None:
    text = page(client, "/en/queries/which-institution-holds-a-function")
    assert 'type="date" value="2022-12-31"' in text
    for one in client.get("/queries").json()["queries"]:
        for name, parameter in one["params"].items():
            if parameter["enum"] and parameter["default"]:
                choices = re.search(
                    rf'<select id="p-{name}".*?</select>', page(client, f"/en/queries/{one['id']}"), re.DOTALL
                )
                assert choices is not None
                assert 'value=""' not in choices[0]


def test_the_editors_notes_stand_apart_from_what_the_document_says(client: httpx.Client) -> None:
    text = page(client, "/ro/id/passage/strategy-2018-2022-fig-1")
    notes = section(text, "notes-title")
    assert "badge-editors" in notes
    assert "traducerea editorilor" in notes
    assert "Doar titlul" in notes
    assert "badge-stated" not in notes
    assert "coverageReason" not in section(text, "says-title")


def test_a_statement_puts_its_sentence_holder_and_own_words_first(client: httpx.Client, shared: object) -> None:
    text = page(client, "/en/id/responsibility/strategy-2018-2022-xiv-a-4-accommodation")
    lead, words, rest = (text.index(f'id="{name}-title"') for name in ("lead", "places", "says"))
    assert lead < words < rest
    assert "houses foreign victims" in section(text, "lead-title")
    assert "institution/igi" in section(text, "lead-title")
    assert "lines 1039–1044" in section(text, "places-title")
    assert "lines 1036–1046" not in text
    assert "isLeadDuty" not in text


def test_a_body_that_ended_says_what_became_of_it(client: httpx.Client) -> None:
    notice = section(page(client, "/en/id/institution/anpdca"), "changes-title")
    assert "9 January 2020" in notice
    assert "18 February 2022" in notice
    assert "institution/anpdca-2022" in notice
    assert "changes-title" not in page(client, "/en/id/institution/igi")


def test_a_judgement_shows_its_reason_and_confidence(client: httpx.Client) -> None:
    text = page(client, "/en/id/indicator/strategy-2018-2022-x-1-a")
    assert "products delivered by the institutions" in text
    assert "confidence 0.9" in text


def test_outside_terms_and_pages_have_short_names(client: httpx.Client) -> None:
    assert "vezi și" in page(client, "/ro/id/act/hg-1064-2021")
    text = page(client, "/en/id/act/hg-1064-2021")
    assert "see also" in text
    assert re.search(r">legislatie\.just\.ro · [^<]{1,40}</a>", text)


def test_many_sources_are_listed_once(client: httpx.Client) -> None:
    text = page(client, "/en/id/document/strategy-2018-2022")
    assert 'href="#places"' in text
    assert "<details>" in section(text, "places-title")
    assert len(text) < 150_000


def test_a_class_shows_some_of_its_instances_and_how_many_there_are(client: httpx.Client) -> None:
    text = page(client, "/en/ontology/Passage")
    assert re.search(r"Things of this kind .*\(60 of [0-9]+\)", text)
    assert "_:" not in text


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("Legea 678/2001", "act/law-678-2001"),
        ("678/2001 legea", "act/law-678-2001"),
        ("CETS 197", "act/cets-197"),
        ("HG 861/2018", "act/hg-861-2018"),
        ("ANITP", "institution/anitp"),
        ("drept de şedere", "function/residence-permit"),
    ],
)
def test_search_finds_all_words_in_any_order_best_first(client: httpx.Client, words: str, first: str) -> None:
    response = client.get("/search", params={"q": words})
    assert response.headers["content-type"] == "application/json"
    hit = response.json()["hits"][0]
    assert hit["iri"].endswith(first)
    assert set(hit["label"]) == {"en", "ro"}
    assert hit["type"].startswith("https://w3id.org/atf/ontology#")


def test_search_leads_browsers_to_its_page_and_finds_nothing_for_nothing(client: httpx.Client) -> None:
    response = client.get("/search?q=ș", headers={"Accept": "text/html", "Accept-Language": "ro"})
    assert (response.status_code, response.headers["location"]) == (303, "/ro/search?q=%C8%99")
    assert client.get("/search?q=").json() == {"hits": []}


def test_error_pages_speak_romanian(client: httpx.Client) -> None:
    assert "La această adresă nu există nimic." in page(client, "/ro/id/act/none", 404)
    wrong = page(client, "/ro/queries/which-institution-holds-a-function?function=residence-permits", 422)
    assert "O valoare lipsește sau nu este acceptată." in wrong


def test_an_unexpected_error_is_a_page_for_a_browser(settings: Settings) -> None:
    app = create_app(settings)

    @app.get("/ro/fails")
    async def fails() -> None:
        raise RuntimeError("a secret of the inside")

    # The route must come before those that would take the path.
    app.router.routes.insert(0, app.router.routes.pop())

    async def ask() -> httpx.Response:
        inside = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")
        async with app.router.lifespan_context(app), inside:
            return await inside.get("/ro/fails", headers={"Accept": "text/html"})

    response = asyncio.run(ask())
    assert response.status_code == 500
    assert response.headers["content-type"].startswith("text/html")
    assert "A apărut o eroare neașteptată a serviciului." in response.text
    assert "secret" not in response.text


def test_the_sparql_page_answers_on_itself(client: httpx.Client) -> None:
    query = (
        'SELECT ?a ?b WHERE { VALUES (?a ?b) { ("<b>x</b>"@en UNDEF) (<https://w3id.org/atf/id/institution/igi> 2) } }'
    )
    text = client.get("/ro/sparql", params={"query": query}, headers={"Accept": "text/html"}).text
    assert "Rezultat: 2 rânduri" in text
    assert "&lt;b&gt;x" in text
    assert 'href="/ro/id/institution/igi"' in text
    yes = client.get("/en/sparql", params={"query": "ASK {}"}).text
    assert "Yes: the pattern matches." in yes
    graph = client.get("/en/sparql", params={"query": "CONSTRUCT { <a:a> <a:b> 1 } WHERE {}"}).text
    assert "&lt;a:a&gt;" in graph


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("SELECT ?s WHERE {\n ?s ?p }", 400, "Rândul 2, coloana"),
        ("DELETE WHERE { ?s ?p ?o }", 403, "doar pentru citire"),
        ("ASK { SERVICE <http://example.org/> { ?s ?p ?o } }", 403, "SERVICE"),
    ],
)
def test_the_sparql_page_keeps_a_query_that_fails(client: httpx.Client, query: str, status: int, told: str) -> None:
    response = client.get("/ro/sparql", params={"query": query}, headers={"Accept": "text/html"})
    assert response.status_code == status
    assert told in response.text
    assert query.split("\n", maxsplit=1)[0] in html.unescape(response.text)


def test_the_sparql_page_offers_the_questions_and_their_names(client: httpx.Client) -> None:
    text = page(client, "/ro/sparql?example=victims-of-a-county")
    assert "PREFIX" in section_of_query(text)
    assert '<option value="victims-of-a-county" selected>' in text
    assert "Rezultat" not in text
    assert client.get("/en/sparql?example=nothing", headers={"Accept": "text/html"}).status_code == 404
    text = client.get(
        "/ro/sparql", params={"query": "SELECT ?a { VALUES ?a { <https://w3id.org/atf/id/institution/igi> } }"}
    ).text
    assert (
        '>Inspectoratul General pentru Imigrări</a> <span class="note iri">https://w3id.org/atf/id/institution/igi'
        in text
    )


def test_the_sparql_page_declares_prefixes_and_shows_where_it_is_wrong(client: httpx.Client) -> None:
    query = "SELECT * { ?s a atf:Act ; skos:prefLabel ?x } # org:no"
    text = page(client, f"/en/sparql?{urlencode({'query': query, 'do': 'prefixes'})}")
    found = section_of_query(text)
    assert found.startswith("PREFIX atf: <https://w3id.org/atf/ontology#>\nPREFIX skos: ")
    assert found.endswith(query)
    assert found.count("PREFIX") == 2
    assert "Result" not in text.split("</form>")[-1]
    again = page(client, f"/en/sparql?{urlencode({'query': found, 'do': 'prefixes'})}")
    assert section_of_query(again) == found
    broken = page(client, f"/en/sparql?{urlencode({'query': 'SELECT * { atf:x ?p %%', 'do': 'prefixes'})}")
    assert section_of_query(broken).startswith("PREFIX atf:")
    wrong = client.get("/en/sparql", params={"query": "ASK {\n ?s ?p }"}, headers={"Accept": "text/html"}).text
    assert "<code>2:  ?s ?p <mark>}</mark></code>" in wrong


def section_of_query(text: str) -> str:
    """Return the query that stands in the form."""
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", text, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def test_dates_gazettes_and_punctuation_read_as_in_a_text(client: httpx.Client) -> None:
    assert "M.Of. 1014 din 25 octombrie 2021" in page(client, "/ro/id/act/hg-1064-2021")
    assert "M.Of. 1014 of 25 October 2021" in page(client, "/en/id/act/hg-1064-2021")
    assert ">da</span>" in page(client, "/ro/id/document/strategy-2018-2022")
    assert not re.search(r"</a>\s+[,;)]", page(client, "/en/id/institution/anpdca"))


def test_the_cards_of_the_start_page_ask_the_questions_of_the_readme(client: httpx.Client) -> None:
    first = section(page(client, "/en"), "first-title")
    assert "Which institution gives foreign victims a residence permit" in first
    assert "queries/victims-of-a-county?county=RO411" in first
