"""A joint talk: counsellors of several houses and one person, booked in one step."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from knotenpunkt.casework.models import JointSession
from knotenpunkt.people.models import Person
from tests.browser.conftest import Looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
ADVISER = "st-jm01@musterkreis.example"
ZAHRA = "cl-03"
WALKS = [("de", 1280), ("ar", 320)]


def zahra() -> str:
    return str(Person.objects.get(code=ZAHRA).pk)


def booked(question: str) -> tuple[str, int, set[str]]:
    """Return state, number of houses and the names at the table of the talk about this."""
    leg = JointSession.objects.get(question=question).appointment
    members = leg.staff.select_related("organization")
    return leg.status, len({it.organization_id for it in members}), {it.name for it in members}


@pytest.mark.parametrize(("language", "width"), WALKS)
def test_all_calendars_and_the_person_in_one_step(
    language: str, width: int, open_as: Open, behind: Callable[..., Any]
) -> None:
    page, looks = open_as(language, width, account=ADVISER), Looks(width)
    question = f"Schule oder Ausbildung? {language}"
    page.goto(f"/desk/persons/{behind(zahra)}/")
    page.click("main a[href$='/joint/']")
    looks.at(page, "joint-new")
    page.select_option("[name=service]", index=1)
    page.fill("[name=question]", question)
    page.click("main form.kp-card button")
    looks.at(page, "joint-times")
    first = page.locator("form.kp-card li").first
    table = first.locator("small bdi").all_inner_texts()  # name, house, name, house
    names, houses = set(table[::2]), set(table[1::2])
    first.locator("button").click()

    page.wait_for_url(re.compile(r"/desk/visits/[0-9a-f-]{36}/$"))
    expect(page.locator("main")).to_contain_text(question)
    looks.at(page, "joint-booked")
    assert behind(lambda: booked(question)) == ("booked", len(houses), names)
    assert len(houses) >= 2
    assert looks.faults == []
