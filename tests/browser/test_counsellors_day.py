"""The counsellor's day as the walk-through tells it, step by step, with the keyboard first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from knotenpunkt.availability.models import OutreachHours
from knotenpunkt.casework.models import TalkRecord
from knotenpunkt.directory.models import KnowledgeCard, Service
from knotenpunkt.foundation import clock
from knotenpunkt.people.actions import withdraw_consent
from knotenpunkt.people.models import Consent
from tests.browser.conftest import Looks
from tests.conftest import BOOKING_DAY

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
COUNSELLOR = "st-mb02@musterkreis.example"
AGENCY = "st-aa02@musterkreis.example"
# In his own language he said last time: I want to work as a cook, I will bring my papers.
HIS_WORDS = "أريد أن أعمل طباخاً. سأحضر أوراقي."
ALT = 1
# From the talk to the referral that has left: docs/casework.md says so too.
PAGES_OF_A_FIRST_CASE = 7
SAID = "Unterlagen, Arbeit, Schulden"
NEEDS = ("of-mbe-unterlagen", "of-gk-orient", "of-vz-schulden")


def in_the_morning() -> dict[str, str]:
    """Make it the morning of the walk-through, whatever other walks did. Returns ids of needs."""
    today = clock.today()
    TalkRecord.objects.exclude(appointment=None).delete()
    given = Consent.objects.filter(subject__code="cl-33", withdrawn_at=None)
    for consent in given.filter(given_at__date__gte=today):
        withdraw_consent(consent=consent, by=None)
    hours = OutreachHours.objects.filter(staff_member__code="st-mb02")
    hours.update(rrule="FREQ=DAILY", first_on=today, last_on=None)
    card = KnowledgeCard.objects.get(organization__code="org-vhs")
    card.changed_on = today - dt.timedelta(days=1)
    card.save(update_fields=["changed_on"])
    found = Service.objects.filter(code__in=NEEDS).values_list("code", "pk")
    return {code: str(key) for code, key in found}


def press(page: Page, control: Locator, key: str = "Enter") -> None:
    """Do what a reader without a mouse does: come to the control and press a key."""
    control.focus()
    expect(control).to_be_focused()
    page.keyboard.press(key)


def follow(page: Page, control: Locator) -> None:
    """Press Enter on what leads to another page, and wait for that page."""
    with page.expect_navigation():
        press(page, control)


def access_key(page: Page, key: str) -> None:
    """Press Alt and a key, with the letter in it as real keyboards send it."""
    press = {"key": key, "text": key, "unmodifiedText": key, "modifiers": ALT}
    session = page.context.new_cdp_session(page)
    for kind in ("keyDown", "keyUp"):
        session.send("Input.dispatchKeyEvent", {**press, "type": kind})


def by_key(page: Page, key: str) -> None:
    """Use an access key that leads to another page."""
    with page.expect_navigation():
        access_key(page, key)


class Day:
    """Walks through the day; every page is looked at in the width asked for."""

    def __init__(self, page: Page, looks: Looks, needs: dict[str, str]) -> None:
        self.page, self.looks, self.needs = page, looks, needs
        self.talk = self.person = self.referral = ""
        self.loads = 0
        page.on("load", lambda _page: setattr(self, "loads", self.loads + 1))

    def look(self, step: str) -> None:
        self.looks.at(self.page, f"day-{step}")

    def sees_today(self) -> None:
        page = self.page
        expect(page.locator(".kp-next")).to_contain_text(HIS_WORDS)
        expect(page.locator(".kp-columns .kp-card").first.locator("li")).to_have_count(5)
        expect(page.locator("main")).to_contain_text("09:00–12:00")
        expect(page.locator("main")).to_contain_text("Volkshochschule")
        self.look("01-today")

    def opens_the_next_talk(self) -> None:
        by_key(self.page, "1")
        self.talk = self.page.url
        expect(self.page.locator(".kp-words")).to_contain_text(HIS_WORDS)
        self.look("02-talk")
        self.person = str(self.page.get_attribute("[accesskey='4']", "href"))

    def types_three_words(self) -> None:
        by_key(self.page, "2")
        access_key(self.page, "f")
        self.page.keyboard.type(SAID)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        expect(self.page.locator(".kp-topic--found .kp-tile").nth(2)).to_be_visible()
        self.look("03-needs")

    def asks_who_is_responsible(self) -> None:
        page = self.page
        page.goto(self.talk)
        by_key(page, "5")
        page.select_option("[name=matter]", index=1)
        self.look("04-question")
        for _question in range(8):
            follow(page, page.locator("form.kp-ask button").first)
            options = page.locator(".kp-ask__now input")
            if not options.count():
                break
            his = page.locator(".kp-ask__now input[value=duldung]")
            press(page, his if his.count() else options.first, "Space")
        expect(page.locator(".kp-answer .kp-list").first).to_contain_text("§")
        self.look("05-responsible")

    def plans_three_needs(self) -> None:
        """Choose exactly these three; what must come first is there already, and he says so."""
        page = self.page
        page.goto(self.talk)
        by_key(page, "2")
        for box in page.locator("[name=services]").all():
            is_wanted = box.get_attribute("value") in self.needs.values()
            if box.is_checked() != is_wanted:
                press(page, box, "Space")
        follow(page, page.locator("main form button.kern-btn--primary"))
        if page.locator("[name=held_tokens]").count():
            self.look("06-first-things-first")
            for box in page.locator("[name=held_tokens]").all():
                press(page, box, "Space")
            for box in page.locator("[name=services][type=checkbox]:checked").all():
                press(page, box, "Space")
            follow(page, page.locator("main form.kp-card > .kp-row button").last)
        expect(page.locator(".kp-card--best .kp-leg")).to_have_count(3)
        self.look("06-proposals")

    def does_without_interpreters(self) -> None:
        """Turn the option on; the page says why the proposal of before is gone."""
        page = self.page
        press(page, page.locator("[name=with_interpreters]"), "Space")
        follow(page, page.locator("main form.kp-card > .kp-row button").last)
        self.look("07-without-interpreter")
        press(page, page.locator("[name=with_interpreters]"), "Space")
        follow(page, page.locator("main form.kp-card > .kp-row button").last)

    def takes_the_plan(self) -> None:
        page = self.page
        follow(page, page.locator(".kp-card--best button"))
        self.look("08-held")
        follow(page, page.locator("form[action*=confirm] button"))
        expect(page.locator("main .kp-leg")).to_have_count(3)
        self.look("09-booked")
        page.goto(f"{page.url}slip/")
        expect(page.locator("[lang=ar]").first).to_be_visible()
        expect(page.locator("[lang=de]").first).to_be_visible()
        self.look("10-slip")

    def refers_with_a_yes(self, question: str) -> int:
        """Refer him, with his yes on the tablet. Returns how many pages that took."""
        page = self.page
        page.goto(self.talk)
        before = self.loads
        by_key(page, "3")
        page.select_option("[name=organization]", label="Agentur für Arbeit Musterstadt")
        follow(page, page.locator("main form button"))
        named = page.locator(".kp-tile", has_text="Timo Brackwede").locator("input")
        press(page, named, "Space")
        page.select_option("[name=purpose]", "work")
        press(page, page.locator("[name=question]"), "End")
        page.keyboard.type(question)
        self.look("11-referral")
        follow(page, page.locator("main form button"))
        self.referral = page.url
        follow(page, page.locator("a[href*=consent]"))
        follow(page, page.locator("main form button"))
        expect(page.locator(".kp-sheet")).to_have_attribute("lang", "ar")
        self.look("12-consent-sheet")
        follow(page, page.locator(".kp-sheet button"))
        self.look("13-as-seen")
        follow(page, page.locator("form[action*=send] button"))
        return self.loads - before

    def asks_a_conference(self, day: dt.date) -> None:
        page = self.page
        page.goto("/desk/casework/conferences/new/")
        press(page, page.locator("[name=question]"), "End")
        page.keyboard.type("Wer hilft mit Mietschulden, wenn die Arbeit erst kommt?")
        page.select_option("[name=members]", label="Timo Brackwede, Agentur für Arbeit Musterstadt")
        page.fill("[name=day]", day.isoformat())
        page.fill("[name=starts]", "10:00")
        self.look("14-conference")
        follow(page, page.locator("main form button"))
        expect(page.locator("h1")).to_contain_text("Mietschulden")
        self.look("15-conference-asked")

    def finds_the_answer(self, question: str) -> None:
        page = self.page
        page.goto("/desk/")
        expect(page.locator("main")).to_contain_text(question)
        self.look("17-answered")
        page.goto(f"{self.person}plan/")
        if page.locator("[name=words]").first.is_visible():
            page.locator("[name=words]").first.fill("يطبخ جيداً ويعمل بهدوء")
            page.locator("[name=german]").first.fill("Kocht gut, bleibt ruhig")
            follow(page, page.locator("form[action$='strengths/'] button"))
        taken = page.locator(".kp-card", has_text=question)
        expect(taken).to_contain_text("Timo Brackwede")
        expect(taken).to_contain_text("Agentur für Arbeit")
        self.look("18-plan")

    def closes_with_two_taps(self) -> None:
        page = self.page
        page.goto(self.talk)
        press(page, page.locator("[name=outcome]").first, "Space")
        follow(page, page.locator("[name=follow_up][value='14']"))
        text = page.input_value("#own-system")
        assert len(text.splitlines()) >= 4
        press(page, page.locator("[data-copy]"))
        expect(page.locator("[data-said]")).not_to_be_empty()
        page.wait_for_function("async () => (await navigator.clipboard.readText()).length > 20")
        assert page.evaluate("navigator.clipboard.readText()") == text
        self.look("19-closed")
        page.goto("/desk/")
        expect(page.locator(".kp-next")).not_to_contain_text(HIS_WORDS)


def the_agency_accepts(agency: Page, referral: str, looks: Looks) -> None:
    agency.goto(referral)
    looks.at(agency, "day-16-received")
    press(agency, agency.locator("form[action*=accept] [name=note]"), "End")
    agency.keyboard.type("Donnerstag, Zimmer 12")
    follow(agency, agency.locator("form[action*=accept] button"))


@pytest.mark.parametrize(("language", "width"), [("de", 1280), ("ar", 320)])
def test_a_day(language: str, width: int, open_as: Open, behind: Callable[..., Any]) -> None:
    needs = behind(in_the_morning)
    page, agency = (open_as(language, width, account=it) for it in (COUNSELLOR, AGENCY))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    day = Day(page, looks := Looks(width), needs)
    question = f"Arbeit als Koch, {language}"

    day.sees_today()
    day.opens_the_next_talk()
    day.types_three_words()
    day.asks_who_is_responsible()
    day.plans_three_needs()
    day.does_without_interpreters()
    day.takes_the_plan()
    pages = day.refers_with_a_yes(question)
    day.asks_a_conference(BOOKING_DAY.date() + dt.timedelta(days=9))
    the_agency_accepts(agency, day.referral, looks)
    day.finds_the_answer(question)
    day.closes_with_two_taps()

    assert looks.faults == []
    assert pages == PAGES_OF_A_FIRST_CASE
