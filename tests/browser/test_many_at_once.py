"""A coordinator plans a group, looks at the proposals and books them; a manager sees figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from knotenpunkt.cohorts.actions import plan_cohort
from knotenpunkt.cohorts.models import Cohort, CohortPlace
from knotenpunkt.planner.cohort import Effort
from knotenpunkt.visits.actions import cancel_visit
from tests.browser.conftest import Looks
from tests.conftest import BOOKING_DAY, FIRST, LAST

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
Behind = Callable[..., Any]
COORDINATOR, MANAGER = "st-ki02@musterkreis.example", "st-ki01@musterkreis.example"
NAME = "Ankommende am Montag"


def plan_it() -> str:
    cohort = Cohort.objects.get(name=NAME)
    plan_cohort(cohort=cohort, effort=Effort(600, 20, 2))
    return str(cohort.pk)


def give_everything_back() -> None:
    """What the walk has booked stays in the database of all walks: cancel it."""
    for place in CohortPlace.objects.exclude(visit=None).select_related("visit"):
        cancel_visit(visit=place.visit, by=None, seen_version=place.visit.version)
    Cohort.objects.all().delete()


def test_a_group_is_planned_looked_at_and_booked(open_as: Open, behind: Behind) -> None:
    page = open_as("de", 1280, account=COORDINATOR, script=False)
    seen = open_as("de", 1280, account=COORDINATOR)
    wide = Looks(1280, 320)
    try:
        page.goto("/desk/cohorts/new/")
        page.fill("[name=name]", NAME)
        page.fill("[name=since]", (BOOKING_DAY.date() - dt.timedelta(days=2)).isoformat())
        page.fill("[name=first_on]", LAST.isoformat())
        page.fill("[name=last_on]", FIRST.isoformat())
        page.click("main form button")
        seen.goto("/desk/cohorts/new/")
        seen.click("main form button")
        wide.at(seen, "cohort-ask-wrong")
        page.fill("[name=first_on]", FIRST.isoformat())
        page.fill("[name=last_on]", LAST.isoformat())
        page.click("main form button")
        page.wait_for_url("**/desk/cohorts/*-*/")
        address = page.url
        seen.goto(address)
        wide.at(seen, "cohort-asked")

        behind(plan_it)
        page.goto(address)
        expect(page.locator("svg.kp-bars")).to_be_visible()
        seen.goto(address)
        wide.at(seen, "cohort-planned")
        arabic, narrow = open_as("ar", 320, account=COORDINATOR), Looks(320, 1280)
        arabic.goto(address)
        narrow.at(arabic, "cohort-planned")
        assert arabic.get_attribute("html", "dir") == "rtl"

        page.locator("form[action$='/book/'] button").last.click()
        expect(page.locator(".kp-badge", has_text="gebucht").first).to_be_visible()
        page.locator(".kp-repair-all button").click()
        expect(page.locator(".kp-repair-all")).to_have_count(0)
        seen.goto(address)
        wide.at(seen, "cohort-booked")
        seen.goto("/desk/cohorts/")
        wide.at(seen, "cohorts")

        manager = open_as("de", 1280, account=MANAGER)
        manager.goto(address)
        expect(manager.locator("svg.kp-bars")).to_be_visible()
        expect(manager.locator("main .kp-list")).to_have_count(0)
        wide.at(manager, "cohort-manager")
        assert wide.faults + narrow.faults == []
    finally:
        behind(give_everything_back)
