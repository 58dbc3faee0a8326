"""Somebody waits, somebody else cancels by her link, the freed time is offered and taken."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.visits.actions.waiting import join_line
from knotenpunkt.visits.links import cancel_link
from knotenpunkt.visits.models import Visit
from tests.browser.booked import book
from tests.browser.conftest import Looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
Behind = Callable[..., Any]
COUNSELLOR, SERVICE, PHONE = "st-ki03", "of-bb-anmeldung", "+4915112345672"
WAITS, HAS = "cl-01", "cl-37"
SOON, LATE = dt.date(2027, 3, 8), dt.date(2027, 4, 12)
WEEK = dt.timedelta(days=6)


def one_with_a_late_time_and_one_who_will_cancel() -> tuple[Visit, str]:
    late = book(WAITS, SERVICE, by=COUNSELLOR, first=LATE, last=LATE + WEEK, phone=PHONE)
    soon = book(HAS, SERVICE, by=COUNSELLOR, first=SOON, last=SOON + WEEK)
    return late, path_of(cancel_link(soon))


def path_of(text: str) -> str:
    """Return the path of the first address in a text."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found, text
    return found[1]


def newest_offer() -> str:
    message = OutboxMessage.objects.filter(purpose="waiting.offer").latest("created_at")
    assert message.language == "uk"
    return path_of(message.body)


def test_a_freed_time_goes_to_who_waits(open_as: Open, behind: Behind) -> None:
    late, cancel = behind(one_with_a_late_time_and_one_who_will_cancel)
    page, looks = open_as("de", 1280, account=f"{COUNSELLOR}@musterkreis.example"), Looks(1280, 320)
    page.goto(f"/desk/persons/{late.person_id}/waiting/")
    page.click("main form button")
    looks.at(page, "join-wrong")
    page.select_option("[name=visit]", str(late.pk))
    page.fill("[name=last_on]", LATE.isoformat())
    looks.at(page, "join")
    page.click("main form button")
    looks.at(page, "line")

    phone, small = open_as("ar", 320, account=""), Looks(320, 360)
    phone.goto(cancel)
    small.at(phone, "cancel")
    phone.locator("main form button").focus()
    phone.keyboard.press("Enter")
    expect(phone.locator("main .kp-note")).to_be_visible()
    small.at(phone, "cancelled")

    page.goto("/desk/waiting/")
    looks.at(page, "line-offered")
    phone.goto(behind(newest_offer))
    small.at(phone, "offer")
    phone.locator("[name=answer][value=take]").focus()
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/v/**")
    small.at(phone, "offer-taken")

    page.reload()
    expect(page.locator("main")).not_to_contain_text("Olena")
    assert looks.faults + small.faults == []
    assert phone.get_attribute("html", "dir") == "rtl"


def test_cancelling_and_answering_need_no_script(open_as: Open, behind: Behind) -> None:
    late, cancel = behind(one_with_a_late_time_and_one_who_will_cancel)
    behind(lambda: wait_for(late))
    phone = open_as("ar", 320, account="", script=False)
    phone.goto(cancel)
    phone.click("main form button")
    expect(phone.locator("main .kp-note")).to_be_visible()

    offer = behind(newest_offer)
    phone.goto(offer)
    phone.click("[name=answer][value=decline]")
    expect(phone.locator("[name=answer]")).to_have_count(0)
    phone.goto(offer)

    expect(phone.locator("[name=answer]")).to_have_count(0)
    looked = open_as("ar", 320, account="")
    looked.goto(offer)
    small = Looks(320, 360)
    small.at(looked, "offer-declined")
    assert small.faults == []


def wait_for(late: Visit) -> None:
    services = [it.service for it in late.appointments.select_related("service")]
    join_line(person=late.person, services=services, last_on=LATE, by=late.booked_by, visit=late)
