"""The perspectives in a real browser: narrow, wide, by keyboard, without scripts."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATHS = (
    "matrix",
    "matrix?rows=function&columns=target-group",
    "dossier",
    "dossier/diicot",
    "objectives",
    "chain-of-care",
    "obligations/cets-197",
    "law?act=law-678-2001",
    "timeline",
    "statistics",
    "network?institution=anitp",
    "source?passage=strategy-2018-2022-xiv-a-4",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no system Chromium (on Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@pytest.mark.parametrize("lang", ["en", "ro"])
def test_no_page_scrolls_sideways_and_every_table_has_its_own_box(browser: Browser, server: str, lang: str) -> None:
    context = browser.new_context(java_script_enabled=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for path in PATHS:
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            response = page.goto(f"{server}/{lang}/{path}")
            assert response is not None and response.ok, path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        outside = "() => [...document.querySelectorAll('table')].filter(e => !e.closest('.scroll[tabindex]')).length"
        assert page.evaluate(outside) == 0, path
        doubled = "() => { const a = [...document.querySelectorAll('[id]')].map(e => e.id); return a.length - new Set(a).size }"
        assert page.evaluate(doubled) == 0, path
        bare = "() => [...document.querySelectorAll('thead th, tbody th')].filter(e => !e.scope).length"
        assert page.evaluate(bare) == 0, path
    assert complaints == []
    context.close()


def test_the_rows_of_obligations_are_not_clipped_and_their_status_is_on_a_narrow_screen(
    browser: Browser, server: str
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{server}/en/obligations/cets-197")
        box = "() => { const b = document.querySelector('#obligations .scroll'); return [b.scrollHeight, b.clientHeight] }"
        whole, shown = page.evaluate(box)
        assert whole <= shown + 1, width
        edge = "() => document.querySelector('#obligations tbody td').getBoundingClientRect().right"
        assert page.evaluate(edge) <= width, width
        assert page.locator("#obligations .swipe").is_visible(), width
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{server}/en/chain-of-care")
    assert page.evaluate("document.querySelector('#stages tbody td').getBoundingClientRect().right") <= 360
    page.goto(f"{server}/en/timeline")
    assert page.evaluate(
        "[...document.querySelectorAll('.periods rect')].every(e => e.getBoundingClientRect().right <= 360)"
    )
    context.close()


def test_the_matrix_is_filtered_and_read_by_keyboard_without_scripts(browser: Browser, server: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/en/matrix")
    page.get_by_label("Function family").focus()
    page.keyboard.type("prosec")
    page.get_by_role("button", name="Show").focus()
    assert page.locator(":focus").inner_text() == "Show"
    page.keyboard.press("Enter")
    page.wait_for_url("**family=*")
    assert "prosecution" in page.url
    assert page.get_by_label("Function family").input_value().endswith("prosecution")
    table = page.locator("#matrix table")
    assert "lead, through DIICOT" in table.inner_text()
    table.get_by_role("link", name="lead, through DIICOT").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/id/responsibility/**")
    page.go_back()
    # The switch keeps the place.
    page.get_by_role("link", name="Română").click()
    assert "/ro/matrix?" in page.url and "prosecution" in page.url
    context.close()
