"""A window of 1280 by 1024 px at 400 %: four dots a px, 320 by 256 px to lay out in (WCAG 1.4.10, 1.4.4)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.test_browser import TYPES

# What sticks out of the page to the side, unless it stands in a box that scrolls by itself.
OUTSIDE = """() => [...document.querySelectorAll('main *, header *, footer *')].filter(e => {
  const box = e.getBoundingClientRect();
  return box.width && (box.right > innerWidth + 1 || box.left < -1) && !e.closest('.scroll, .box, pre, svg, .skip, figure')
}).map(e => e.outerHTML.slice(0, 160))"""
# What is wider than its own box and cannot be scrolled to.
CUT = """() => [...document.querySelectorAll('main *')].filter(e => {
  const style = getComputedStyle(e);
  return ['hidden', 'clip'].includes(style.overflowX) && e.scrollWidth > e.clientWidth + 1 && !e.closest('svg')
}).map(e => e.outerHTML.slice(0, 160))"""
# The boxes that do scroll: only data tables, code and pictures may.
BOXES = """() => [...document.querySelectorAll('main *')].filter(e =>
  e.scrollWidth > e.clientWidth + 1 && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX))
  .filter(e => !e.querySelector('table, svg, canvas') && !['PRE', 'TEXTAREA'].includes(e.tagName)).map(e => e.outerHTML.slice(0, 160))"""
TEXT = "() => document.querySelector('body').innerText.replace(/\\s+/g, ' ')"
HINTS = "() => document.querySelectorAll('.swipe').forEach(e => e.remove())"
FIXED = """() => [...document.querySelectorAll('body *')].filter(e => {
  const style = getComputedStyle(e);
  return style.position === 'fixed' && e.getBoundingClientRect().height > innerHeight / 2
}).length"""


@pytest.fixture(scope="module")
def zoomed(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 320, "height": 256}, device_scale_factor=4)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def wide(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 1024})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("number", range(len(TYPES)), ids=TYPES)
def test_at_400_percent_nothing_is_lost_and_only_tables_scroll(
    zoomed: Page, wide: Page, server: str, finding: str, number: int
) -> None:
    # Every second type in Romanian, whose words are longer; the layout is that of both.
    address = f"{server}/{('ro', 'en')[number % 2]}{TYPES[number].format(finding=finding)}"
    zoomed.goto(address)
    assert zoomed.evaluate("devicePixelRatio") == 4
    assert zoomed.evaluate("document.documentElement.scrollWidth") <= 320
    assert zoomed.evaluate(OUTSIDE) == []
    assert zoomed.evaluate(CUT) == []
    assert zoomed.evaluate(BOXES) == []
    assert zoomed.evaluate(FIXED) == 0
    wide.goto(address)
    for page in (zoomed, wide):
        page.evaluate(HINTS)
    assert zoomed.evaluate(TEXT) == wide.evaluate(TEXT)
