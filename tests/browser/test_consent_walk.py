"""Consent given and withdrawn in a real browser, in German and Arabic, on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import faults_of

pytestmark = pytest.mark.browser
PARTNER = "st-hw01@musterkreis.example"


@pytest.mark.parametrize(("language", "width"), [("de", 320), ("de", 1280), ("ar", 320)])
def test_given_and_withdrawn(language: str, width: int, open_as: Callable[..., Page]) -> None:
    page = open_as(language, width)
    faults: list[str] = []

    def look(step: str) -> None:
        faults.extend(f"{step}: {fault}" for fault in faults_of(page))

    page.goto("/desk/persons/new/")
    page.fill("[name=given_name]", f"Samira {language} {width}")
    page.fill("[name=birth]", "1990")
    page.select_option("[name=first_language]", "ar")
    page.click("main form button")
    page.goto("/desk/persons/")
    page.fill("[name=q]", f"Samira {language} {width}")
    page.click("form[role=search] button")
    page.click(".kp-list a.kern-link")
    page.click("a[href$='/sharing/']")
    look("sharing")
    page.click("a[href$='/items/new/']")
    look("note")
    page.select_option("[name=category]", "qualification")
    page.fill("[name=body]", "drei Jahre Elektrikerin")
    page.click("main form button")
    page.click("a[href$='/sharing/new/']")
    look("terms")
    page.select_option("[name=recipients]", label="Markus Fellhölter")
    page.check("[name=categories][value=qualification]")
    page.check("[name=purposes][value=recognition]")
    page.click("main form button")
    look("sheet")
    expect(page.locator("section[lang=ar]")).to_have_attribute("dir", "rtl")
    expect(page.locator("main")).to_contain_text("drei Jahre Elektrikerin")
    page.click("button[name=yes]")
    look("given")

    partner = open_as("de", width, account=PARTNER)
    partner.goto("/desk/shared/")
    partner.click(f"text=Samira {language} {width}")
    expect(partner.locator("main")).to_contain_text("drei Jahre Elektrikerin")
    faults.extend(f"shared: {fault}" for fault in faults_of(partner))

    page.click("a[href$='/withdraw/']")
    look("withdraw")
    page.click("main form button")
    partner.reload()
    expect(partner.locator("body")).not_to_contain_text("drei Jahre Elektrikerin")
    assert faults == []
