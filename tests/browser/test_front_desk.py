"""A morning at the front desk: who comes, is here, is called, runs late; who comes without."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from knotenpunkt.network.models import StaffMember
from tests.browser.booked import book
from tests.browser.conftest import Looks
from tests.conftest import BOOKING_DAY

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
TODAY = BOOKING_DAY.date()
SERVICE, PERSON = "of-gk-orient", "cl-07"
DESK = "st-gk02"
DESK_MAIL = f"{DESK}@musterkreis.example"


def book_today() -> str:
    """Book a talk of this morning at the health kiosk, whose second colleague sits in front."""
    StaffMember.objects.filter(code=DESK).update(role="front_desk")
    return book(PERSON, SERVICE, by="st-mb02", first=TODAY, last=TODAY).code


@pytest.fixture(scope="module")
def said() -> dict[str, str]:
    return {}


@pytest.fixture
def code(said: dict[str, str], behind: Callable[..., Any]) -> str:
    """One visit for all walks of this file."""
    if "code" not in said:
        said["code"] = behind(book_today)
    return said["code"]


def test_a_day_at_the_front_desk(open_as: Open, code: str) -> None:
    desk, looks = open_as("de", 1280, account=DESK_MAIL), Looks(1280, 320)
    desk.goto("/desk/day/")
    row = desk.locator(".kp-arrival", has_text=code)
    expect(row).not_to_contain_text("Orientierung")  # the need stays with those who talk
    looks.at(desk, "day")

    desk.fill("[name=code]", "kein Code")
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    looks.at(desk, "day-wrong-code")
    desk.fill("[name=code]", code.lower())
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    looks.at(desk, "day-check-in")
    desk.keyboard.press("Enter")  # the button has the focus
    expect(row).to_contain_text("angekommen")
    looks.at(desk, "day-is-here")

    row.get_by_role("button", name=re.compile("nicht da")).click()
    expect(row.get_by_role("button", name=re.compile("^Ist da"))).to_be_visible()
    row.get_by_role("button", name=re.compile("^Ist da")).click()
    row.get_by_role("button", name=re.compile("^Aufrufen")).click()
    row.locator("[name=minutes]").fill("15")
    row.get_by_role("button", name=re.compile("Verspätung")).click()
    expect(row).to_contain_text("15")
    looks.at(desk, "day-called-late")

    assert looks.faults == []


def test_a_number_is_given_and_called_on_the_screen(open_as: Open, code: str) -> None:
    desk, looks = open_as("de", 1280, account=DESK_MAIL), Looks(1280, 320)
    desk.goto("/desk/day/")
    desk.click(".kp-daylinks a >> nth=0")
    desk.select_option("[name=language]", "ar")
    desk.get_by_role("button", name="Nummer geben").click()
    looks.at(desk, "queue-waiting")
    screen = str(desk.get_attribute("main a[href*=screen]", "href"))
    monitors = [open_as(language, 1280, account="") for language in ("de", "ar")]
    for monitor in monitors:
        monitor.clock.install()
        monitor.goto(screen)
        looks.at(monitor, "screen-empty")

    desk.get_by_role("button", name=re.compile("Nächste")).click()
    looks.at(desk, "queue-called")
    for monitor in monitors:
        monitor.clock.fast_forward(16_000)
        expect(monitor.locator(".kp-screen")).to_contain_text("W1")
        looks.at(monitor, "screen")
        expect(monitor.locator("main")).not_to_contain_text(code)

    desk.goto("/desk/day/load/")
    looks.at(desk, "load")
    assert looks.faults == []


def test_the_slip_on_a_phone_opens_the_check_in_for_staff_alone(open_as: Open, code: str) -> None:
    looks = Looks(320)
    stranger, desk = open_as("de", 320, account=""), open_as("de", 320, account=DESK_MAIL)
    for page in (stranger, desk):
        page.goto(f"/v/{code}/")
    looks.at(desk, "slip-for-staff")

    assert stranger.locator("a[href*='/desk/']").count() == 0
    desk.click("a[href*='/day/in/']")
    expect(desk.locator("h1")).to_have_text("Anmelden")
    assert looks.faults == []
