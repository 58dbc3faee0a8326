"""The menu of the desk: in a row where there is room, behind a button on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
COUNSELLOR = "st-ki03@musterkreis.example"
Open = Callable[..., Page]


@pytest.mark.parametrize("language", ["de", "ar"])
def test_on_a_phone_the_menu_opens_by_keyboard(open_as: Open, language: str) -> None:
    page = open_as(language, 320, account=COUNSELLOR)
    page.goto("/desk/")
    menu, nav = page.locator(".kp-menu"), page.locator("#kp-nav")
    expect(nav).to_be_hidden()

    menu.focus()
    page.keyboard.press("Enter")

    expect(nav).to_be_visible()
    expect(menu).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Enter")
    expect(nav).to_be_hidden()


@pytest.mark.parametrize(("width", "script"), [(320, False), (1280, True)])
def test_without_script_or_with_room_there_is_no_button(
    open_as: Open, width: int, script: bool
) -> None:
    page = open_as("de", width, account=COUNSELLOR, script=script)
    page.goto("/desk/")

    expect(page.locator(".kp-menu")).to_be_hidden()
    expect(page.locator("#kp-nav a").first).to_be_visible()
