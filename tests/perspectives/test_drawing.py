"""The picture of a neighbourhood that moves: made of the table, under the strict policy, and not needed."""

import shutil
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from api.web.extras import has_drawing

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATH = "/en/network?institution=anitp"
# What is drawn stands in the canvas; its library keeps it with the element.
NODES = "() => document.querySelector('.canvas')._cyreg.cy.nodes().map(node => node.data('label'))"
ZOOM = "() => document.querySelector('.canvas')._cyreg.cy.zoom()"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no system Chromium (on Debian: apt-get install chromium)")
    if not has_drawing():
        pytest.skip("set-up has not fetched the optional library: there was no npm")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


def test_it_shows_the_neighbours_of_the_table_under_the_policy_and_zooms_by_keyboard(
    browser: Browser, server: str
) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url) if not request.url.startswith(server) else None)
    answer = page.goto(f"{server}{PATH}")
    assert answer is not None
    policy = answer.header_value("content-security-policy") or ""
    assert "unsafe" not in policy and "default-src 'self'" in policy
    page.locator(".canvas canvas").first.wait_for()
    centre, *others = page.evaluate(NODES)
    assert centre == "National Agency against Trafficking in Persons"
    names = page.locator("#neighbours tbody th[scope=row]").all_inner_texts()
    assert set(others) == {name.strip() for name in names}
    before = page.evaluate(ZOOM)
    page.get_by_role("button", name="Zoom in").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(ZOOM) > before
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
    page.close()


def test_a_neighbour_leads_to_its_own_neighbourhood(browser: Browser, server: str) -> None:
    # High enough that nothing scrolls under the pointer.
    page = browser.new_page(viewport={"width": 1280, "height": 3000})
    page.goto(f"{server}{PATH}")
    page.locator(".canvas canvas").first.wait_for()
    found = "node => node.data('label') === 'Ministry of Internal Affairs'"
    place = page.evaluate(
        f"() => document.querySelector('.canvas')._cyreg.cy.nodes().filter({found}).renderedPosition()"
    )
    page.locator(".canvas").click(position=place)
    page.wait_for_url(lambda address: address.endswith("institution=institution/mai"))
    assert "Ministry of Internal Affairs" in page.inner_text("h1")
    page.close()


def test_without_scripts_the_table_and_the_still_picture_are_there(server: str) -> None:
    text = httpx.get(f"{server}{PATH}", timeout=60).text
    assert '<svg class="branches"' in text and "Ministry of Internal Affairs" in text
    assert 'class="drawing"' not in text or text.split('class="drawing"')[1].split(">")[0].endswith("hidden")
