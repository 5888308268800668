"""The day is chosen by keyboard on any page, and goes along with the language and the place."""

import pytest
from playwright.sync_api import Browser, expect


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_day_is_chosen_by_keyboard_and_goes_along(browser: Browser, server: str, scripts: bool) -> None:
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{server}/ro/id/institution/anitp")
    page.get_by_label("La data").fill("2019-06-01")
    page.get_by_label("La data").press("Enter")
    page.wait_for_url("**/ro/id/institution/anitp?as-of=2019-06-01")
    page.get_by_role("link", name="Dosarul instituției").press("Enter")
    expect(page.locator(".standing")).to_contain_text("1 iunie 2019")
    page.get_by_role("link", name="English").press("Enter")
    page.wait_for_url("**/en/dossier/anitp?as-of=2019-06-01")
    expect(page.locator(".standing")).to_contain_text("1 June 2019")
    page.get_by_role("link", name="Findings", exact=True).press("Enter")
    expect(page.locator(".standing")).to_contain_text("1 June 2019")
    page.get_by_label("Day").fill("2022-12-31")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page.locator(".standing")).to_contain_text("31 December 2022")
    context.close()
