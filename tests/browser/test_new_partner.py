"""A new partner in a real browser: invited, set up by itself, booked by another house.

How long it takes is not timed, for a machine types faster than a human. Counted are words read,
keys, clicks and fields; the minutes follow from published figures for slow, careful people.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse
from playwright.sync_api import Page, expect

from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.models import Account
from knotenpunkt.onboarding.actions.inviting import NewPartner, invite_partner
from tests.browser.conftest import Looks
from tests.conftest import BOOKING_DAY

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
Behind = Callable[..., Any]
COORDINATOR = "st-ki02@musterkreis.example"
HOUSE = "Werkstatt Wegweiser"
TABLE = """Angebot;Thema (1-9);Beschreibung;Dauer in Minuten;Art;Ort;Adresse;Sprachen;Mitbringen
Berufe im Holzhandwerk;5;Wir zeigen Berufe in der Werkstatt und reden über Wege.;{};vor Ort;\
Haus Wegweiser;Holzweg 4, 50000 Musterstadt;de, ar;Zeugnisse
Bewerbung schreiben;5;Wir schreiben Lebenslauf und Anschreiben gemeinsam.;45;vor Ort;\
Haus Wegweiser;Holzweg 4, 50000 Musterstadt;de;
"""
# Seconds. Card, Moran and Newell (1980): a key of an unsure typist, pointing, a thought.
KEY, POINT, THOUGHT = 0.5, 1.1, 1.35
WORDS_A_MINUTE = 120  # half of what adults read silently (Brysbaert 2019: 238)
MOST_MINUTES = 20  # of the thirty that are allowed


class Hand:
    """Does what a human does and keeps count of it."""

    def __init__(self, page: Page, looks: Looks) -> None:
        self.page, self.looks = page, looks
        self.keys = self.clicks = self.fields = self.pages = self.words = 0

    def see(self, step: str) -> None:
        self.pages += 1
        self.words += len(self.page.inner_text("main").split())
        self.looks.at(self.page, f"partner-{self.pages:02}-{step}")

    def fill(self, **values: str) -> None:
        for name, text in values.items():
            self.page.fill(f"main [name={name}]", text)
            self.keys += len(text)
            self.fields += 1

    def tick(self, selector: str) -> None:
        self.page.locator(selector).first.check()
        self.clicks += 1
        self.fields += 1

    def choose(self, name: str, label: str) -> None:
        self.page.select_option(f"main [name={name}]", label=label)
        self.clicks += 2
        self.fields += 1

    def press(self, selector: str = "main form button.kern-btn--primary") -> None:
        self.page.locator(selector).first.click()
        self.clicks += 1

    @property
    def minutes(self) -> float:
        """Reading, typing, pointing, and a thought for every field and two for every page."""
        hands = self.keys * KEY + self.clicks * POINT
        head = (self.fields + 2 * self.pages) * THOUGHT
        return self.words / WORDS_A_MINUTE + (hands + head) / 60


def newest_link() -> str:
    waiting = OutboxMessage.objects.filter(purpose="account.invitation", cancelled_at=None)
    found = re.search(r"https?://[^/\s]+(/invited/\S+)", waiting.latest("created_at").body)
    assert found
    return found[1]


def link_of_last_week() -> str:
    """Invite another partner nine days ago; return its link."""
    with time_machine.travel(BOOKING_DAY - dt.timedelta(days=9)):
        partner = NewPartner("Zu spät e. V.", "association", "other", "Frau Spät", "s@z.example")
        invite_partner(partner=partner, by=Account.objects.get(email=COORDINATOR))
        return newest_link()


def invite(coordinator: Page, looks: Looks) -> None:
    coordinator.goto("/desk/partners/new/")
    looks.at(coordinator, "invite")
    for name, text in (
        ("name", HOUSE), ("kind", "Werkstatt"), ("contact", "Frau Malek"),
        ("email", "malek@wegweiser.example"),
    ):  # fmt: skip
        coordinator.fill(f"main [name={name}]", text)
    coordinator.select_option("main [name=legal_class]", "other")
    coordinator.click("main form button.kern-btn--primary")
    expect(coordinator.locator("h1")).to_have_text(HOUSE)
    looks.at(coordinator, "invited")


def join(hand: Hand, link: str) -> None:
    """Take the link, choose a password, add the second factor of an app."""
    page = hand.page
    page.goto(link)
    hand.see("joining")
    words = "vier kurze Worte hier"
    hand.fill(name="Rana Malek", job="Leiterin", password=words, again=words)
    hand.tick("main [name=languages][value=de]")
    hand.tick("main [name=languages][value=ar]")
    hand.press()
    expect(page.locator("h1")).to_have_text(HOUSE)
    hand.see("checklist")
    page.goto(reverse("mfa_activate_totp"))  # who has just chosen a password is not asked again
    hand.see("factor")
    secret = page.locator("#authenticator_secret").input_value()
    now = parsedate_to_datetime(page.request.get("/").headers["date"])
    hand.fill(code=str(format_hotp_value(hotp_value(secret, int(now.timestamp()) // 30))))
    hand.press("main form button")
    page.wait_for_url(re.compile("recovery"))
    hand.see("factor-done")


def say_who_and_where(hand: Hand, mine: str) -> None:
    page = hand.page
    page.goto(mine)
    hand.press("main a.kern-btn--secondary")
    hand.see("organization")
    hand.fill(
        description_de="Wir öffnen Wege in handwerkliche Berufe.", phone="05555 1234",
        tasks="Beratung zu Berufen im Handwerk, mit Probearbeit in der Werkstatt.",
        workflow="Gespräch, Rundgang, Probetag, Empfehlung.",
        how_to_refer="Termin im Knotenpunkt buchen, Zeugnisse mitbringen.",
    )  # fmt: skip
    hand.press()
    page.goto(mine + "services/new/")
    expect(page.locator("main .kp-note--warn")).to_contain_text("zuerst einen Standort")
    hand.press("main .kp-note--warn a")
    hand.see("place")
    hand.fill(
        name="Haus Wegweiser", street="Holzweg 4", city="50000 Musterstadt", travel_minutes="12",
        rooms="Werkstatt", **{f"day_{day}": "8-16" for day in range(5)},
    )  # fmt: skip
    hand.tick("main [name=is_step_free][value=yes]")
    hand.press()
    expect(page.locator("main")).to_contain_text("Haus Wegweiser")


def import_services(hand: Hand, folder: Path) -> None:
    """Choose a table with a fault, then the mended one; look at what it would do; do it."""
    page = hand.page
    page.goto("/desk/directory/import/")
    hand.see("import")
    for name, minutes in (("falsch.csv", "bald"), ("richtig.csv", "30")):
        (folder / name).write_text(TABLE.format(minutes), encoding="utf-8")
        page.set_input_files("main [name=file]", folder / name)
        hand.clicks += 3
        hand.press("main form[enctype] button")
        hand.see("preview-" + name[:6])
        if minutes == "bald":
            expect(page.locator("main table")).to_contain_text("Dauer in Minuten")
    expect(page.locator("main table tbody tr")).to_have_count(2)
    hand.press("main form:has([name=rows]) button")
    hand.see("imported")


def say_when(hand: Hand, mine: str) -> None:
    """Say who gives the services, and when she is there: every week, in the workshop."""
    page = hand.page
    page.goto(mine)
    hand.press("main a[href*='/staff/']:has-text('Ändern')")
    hand.see("staff")
    for box in page.locator("main [name=services]").all():
        box.check()
        hand.clicks += 1
    hand.press()
    hand.press("main a[href$='/times/']")
    hand.see("times")
    hand.fill(day_0="9-12", day_2="13-16")
    hand.choose("room", "Haus Wegweiser: Werkstatt")
    hand.press()
    first = page.locator("main .kp-note--good", has_text="Erste freie Zeiten")
    expect(first).to_contain_text("Berufe im Holzhandwerk")


def agree_and_show(hand: Hand, mine: str) -> None:
    page = hand.page
    hand.press("main a[href$='/agreement/']")
    hand.see("agreement")
    hand.fill(agreed_on="2027-02-20", url="https://www.example.org/vereinbarung")
    hand.press()
    page.wait_for_url("**" + mine)
    hand.see("ready")
    hand.press("main form[action$='/show/'] button")
    expect(page.locator("main")).to_contain_text("Ihre Angebote sind jetzt für alle sichtbar")
    hand.see("shown")


def book(page: Page, looks: Looks) -> None:
    """A counsellor of another house finds the new service and books it."""
    page.goto("/desk/persons/new/")
    page.fill("[name=given_name]", "Samir Wegweiser")
    page.select_option("[name=first_language]", "ar")
    page.click("main form button")
    page.goto("/desk/directory/?q=Holzhandwerk")
    looks.at(page, "found")
    page.locator("main ul.kp-list a", has_text="Holzhandwerk").first.click()
    looks.at(page, "service")
    page.get_by_role("link", name="Dazu einen Termin planen").click()
    page.locator(".kp-tile", has_text="Samir Wegweiser").locator("input").check()
    page.click("main form button")
    page.click("main form button.kern-btn--primary")
    looks.at(page, "proposals")
    page.click("article.kp-card--best button")
    page.click("form[action*=confirm] button")
    expect(page.locator(".kp-badge").first).to_have_text("gebucht")
    expect(page.locator("main")).to_contain_text("Haus Wegweiser")
    looks.at(page, "booked")


def test_from_the_invitation_to_a_visit_booked_by_another_house(
    open_as: Open, behind: Behind, tmp_path: Path
) -> None:
    looks = Looks(1280)
    invite(open_as("de", 1280, account=COORDINATOR), looks)
    hand = Hand(open_as("de", 1280, account=""), looks)

    join(hand, behind(newest_link))
    hand.page.goto("/desk/partners/mine/")
    mine = re.sub(r"^https?://[^/]+", "", hand.page.url)
    say_who_and_where(hand, mine)
    import_services(hand, tmp_path)
    say_when(hand, mine)
    agree_and_show(hand, mine)
    book(open_as("de", 1280), looks)

    counted = (hand.pages, hand.fields, hand.clicks, hand.keys, hand.words)
    print(f"\npages, fields, clicks, keys, words: {counted}; {hand.minutes:.1f} minutes")
    assert looks.faults == []
    assert hand.pages <= 20
    assert hand.fields <= 40
    assert hand.minutes < MOST_MINUTES


def test_a_link_that_is_too_old_says_what_to_do(open_as: Open, behind: Behind) -> None:
    looks, page = Looks(320, 1280), open_as("de", 1280, account="")

    answer = page.goto(behind(link_of_last_week))

    assert answer is not None
    assert answer.status == 410
    expect(page.locator("h1")).to_have_text("Dieser Link gilt nicht mehr")
    looks.at(page, "expired")
    assert looks.faults == []
