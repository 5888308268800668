"""Every type of page: the day can be chosen, place and language are kept, and the foot says how to cite it."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from tests.test_browser import TYPES

DAY = "2019-06-01"
SAID = {"ro": "1 iunie 2019", "en": "1 June 2019"}
NOTE = {"ro": "originalul în limba română este cel cu putere de lege", "en": "the Romanian original is the law"}
CITE = {"ro": "Se citează", "en": "Cite as"}
QUERY = {"ro": "Vedeți interogarea", "en": "See the query"}
# An error has no day; its page leads home. A comparison has two days.
ERRORS = {"/nothing", "/sparql?query=SELECT"}
PAGES = [path for path in TYPES if path != "/nothing"]
FORM = re.compile(r'<form [^>]*?action="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)
FIELD = re.compile(r'<(?:input|select)\b[^>]*?\bname="([^"]+)"[^>]*>')


def page_of(client: httpx.Client, path: str) -> httpx.Response:
    return client.get(path, headers={"Accept": "text/html"}, timeout=60)


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server) as found:
        yield found


@pytest.fixture(scope="module")
def dataset(client: httpx.Client) -> str:
    found: str = client.get("/health").json()["dataset"]
    return found


@pytest.fixture(scope="module")
def finding(client: httpx.Client) -> str:
    found: str = client.get("/findings?kind=gap&format=json").json()["findings"][0]["id"]
    return found


@pytest.mark.parametrize("lang", ["ro", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_how_to_cite_it_and_lets_the_day_be_chosen(
    client: httpx.Client, dataset: str, finding: str, path: str, lang: str
) -> None:
    place = f"/{lang}{path.format(finding=finding)}"
    response = page_of(client, place)
    assert response.status_code == (400 if path in ERRORS else 200)
    text = unescape(response.text)
    assert NOTE[lang] in text
    assert CITE[lang] in text
    assert QUERY[lang] in text
    # The permanent address is that of this page, with the day and the dataset.
    [permalink] = set(re.findall(r'<dd class="iri"><a href="([^"]*\bdataset=[^"]*)">', text))
    parts, own = urlsplit(permalink), urlsplit(place)
    assert parts.path == own.path
    lasting = dict(parse_qsl(parts.query))
    assert lasting.pop("dataset") == dataset[:12]
    assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", lasting.pop("as-of"))
    assert dict(parse_qsl(own.query)).items() <= lasting.items()
    assert page_of(client, permalink).status_code == response.status_code
    # The field of the day stands in a form that leads back to the page.
    forms = [(action, FIELD.findall(inside)) for action, inside in FORM.findall(text)]
    if path == "/diff":
        assert any({"from", "to"} <= set(names) for _, names in forms)
        return
    [(action, names)] = [(action, names) for action, names in forms if "as-of" in names]
    assert names.count("as-of") == 1
    assert action.split("?")[0] == own.path
    # What has been chosen before is chosen still; a form to send a file begins anew.
    assert {name for name, _ in parse_qsl(own.query)} <= set(names)


@pytest.mark.parametrize("lang", ["ro", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_chosen_day_is_shown_and_goes_along(client: httpx.Client, finding: str, path: str, lang: str) -> None:
    own = urlsplit(f"/{lang}{path.format(finding=finding)}")
    query = urlencode([*parse_qsl(own.query), ("as-of", DAY)])
    response = page_of(client, f"{own.path}?{query}")
    if path == "/findings/{finding}" and response.status_code == 404:
        return  # the finding of another day
    assert response.status_code == (400 if path in ERRORS else 200)
    text = unescape(response.text)
    if path != "/diff":
        assert SAID[lang] in text or f'value="{DAY}"' in text
    # The menu takes the day along, and so does the switch of the language.
    assert f'href="/{lang}/matrix?as-of={DAY}"' in text
    other = {"ro": "en", "en": "ro"}[lang]
    switch = re.search(rf'<a href="([^"]*)" hreflang="{other}"', text)
    assert switch is not None
    assert urlsplit(switch[1]).path.startswith(f"/{other}")
    assert ("as-of", DAY) in parse_qsl(urlsplit(switch[1]).query)


def test_an_address_of_another_dataset_says_so_on_any_page(client: httpx.Client) -> None:
    for path in ("/ro/id/institution/igi", "/ro/findings", "/ro/queries/duties-without-a-holder", "/ro/matrix", "/ro"):
        text = page_of(client, f"{path}?dataset=0123456789ab").text
        assert text.count("Această adresă a fost făcută pentru altă stare a datelor") == 1, path
        assert "<code>0123456789ab</code>" in text
        assert "altă stare a datelor" not in page_of(client, path).text


def test_a_day_that_is_none_is_told_where_it_counts_and_does_no_harm_elsewhere(client: httpx.Client) -> None:
    assert page_of(client, "/ro/id/institution/igi?as-of=tomorrow").status_code == 200
    told = page_of(client, "/ro/matrix?as-of=2022-02-30")
    assert told.status_code == 422
    assert "luna 2022-02 are 28 de zile" in told.text
