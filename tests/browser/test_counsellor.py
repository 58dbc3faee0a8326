"""Shared work in a browser: from today to an answered referral, lists, keyboard, no script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import faults_of

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
COUNSELLOR = "st-mb02@musterkreis.example"
AGENCY = "st-aa02@musterkreis.example"
LANGUAGES = [("de", 1280), ("de", 320), ("ar", 360)]


def look(page: Page, faults: list[str], step: str) -> None:
    faults.extend(f"{step}: {fault}" for fault in faults_of(page))


@pytest.mark.parametrize(("language", "width"), LANGUAGES)
def test_from_today_to_an_answered_referral_and_a_closed_talk(
    language: str, width: int, open_as: Open
) -> None:
    page, faults = open_as(language, width, account=COUNSELLOR), []
    expect(page.locator(".kp-words").first).to_be_visible()
    look(page, faults, "today")
    page.click(".kp-next a")
    talk = page.url
    look(page, faults, "talk")
    page.click("nav.kp-card a >> nth=1")
    page.select_option("[name=organization]", label="Agentur für Arbeit Musterstadt")
    look(page, faults, "to whom")
    page.click("main form button")
    page.locator(".kp-tile", has_text="Timo Brackwede").locator("input").check()
    page.select_option("[name=purpose]", "work")
    page.fill("[name=question]", f"Arbeit als Koch {language} {width}")
    look(page, faults, "referral")
    page.click("main form button")
    referral = page.url
    look(page, faults, "draft")
    if page.locator("a[href*=consent]").count():
        page.click("a[href*=consent]")
        page.click("main form button")
        assert page.locator(".kp-sheet").get_attribute("lang") in {"ar", "fr"}
        look(page, faults, "consent sheet")
        page.click(".kp-sheet button")
    page.click("form[action*=send] button")
    look(page, faults, "sent")

    agency = open_as(language, width, account=AGENCY)
    agency.goto(referral)
    look(agency, faults, "received")
    agency.click("form[action*=accept] button")
    look(agency, faults, "accepted")

    page.goto("/desk/")
    expect(page.locator("main")).to_contain_text(f"Arbeit als Koch {language} {width}")
    page.goto(talk)
    page.locator("[name=outcome]").first.check()
    page.click("[name=follow_up][value='14']")
    look(page, faults, "talk closed")
    assert "أريد" not in page.input_value("#own-system")
    assert len(page.input_value("#own-system").splitlines()) >= 4
    assert faults == []


@pytest.mark.parametrize(("language", "width"), LANGUAGES)
def test_lists_plans_and_conferences_have_no_faults(
    language: str, width: int, open_as: Open
) -> None:
    page, faults = open_as(language, width), []
    for name in ("casework", "casework/conferences", "casework/conferences/new", "follow-ups",
                 "casework/assignments", "casework/import"):  # fmt: skip
        page.goto(f"/desk/{name}/")
        look(page, faults, name)
    page.goto("/desk/persons/")
    page.fill("[name=q]", "Olena Hrytsenko")
    page.click("main form button")
    page.click("main .kp-list a")
    person = page.url
    look(page, faults, "person")
    for name in ("plan", "helpers", "needs", "joint", "handover", "conference", "follow-up"):
        page.goto(f"{person}{name}/")
        look(page, faults, name)

    assert faults == []


def test_today_works_by_keyboard_and_without_script(open_as: Open) -> None:
    page = open_as("de", 1280, account=COUNSELLOR, script=False)
    keys = page.locator("[accesskey]").evaluate_all("them => them.map(it => it.accessKey)")
    assert {"1", "s"} <= set(keys)
    page.locator(".kp-next a").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_visible()
    page.locator("[name=outcome]").first.focus()
    page.keyboard.press("Space")
    page.locator("[name=follow_up]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#own-system")).to_be_visible()
