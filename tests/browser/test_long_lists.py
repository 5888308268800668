"""axe-core on the longest pages as they are, with all their rows, in both languages."""

import pytest
from playwright.sync_api import Browser

from tests.test_browser import AXE, LINT, Watched

LONG = ["/findings", "/matrix", "/statistics"]


@pytest.mark.parametrize("lang", ["ro", "en"])
@pytest.mark.parametrize("path", LONG)
def test_a_long_page_has_no_violation_in_any_of_its_rows(browser: Browser, server: str, path: str, lang: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    watched = Watched(context.new_page(), server)
    page = watched.page
    response = page.goto(f"{server}/{lang}{path}")
    assert response is not None and response.status == 200
    # What is folded away is read as well.
    page.evaluate("() => document.querySelectorAll('details').forEach(e => { e.open = true })")
    page.evaluate(AXE)
    assert page.evaluate(LINT) == []
    assert watched.outside == []
    assert watched.complaints == []
    context.close()
