"""The pages in a real browser: no script needed, nothing wider than a phone, names for everything, nothing fetched from outside."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PAGES = [
    "/en",
    "/ro",
    "/en/queries",
    "/ro/id/institution/igi",
    "/en/id/act/law-678-2001",
    "/en/id/passage/strategy-2018-2022-xiv-a-4",
    "/ro/queries/which-institution-holds-a-function?function=residence-permit",
    "/en/queries/victims-of-a-county?county=RO411",
    "/en/search?q=imigrari",
    "/en/sparql",
    "/ro/sparql?query=SELECT%20%2A%20WHERE%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%2020",
    "/ro/queries/what-changed-names",
    "/en/id/document/strategy-2018-2022",
    "/ro/id/responsibility/strategy-2018-2022-xiv-a-4-accommodation",
    "/en/ontology/Institution",
]


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


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=True)
    tab = context.new_page()
    yield tab
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_narrow_and_wide(page: Page, server: str, path: str) -> None:
    outside: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: outside.append(request.url) if not request.url.startswith(server) else None)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        response = page.goto(server + path)
        assert response is not None and response.ok
        # WCAG 1.4.10: the page itself never scrolls sideways; wide tables scroll in their own region.
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert outside == []
    assert complaints == []
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == path[1:3]
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll('input, select, textarea')].filter(e => !e.labels.length).map(e => e.name)
             .concat([...document.querySelectorAll('a, button')].filter(e => !e.textContent.trim()).map(e => e.outerHTML))"""
    )
    assert unnamed == []
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_a_lawyer_finds_the_institution_and_the_words(page: Page, server: str) -> None:
    page.goto(server + "/en")
    page.get_by_role("link", name="Which institution holds a function?").first.click()
    page.get_by_label("Function", exact=False).select_option(
        value=page.locator("option", has_text="residence").first.get_attribute("value")
    )
    page.get_by_role("button", name="Show the answer").click()
    page.get_by_role("link", name="General Inspectorate for Immigration").first.click()
    assert "Duties" in page.inner_text("main")
    page.get_by_role("link", name="Română").click()
    assert "Atribuții" in page.inner_text("main")


def test_pages_work_without_scripts_and_by_keyboard(browser: Browser, server: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(server + "/ro/queries/which-institution-holds-a-function?function=accommodation")
    assert "Inspectoratul General pentru Imigrări" in tab.inner_text("table")
    tab.keyboard.press("Tab")
    assert tab.locator(":focus").inner_text() == "Sari la conținut"
    context.close()
