"""An office cancels a day: whom it hurts, what is proposed, one action for all, and who is told."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.visits.models import Visit
from tests.browser.booked import book
from tests.browser.conftest import Looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
DAY = dt.date(2027, 4, 6)
COUNSELLOR, OFFICE = "st-ki03", "st-bb01"
PERSONS = {"cl-37": "+4915112345671", "cl-01": ""}  # one can be reached, one cannot


def two_visits() -> list[Visit]:
    return [
        book(person, "of-bb-anmeldung", by=COUNSELLOR, first=DAY, last=DAY, phone=phone)
        for person, phone in PERSONS.items()
    ]


def told(visits: list[Visit]) -> list[tuple[str, str]]:
    """Return purpose and language of what goes to persons, about the visits or what follows."""
    rows = OutboxMessage.objects.filter(channel="sms")
    about = [it.pk for it in visits] + [it.pk for it in Visit.objects.filter(changes__in=visits)]
    return list(rows.filter(about__in=about).values_list("purpose", "language").order_by("id"))


def test_an_office_cancels_and_one_action_repairs_all(
    open_as: Open, behind: Callable[..., Any]
) -> None:
    visits, looks = behind(two_visits), Looks(1280, 320)
    office = open_as("de", 1280, account=f"{OFFICE}@musterkreis.example")
    office.goto("/desk/repair/incident/")
    looks.at(office, "incident")
    office.click("main form button")
    looks.at(office, "incident-wrong")
    office.select_option("[name=kind]", "organization_cancels")
    office.fill("[name=first_on]", DAY.isoformat())
    office.fill("[name=last_on]", DAY.isoformat())
    office.click("main form button")
    looks.at(office, "affected")
    for visit in visits:
        expect(office.locator("main")).to_contain_text(visit.code)
    expect(office.locator("main")).not_to_contain_text("Olena")
    office.click("[name=confirm]")

    page = open_as("de", 1280, account=f"{COUNSELLOR}@musterkreis.example")
    page.goto("/desk/repair/")
    looks.at(page, "repair-list")
    page.locator(f"a:has-text('{visits[0].code}')").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    looks.at(page, "repair-task")
    page.locator("[name=decision][value=propose]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[name=decision][value=confirm]")).to_be_visible()
    looks.at(page, "repair-proposal")
    page.goto("/desk/repair/")
    page.click("form[action*=propose] button")
    page.click("form[action*=confirm] button")
    looks.at(page, "repaired")
    told_by_hand = page.get_by_role("button", name=re.compile("Sie weiß Bescheid"))
    assert told_by_hand.count() > 0
    while told_by_hand.count():  # also those that other tests have left
        with page.expect_navigation():
            told_by_hand.first.click()
    expect(page.locator("main")).not_to_contain_text(visits[0].code)

    assert looks.faults == []
    assert behind(lambda: told(visits)) == [("visit.changed", "uk")]
    slip = open_as("ar", 320, account="")
    slip.goto(f"/v/{visits[0].code}/")
    small = Looks(320, 360)
    small.at(slip, "slip-replaced")
    assert small.faults == []
