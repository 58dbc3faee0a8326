"""A conference from the question to the evidence; the name goes when the yes is taken back."""

from __future__ import annotations

import datetime as dt
import email.utils
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from knotenpunkt.casework.models import CaseConference
from knotenpunkt.foundation import clock
from knotenpunkt.people.actions import withdraw_consent
from knotenpunkt.people.models import Consent
from tests.browser.conftest import Looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
AGENCY, JOBCENTRE = "st-aa02@musterkreis.example", "st-jc05@musterkreis.example"
CRAFTS = "st-hw01@musterkreis.example"
TIMO = "Timo Brackwede, Agentur für Arbeit Musterstadt"
QUESTION = "Kann Olena vor dem Kurs arbeiten?"
MINUTES = "Antwort: ja, mit Teilzeit. Offen: Betreuung am Nachmittag. Niemand war anderer Meinung."


def her_yes_ends() -> None:
    consents = Consent.objects.filter(subject__code="cl-01", purposes=["case_conference"])
    withdraw_consent(consent=consents.latest("given_at"), by=None, how="phone")


def three_working_days_later() -> None:
    CaseConference.objects.filter(status="held").update(
        corrections_until=clock.today() - dt.timedelta(days=1)
    )


def time_of_server(page: Page) -> dt.datetime:
    """Return what time it is where the product runs."""
    said = page.request.get("/").headers["date"]
    return email.utils.parsedate_to_datetime(said).astimezone(clock.LOCAL)


