"""Agreements in a real browser: read, promised, shown with evidence."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import faults_of, faults_without_script

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
MANAGER = "st-jc01@musterkreis.example"
TITLE = "Kooperationsvereinbarung Integration im Musterkreis"


def address_of(page: Page) -> str:
    page.goto("/desk/agreements/")
    link = page.locator("main h2 a", has_text=TITLE).get_attribute("href")
    assert link
    return link


@pytest.mark.parametrize(("language", "width"), [("de", 320), ("ar", 320), ("ar", 1280)])
def test_pages_of_an_agreement_are_in_order(language: str, width: int, open_as: Open) -> None:
    page = open_as(language, width, account=MANAGER)
    one = address_of(page)
    promise = page.locator("main li a").first.get_attribute("href")
    assert promise

    found = []
    for address in (
        "/desk/agreements/", one, promise, "/desk/agreements/new/", one + "parties/new/",
        one + "versions/new/", one + "commitments/new/", one + "tasks/", one + "stage/",
        promise + "evidence/", one + "meetings/", one + "series/new/", one + "points/new/",
    ):  # fmt: skip
        page.goto(address)
        found += [f"{address}: {fault}" for fault in faults_of(page)]

    page.goto(one + "evaluations/")
    report = page.locator("main li a").first.get_attribute("href")
    assert report
    for address in (one + "evaluations/", report):
        page.goto(address)
        found += [f"{address}: {fault}" for fault in faults_of(page)]
    page.goto(one + "meetings/")
    dates = page.locator("main li a[href*='/series/']")
    for address in (dates.first.get_attribute("href"), dates.last.get_attribute("href")):
        assert address
        page.goto(address)
        found += [f"{address}: {fault}" for fault in faults_of(page)]

    assert found == []


def test_a_promise_is_made_and_shown_without_script(open_as: Open) -> None:
    page = open_as("de", 360, account=MANAGER, script=False)
    page.goto(address_of(page))
    page.click("text=Zusage hinzufügen")
    page.click("main form button.kern-btn--primary")
    expect(page.locator("[role=alert]")).to_contain_text("Was wird zugesagt?")
    page.fill("[name=text]", "Hospitationen bei den Partnern")
    page.fill("[name=how_counted]", "Tage, an denen hospitiert wurde")
    page.fill("[name=target]", "10")
    page.fill("[name=first_on]", "2027-01-01")
    page.click("main form button.kern-btn--primary")

    expect(page.locator("main")).to_contain_text("noch nichts")
    page.click("text=Nachweis eintragen")
    page.fill("[name=value]", "10")
    page.fill("[name=text]", "Liste der Tage")
    page.click("main form button.kern-btn--primary")

    expect(page.locator("main")).to_contain_text("erreicht")
    expect(page.locator("main")).to_contain_text("Liste der Tage")
    assert faults_without_script(page) == []


def test_the_report_is_printed_on_one_sheet(open_as: Open) -> None:
    page = open_as("de", 1280, account=MANAGER)
    page.goto(address_of(page) + "evaluations/")
    page.locator("main li a").first.click()
    expect(page.locator("svg.kp-bars title")).to_have_text(re.compile("Zielwert"))

    sheets = page.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type */Page\b", sheets)) == 1
