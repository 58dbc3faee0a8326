"""Programmes, outreach, benefit, pictures, volunteers in a real browser: in order for everyone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import faults_of

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
COORDINATOR, INTERPRETING = "st-ki02@musterkreis.example", "st-ki08@musterkreis.example"
PAGES = (
    "/desk/programmes/", "/desk/programmes/new/", "/desk/outreach/", "/desk/outreach/baseline/",
    "/desk/benefit/", "/desk/opening/school-holidays/", "/desk/directory/people/me/photo/",
    "/desk/interpreters/volunteers/", "/topics/t7_labour_market/",
)  # fmt: skip


@pytest.mark.parametrize(("language", "width"), [("de", 320), ("ar", 1280), ("ar", 320)])
def test_the_pages_are_in_order(language: str, width: int, open_as: Open) -> None:
    page = open_as(language, width, account=COORDINATOR)

    found = []
    for address in PAGES:
        page.goto(address)
        found += [f"{address}: {fault}" for fault in faults_of(page)]
    page.goto("/desk/programmes/")
    page.locator("a[href*='/phases/']").first.click()
    found += [f"phase: {fault}" for fault in faults_of(page)]

    assert found == []


def test_a_counsellor_sees_what_is_missing_notes_it_and_refers(open_as: Open) -> None:
    page = open_as("de", 1280, script=False)
    page.goto("/desk/persons/")
    page.get_by_role("link", name="Olena Hrytsenko").first.click()
    page.get_by_role("link", name="Woran kann sie teilnehmen?").click()
    first = page.locator("section", has_text="Kompetenzstart").first
    expect(first).to_contain_text("kann teilnehmen, sobald es geprüft ist")
    assert faults_of_main(page) == []

    card = page.locator("section[aria-labelledby=id_qualification_fact_title]")
    card.locator("[name=checked]").select_option("yes")
    card.locator("[name=paper]").fill("Diplom, Übersetzung")
    card.get_by_role("button").click()

    first = page.locator("section", has_text="Kompetenzstart").first
    expect(first).to_contain_text("kann jetzt teilnehmen")
    first.get_by_role("link", name="Verweisen").first.click()
    assert "/referral/?organization=" in page.url


def faults_of_main(page: Page) -> list[str]:
    """Without script axe cannot run: every field at least has its label."""
    fields = page.locator("main select, main input:not([type=hidden])").all()
    return [it.get_attribute("name") or "?" for it in fields if not label_of(page, it)]


def label_of(page: Page, field: object) -> bool:
    key = field.get_attribute("id")  # type: ignore[attr-defined]
    return page.locator(f"label[for='{key}']").count() == 1


def test_a_volunteer_goes_from_the_talk_into_the_pool(open_as: Open) -> None:
    page = open_as("de", 320, account=INTERPRETING)
    page.goto("/desk/interpreters/volunteers/")
    page.get_by_role("link", name="Hanna Tesfai").click()
    assert faults_of(page) == []

    for done, step in ((3, "confidentiality_on"), (4, "expenses_on")):
        form = page.locator(f"form:has([name=step][value={step}])")
        form.locator("[name=on]").fill("2027-02-20")
        form.get_by_role("button").click()
        expect(page.locator("main .kp-badge--booked")).to_have_count(done)
    page.get_by_role("button", name="In den Pool aufnehmen").click()

    expect(page.locator("main")).to_contain_text("Sie kann angefragt werden")
