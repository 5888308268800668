"""The pages in a real browser: with the keyboard, at 320 px and at 400 %, without scripts, and nothing from elsewhere."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from api.web.extras import has_editor
from tests.endpoint import get

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# One path of every type of page; {finding} is a finding of the day.
TYPES = [
    "",
    "/ask",
    "/ask?q=cine+acorda+permis+de+sedere",
    "/ask?q=qwertz",
    "/search?q=imigrari",
    "/queries",
    "/queries/which-institution-holds-a-function?function=residence-permit",
    "/queries/which-institution-holds-a-function",
    "/sparql",
    "/sparql?query=SELECT%20%2A%20WHERE%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%2020",
    "/sparql?query=SELECT",
    "/dataset",
    "/id/institution/igi",
    "/id/act/law-678-2001",
    "/id/passage/strategy-2018-2022-xiv-a-4",
    "/id/document/strategy-2018-2022",
    "/id/responsibility/strategy-2018-2022-xiv-a-4-accommodation",
    "/ontology/Institution",
    "/scheme/function/accommodation",
    "/graph/catalog",
    "/resource?iri=http%3A%2F%2Fdata.europa.eu%2Feli%2Fdir%2F2011%2F36%2Foj",
    "/findings?kind=overlap",
    "/findings/{finding}",
    "/findings/summary",
    "/findings/history",
    "/rules",
    "/rules/GAP-009",
    "/diff",
    "/matrix?family=protection",
    "/dossier",
    "/dossier/anitp",
    "/objectives",
    "/chain-of-care",
    "/obligations",
    "/obligations/cets-197",
    "/law",
    "/law?act=act/law-678-2001",
    "/timeline",
    "/statistics",
    "/network",
    "/source",
    "/validate",
    "/import",
    "/problem",
    "/problem/not-found",
    "/nothing",
]
# Rows of a table and items of a list are made by one line of a template each: what axe says of the first ones it would
# say of all, in many seconds.
FEW = """() => { for (const list of document.querySelectorAll('tbody, ul, ol, select, optgroup, svg'))
  [...list.children].slice(12).forEach(item => item.remove()) }"""
LINT = """async () => (await axe.run({resultTypes: ['violations'], preload: false})).violations
  .map(one => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`)"""
UNNAMED = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
  .filter(e => !e.labels.length).map(e => e.name)
  .concat([...document.querySelectorAll('a, button')].filter(e => !e.textContent.trim()).map(e => e.outerHTML))"""
TWICE = """() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  return ids.filter((id, n) => ids.indexOf(id) !== n) }"""
# A field for a date marks day, month or year by itself.
FOCUS = """() => { const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  return {text: `${e.labels?.[0]?.innerText ?? ''} ${e.innerText || e.value || ''}`,
    outlined: style.outlineStyle !== 'none' || e.type === 'date', seen: e !== document.body && box.bottom > 0 && box.top < innerHeight} }"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no system Chromium (on Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
            ],
        )
        yield found
        found.close()


class Watched:
    """A tab that notes what it asks of other hosts, and what its console complains of."""

    def __init__(self, page: Page, server: str) -> None:
        self.page = page
        self.outside: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda one: None if one.url.startswith((server, "data:")) else self.outside.append(one.url))
        page.on("console", lambda one: self.complaints.append(one.text) if one.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))


@pytest.fixture(scope="module")
def tab(browser: Browser, server: str) -> Iterator[Watched]:
    context = browser.new_context()
    yield Watched(context.new_page(), server)
    context.close()


@pytest.fixture(scope="module")
def finding(server: str) -> str:
    found: str = get(f"{server}/findings?kind=gap&format=json").json()["findings"][0]["id"]
    return found


@pytest.mark.parametrize("lang", ["ro", "en"])
@pytest.mark.parametrize("path", TYPES)
def test_a_page_is_whole_for_everybody(tab: Watched, server: str, finding: str, path: str, lang: str) -> None:
    page = tab.page
    tab.outside.clear()
    tab.complaints.clear()
    # A phone, and 1280 by 1024 px at 400 %, which are as many px of four dots each (WCAG 1.4.10).
    page.set_viewport_size({"width": 320, "height": 256})
    response = page.goto(f"{server}/{lang}{path.format(finding=finding)}")
    assert response is not None
    wrong = {"/nothing": 404, "/sparql?query=SELECT": 400}.get(path, 200)
    assert response.status == wrong
    # The page itself never scrolls sideways; wide tables scroll in their own region.
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == lang
    assert page.evaluate(UNNAMED) == []
    assert page.evaluate(TWICE) == []
    page.evaluate(FEW)
    page.evaluate(AXE)
    assert page.evaluate(LINT) == []
    assert tab.outside == []
    # A browser notes the status of a page that is an error.
    assert [text for text in tab.complaints if wrong == 200 or "status of" not in text] == []


def tab_to(page: Page, words: str, most: int = 250) -> None:
    """Press the tabulator until something with these words has the focus, which must be seen on the way."""
    for _ in range(most):
        page.keyboard.press("Tab")
        # What has the focus comes into view with the next frame.
        focus = next((one for one in (page.evaluate(FOCUS) for _ in range(100)) if one["seen"]), None)
        assert focus is not None, page.evaluate(FOCUS)
        assert focus["outlined"], focus
        if words in " ".join(focus["text"].split()):
            return
    pytest.fail(f"the tabulator does not lead to {words!r}")


def follow(page: Page, words: str) -> None:
    """Go to a link or button by keyboard and press it."""
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def keyboard(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def test_a_lawyer_asks_and_reaches_the_words(keyboard: Page, server: str) -> None:
    page = keyboard
    page.goto(f"{server}/en")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content"
    tab_to(page, "Your question, in your own words")
    page.keyboard.type("which institution gives foreign victims a residence permit")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "XIV.A.4" in page.locator(".answer").first.inner_text()
    follow(page, "General Inspectorate for Immigration")
    assert "Duties" in page.inner_text("main")
    follow(page, "Română")
    assert page.locator("h1").inner_text() == "Inspectoratul General pentru Imigrări"
    assert "Atribuții" in page.inner_text("main")


def test_a_reviewer_reads_what_nobody_holds_and_why_it_is_said(keyboard: Page, server: str) -> None:
    page = keyboard
    page.goto(f"{server}/ro")
    follow(page, "Ce atribuții sunt enunțate fără titular?")
    assert page.locator("tbody tr").count() > 0
    follow(page, "Constatări")
    follow(page, "Nicio instituție nu este înregistrată")
    assert "Pe ce se sprijină" in page.inner_text("main")
    page.goto(f"{server}/ro")
    follow(page, "Matrice")
    assert page.locator("table thead th[scope=col]").count() > 10
    assert "neevaluabil" in page.inner_text("main")


def test_a_data_person_takes_the_figures_and_the_query(keyboard: Page, server: str) -> None:
    page = keyboard
    page.goto(f"{server}/en")
    follow(page, "How many victims did a county have")
    tab_to(page, "csv")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert "RO411" in download.value.path().read_text(encoding="utf-8")
    tab_to(page, "The question in SPARQL")
    page.keyboard.press("Enter")
    follow(page, "Open in the SPARQL editor")
    follow(page, "Run the query")
    assert "Dolj" in page.inner_text("table")


def test_the_editor_of_colours_keeps_the_policy(browser: Browser, server: str) -> None:
    if not has_editor():
        pytest.skip("set-up has not fetched the optional editor: there was no npm")
    context = browser.new_context()
    watched = Watched(context.new_page(), server)
    page = watched.page
    page.goto(f"{server}/ro/sparql")
    page.get_by_role("link", name="Deschideți interogarea în editorul").click()
    page.locator(".yasqe_queryButton").first.click()
    page.locator(".yasr_results", has_text="Inspectoratul General pentru Imigrări").wait_for(timeout=10_000)
    assert watched.outside == []
    assert watched.complaints == []
    context.close()
