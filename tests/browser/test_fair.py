"""The postponed fair in a real browser: the hall is lost, one form, everyone is asked again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import faults_of

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
COORDINATOR = "st-ki02@musterkreis.example"


def faults_on(page: Page, *addresses: str) -> list[str]:
    found = []
    for address in addresses:
        page.goto(address)
        found += [f"{address}: {fault}" for fault in faults_of(page)]
    return found


def fair_address(page: Page) -> str:
    page.goto("/desk/fairs/")
    link = page.locator("li", has_text=re.compile("2027")).first.locator("a").get_attribute("href")
    assert link
    return link


@pytest.mark.parametrize(("language", "width"), [("de", 320), ("ar", 1280)])
def test_pages_of_a_fair_are_in_order(language: str, width: int, open_as: Open) -> None:
    page = open_as(language, width, account=COORDINATOR)
    fair = fair_address(page)
    public = fair.replace("/desk", "")

    assert page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
    assert (
        faults_on(
            page, "/desk/fairs/", fair, fair + "matches/", fair + "contacts/", fair + "cards/",
            fair + "postpone/", fair + "block/", public, "/desk/gap-map/", "/desk/opening/",
            "/desk/freshness/", "/desk/responsibility/", "/desk/responsibility/rules/",
        )
        == []
    )  # fmt: skip


def test_the_hall_is_lost_and_the_fair_is_postponed(open_as: Open) -> None:
    page = open_as("de", 360, account=COORDINATOR)
    fair = fair_address(page)
    page.goto(fair + "postpone/")
    expect(page.locator("main")).to_contain_text("143 Menschen erfahren es")
    page.click("main form button.kern-btn--primary")
    expect(page.locator("[role=alert]").first).to_contain_text("Bitte noch einmal ansehen")
    page.fill("[name=reason]", "Halle ist Notunterkunft")
    page.fill("[name=day]", "2027-06-16")
    page.select_option(
        "[name=location]", label="Musterarkaden – Kompetenzzentrum Integration und Arbeit"
    )
    for room in page.locator("label.kp-tile", has_text="Musterarkaden").all():
        room.locator("input").check()
    page.fill("[name=capacity]", "160")
    page.click("main form button.kern-btn--primary")

    expect(page.locator("main")).to_contain_text("143 Anmeldungen bleiben")
    expect(page.locator("main")).to_contain_text("erneut gefragt: 143")
    assert faults_of(page) == []
    page.goto(fair)
    expect(page.locator("main")).to_contain_text("Halle ist Notunterkunft")


def test_question_by_question_with_the_keyboard_and_without_script(open_as: Open) -> None:
    page = open_as("de", 320, script=False)
    page.goto("/desk/responsibility/")
    page.click("main form button.kern-btn--primary")
    for answer in ("§ 24 AufenthG (Ukraine)", "nein", "nein"):
        page.locator("fieldset label", has_text=answer).first.locator("input").check()
        page.click("main form button.kern-btn--primary")

    expect(page.locator(".kp-answer")).to_contain_text("Jobcenter Musterkreis")
    expect(page.locator(".kp-answer")).to_contain_text("Entwurf, entscheidet nichts")
