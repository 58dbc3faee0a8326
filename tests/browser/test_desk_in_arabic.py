"""Front desk, repair, waiting list, interpreters and capacity in Arabic on a narrow screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions.incidents import cancel_for_organization
from knotenpunkt.visits.actions.waiting import join_line
from knotenpunkt.visits.models import InterpreterAssignment, Visit
from tests.browser.booked import book
from tests.browser.conftest import Looks
from tests.conftest import BOOKING_DAY

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
Behind = Callable[..., Any]
TODAY, DAY = BOOKING_DAY.date(), dt.date(2027, 4, 20)
DESK, COUNSELLOR, COORDINATOR, MANAGER = "st-gk02", "st-ki03", "st-ki08", "st-ki01"


def mail(code: str) -> str:
    return f"{code}@musterkreis.example"


def arabic(open_as: Open, code: str) -> Page:
    page = open_as("ar", 320, account=mail(code))
    assert page.get_attribute("html", "dir") == "rtl"
    return page


def somebody_today() -> Visit:
    StaffMember.objects.filter(code=DESK).update(role="front_desk")
    return book("cl-11", "of-gk-orient", by="st-mb02", first=TODAY, last=TODAY)


def test_a_day_at_the_front_desk(open_as: Open, behind: Behind) -> None:
    visit, looks = behind(somebody_today), Looks(320)
    desk = arabic(open_as, DESK)
    desk.goto("/desk/day/")
    looks.at(desk, "ar-day")
    desk.fill("[name=code]", "لا رمز")
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    looks.at(desk, "ar-day-wrong-code")
    desk.fill("[name=code]", visit.code)
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    expect(desk.locator("main form button").first).to_be_visible()
    looks.at(desk, "ar-check-in")
    desk.keyboard.press("Enter")
    row = desk.locator(".kp-arrival", has_text=visit.code)
    row.locator("[name=minutes]").fill("15")
    row.locator("[name=minutes]").press("Enter")
    expect(row).to_contain_text("15")
    looks.at(desk, "ar-day-late")
    desk.click(".kp-daylinks a >> nth=0")
    looks.at(desk, "ar-queue")
    desk.goto("/desk/day/load/")
    looks.at(desk, "ar-load")

    assert looks.faults == []


def a_hurt_visit_and_a_line() -> None:
    by = Account.objects.get(staff_member__code=COUNSELLOR)
    visit = book("cl-01", "of-vz-konto", by=COUNSELLOR, first=DAY, last=DAY)
    cancel_for_organization(appointment=visit.appointments.get(), by=by)
    person = Person.objects.select_related("network").get(code="cl-37")
    services = [it.service for it in person.needs.select_related("service")[:2]]
    join_line(person=person, services=services, last_on=DAY, by=by)


def test_repair_and_waiting_list(open_as: Open, behind: Behind) -> None:
    behind(a_hurt_visit_and_a_line)
    page, looks = arabic(open_as, COUNSELLOR), Looks(320)
    page.goto("/desk/repair/incident/")
    page.click("main form button")
    looks.at(page, "ar-incident-wrong")
    page.goto("/desk/repair/")
    looks.at(page, "ar-repair-list")
    page.locator("main a[href*='/desk/repair/']", has_text="-").last.click()
    looks.at(page, "ar-repair-task")
    page.click("[name=decision][value=propose]")
    expect(page.locator("[name=decision][value=confirm]")).to_be_visible()
    looks.at(page, "ar-repair-proposal")
    page.goto("/desk/waiting/")
    looks.at(page, "ar-line")

    assert looks.faults == []


def day_of_an_interpreter() -> dt.date:
    visit = book("cl-07", "of-vz-konto", "of-kim-erst", by=COUNSELLOR, first=DAY, last=DAY)
    found = InterpreterAssignment.objects.filter(appointment__visit=visit)
    return DAY if found.exists() else TODAY


def test_interpreters_and_capacity(open_as: Open, behind: Behind) -> None:
    day, looks = behind(day_of_an_interpreter), Looks(320)
    page = arabic(open_as, COORDINATOR)
    page.goto(f"/desk/interpreters/?day={day}")
    looks.at(page, "ar-interpreters")
    page.locator("main li a[href*='/desk/interpreters/']").first.click()
    looks.at(page, "ar-interpreter")
    manager = arabic(open_as, MANAGER)
    for name in ("", "report/", "check/", "pools/"):
        manager.goto(f"/desk/capacity/{name}")
        looks.at(manager, f"ar-capacity-{name.strip('/') or 'waits'}")

    assert looks.faults == []