class Conference:
    """The pages of the chair, of a member and of two guests of one conference."""

    def __init__(self, open_as: Open, looks: Looks) -> None:
        self.chair = open_as("de", 1280)
        self.member = open_as("de", 1280, account=AGENCY)
        self.guest = open_as("de", 1280, account=JOBCENTRE)
        self.later_guest = open_as("de", 1280, account=CRAFTS)
        self.looks, self.url = looks, ""

    def press(self, form: str, **values: str) -> None:
        """Fill a form of the chair's page by the end of its address, and send it."""
        found = self.chair.locator(f"form[action$='{form}/']")
        found.evaluate("it => it.closest('details')?.setAttribute('open', '')")
        for name, value in values.items():
            found.locator(f"[name={name}]").fill(value)
        found.locator("button").click()
        self.chair.wait_for_load_state()

    def is_asked_by_name(self) -> None:
        page = self.chair
        page.goto("/desk/persons/")
        page.fill("[name=q]", "Olena Hrytsenko")
        page.click("main form button")
        page.click("main .kp-list a")
        page.goto(f"{page.url}conference/")
        page.fill("[name=question]", QUESTION)
        page.select_option("[name=members]", label=TIMO)
        page.click("main form button")
        self.url = page.url
        expect(page.locator(".kp-badge--missing")).to_have_count(1)
        self.looks.at(page, "conference-red")

    def cannot_meet_before_the_yes(self) -> None:
        self.press("schedule", day="2027-03-03", starts="10:00")
        expect(self.chair.locator("[role=alert]")).to_contain_text("Timo Brackwede")
        assert self.member.goto(self.url).status == 404  # type: ignore[union-attr]

    def lights_turn_green(self) -> None:
        page = self.chair
        page.goto(self.url)
        page.click("a[href*=consent]")
        page.click("main form button")
        expect(page.locator(".kp-sheet")).to_contain_text("Agentur für Arbeit Musterstadt")
        page.click(".kp-sheet button")
        expect(page.locator(".kp-badge--missing")).to_have_count(0)
        self.looks.at(page, "conference-green")
        self.member.goto(self.url)
        expect(self.member.locator("h1")).to_contain_text("Olena")

    def turns_anonymous_while_the_page_is_open(self, withdraw: Callable[[], Any]) -> None:
        """Nobody touches the chair's page: it finds out by itself that the name is gone."""
        expect(self.chair.locator("h1")).to_contain_text("Olena")
        withdraw()
        expect(self.chair.locator("main")).to_contain_text("Anonym geworden", timeout=20_000)
        expect(self.chair.locator("main")).not_to_contain_text("Olena")
        self.member.goto(self.url)
        expect(self.member.locator("main")).not_to_contain_text("Olena")
        self.looks.at(self.chair, "conference-anonymous")

    def guests_see_their_item_alone(self) -> None:
        self.press("item", text="Welche Betreuung gibt es am Nachmittag?", minutes="10")
        self.invite(0, "Malte Grothusen")
        self.invite(1, "Markus Fellhölter")
        soon = time_of_server(self.chair) + dt.timedelta(minutes=3)
        self.press("schedule", day=f"{soon:%Y-%m-%d}", starts=f"{soon:%H:%M}")
        for page in (self.guest, self.later_guest):
            page.goto(self.url)
            expect(page.locator("main")).not_to_contain_text("Timo Brackwede")
        expect(self.guest.locator("main")).to_contain_text("vor dem Kurs arbeiten")
        expect(self.guest.locator("main")).not_to_contain_text("Betreuung")
        expect(self.later_guest.locator("main")).not_to_contain_text("Betreuung")
        self.looks.at(self.guest, "conference-guest")

    def invite(self, item: int, name: str) -> None:
        form = self.chair.locator("form[action$='guest/']")
        form.evaluate("it => it.closest('details').setAttribute('open', '')")
        key = form.locator("[name=guest] option", has_text=name).first.get_attribute("value")
        form.locator("[name=guest]").select_option(str(key))
        form.locator("[name=item]").select_option(index=item + 1)
        form.locator("button").click()
        self.chair.wait_for_load_state()

    def minutes_name_nobody(self) -> None:
        self.press("minutes", text=f"{MINUTES} Frau Hrytsenko kommt wieder.")
        expect(self.chair.locator("[role=alert]")).to_contain_text("Hrytsenko")
        assert (
            "kommt wieder" in self.chair.locator("form[action$='minutes/'] textarea").input_value()
        )
        self.looks.at(self.chair, "conference-minutes-refused")
        self.press("minutes", text=MINUTES)
        expect(self.chair.locator("main")).to_contain_text("berichtigen bis")

    def three_days_to_correct(self, later: Callable[[], Any]) -> None:
        self.press("release")
        expect(self.chair.locator("main")).to_contain_text("Donnerstag, 25. Februar")
        self.member.goto(self.url)
        form = self.member.locator("form[action$='correct/']")
        form.evaluate("it => it.closest('details').setAttribute('open', '')")
        form.locator("[name=text]").fill("Teilzeit heißt hier: bis 20 Stunden.")
        form.locator("button").click()
        expect(self.member.locator("main")).to_contain_text("bis 20 Stunden")
        later()
        self.chair.goto(self.url)
        self.looks.at(self.chair, "conference-corrected")
        self.press("release")
        self.press("close")
        expect(self.chair.locator("main")).to_contain_text("Noch offene Schritte")

    def agrees_with_owner_deputy_and_day(self) -> None:
        form = self.chair.locator("form[action$='step/']")
        form.evaluate("it => it.closest('details').setAttribute('open', '')")
        form.locator("[name=text]").fill("Drei Betriebe nennen")
        for name, who in (("owner", "Timo Brackwede"), ("deputy", "Malte Grothusen")):
            key = form.locator(f"[name={name}] option", has_text=who).first.get_attribute("value")
            form.locator(f"[name={name}]").select_option(str(key))
        form.locator("[name=due_on]").fill("2027-03-10")
        form.locator("button").click()
        expect(self.chair.locator("main")).to_contain_text("Drei Betriebe nennen")

    def ends_with_the_evidence(self) -> None:
        self.member.goto("/desk/casework/conferences/")
        task = self.member.locator("li", has_text="Drei Betriebe nennen").last
        task.locator("[name=evidence]").fill("Liste an den Vorsitz geschickt")
        task.locator("button").click()
        self.chair.goto(self.url)
        expect(self.chair.locator("main")).to_contain_text("Liste an den Vorsitz geschickt")
        self.press("close")
        expect(self.chair.locator(".kp-head")).to_contain_text("abgeschlossen")
        self.looks.at(self.chair, "conference-closed")


def test_from_the_question_to_the_evidence(open_as: Open, behind: Callable[..., Any]) -> None:
    looks = Looks(1280, 320)
    conference = Conference(open_as, looks)

    conference.is_asked_by_name()
    conference.cannot_meet_before_the_yes()
    conference.lights_turn_green()
    conference.turns_anonymous_while_the_page_is_open(lambda: behind(her_yes_ends))
    conference.guests_see_their_item_alone()
    conference.minutes_name_nobody()
    conference.agrees_with_owner_deputy_and_day()
    conference.three_days_to_correct(lambda: behind(three_working_days_later))
    conference.ends_with_the_evidence()

    assert looks.faults == []
