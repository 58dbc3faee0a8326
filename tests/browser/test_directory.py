"""The directory in a real browser: find by topic and with typing errors, book, refer, ask."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import faults_of

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
JOBCENTER = "Jobcenter Musterkreis"


def look(page: Page, faults: list[str], step: str) -> None:
    faults.extend(f"{step}: {fault}" for fault in faults_of(page))


def open_service(page: Page, faults: list[str]) -> str:
    """Browse by topic, then search with a typing error; return the address of the service."""
    page.goto("/desk/directory/")
    look(page, faults, "list")
    page.locator("details summary", has_text="Eingrenzen").click()
    page.select_option("[name=topic]", index=1)
    page.locator("main form button", has_text="Suchen").click()
    expect(page.locator("main ul.kp-list").first).to_be_visible()
    look(page, faults, "topic")
    page.goto("/desk/directory/")
    page.fill("[name=q]", "Jobcentr Antrg")
    page.press("[name=q]", "Enter")
    look(page, faults, "found")
    page.locator("main ul.kp-list a", has_text="Antrag").first.click()
    page.wait_for_url("**/services/**")
    expect(page.locator("main")).to_contain_text(JOBCENTER)
    expect(page.locator("main")).to_contain_text("Heute")
    look(page, faults, "service")
    return page.url


def choose_olena(page: Page) -> None:
    page.locator(".kp-tile", has_text="Olena Hrytsenko").locator("input").check()
    page.click("main form button")


def test_from_a_topic_to_a_booking_a_referral_and_a_question(open_as: Open) -> None:
    page, faults = open_as("de", 1280), []
    service = open_service(page, faults)
    key = service.rstrip("/").rsplit("/", 1)[-1]

    page.get_by_role("link", name="Dazu einen Termin planen").click()
    look(page, faults, "for whom")
    choose_olena(page)
    expect(page.locator(f"[name=services][value='{key}']")).to_be_checked()
    page.goto(service)
    page.get_by_role("link", name="Dorthin verweisen", exact=True).click()
    choose_olena(page)
    expect(page.locator("[name=service]")).to_have_value(key)
    expect(page.locator("main")).to_contain_text(JOBCENTER)
    look(page, faults, "referral")

    page.goto(service)
    page.locator("#colleagues a[href$=ask\\/]").first.click()
    page.fill("[name=question]", "Welche Unterlagen gelten auch als Kopie?")
    look(page, faults, "question")
    page.click("main form button")
    expect(page.locator("main")).to_contain_text("Ihre Frage ist unterwegs")
    assert faults == []


def test_the_suite_would_notice_a_fault(open_as: Open) -> None:
    page = open_as("de", 320)
    page.goto("/desk/directory/")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=x>')")

    assert faults_of(page) != []
