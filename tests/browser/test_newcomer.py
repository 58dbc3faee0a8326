"""The newcomer's phone, step by step: eight languages, with and without script, with axe."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from knotenpunkt.foundation.languages import NEWCOMER_LANGUAGES
from knotenpunkt.foundation.models import TryCount
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.actions import give_consent, log_read
from knotenpunkt.visits.actions.day import note_delay
from knotenpunkt.visits.models import Appointment
from knotenpunkt.web.public.texts import TEXTS
from tests.browser.booked import book
from tests.browser.conftest import faults_of, faults_without_script
from tests.conftest import BOOKING_DAY
from tests.consent.conftest import EXPLAINED, SIGNED, terms

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
TOPICS = ("t1_health", "t2_bank_insurance", "t9_settling_in")
NEEDS = ("of-bb-anmeldung", "of-kim-erst", "of-gk-orient", "of-vz-konto")
# Where to keep a picture of each step: docs/screenshots/newcomer, when asked for.
PICTURES = os.environ.get("PICTURES", "")
NARROWEST = 320
WORD, NUMBER = "соняшник", "+4915122222222"


class Walk:
    """A walk through the pages that looks at each: axe, width, and a picture if asked for."""

    def __init__(self, page: Page, language: str, *, has_script: bool = True) -> None:
        self.page, self.language, self.has_script = page, language, has_script
        self.faults: list[str] = []
        self.steps = 0
        self.orders = 0

    def look(self, step: str) -> None:
        """Note what axe finds on this page, and whether a narrow phone has to scroll sideways."""
        self.steps += 1
        look = faults_of if self.has_script else faults_without_script
        self.faults += [f"{step}: {fault}" for fault in look(self.page)]
        self.faults += [f"{step}: wider than 320"] * self.is_wide_at(NARROWEST)
        if PICTURES and self.has_script:
            name = f"{self.steps:02}-{step}-{self.language}.png"
            self.page.screenshot(path=Path(PICTURES) / name, full_page=True)

    def is_wide_at(self, width: int) -> bool:
        """Return whether one would have to scroll sideways on a phone of this width."""
        before = self.page.viewport_size
        assert before is not None
        self.page.set_viewport_size({**before, "width": width})
        is_wide: bool = self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        self.page.set_viewport_size(before)
        return is_wide

    def onward(self) -> None:
        self.page.click("main .kp-onward button")
        self.page.wait_for_load_state()

    def to_proposals(self) -> None:
        page = self.page
        page.goto("/")
        self.look("start")
        page.click("main a.kp-big")
        page.check("[value=musterstadt]")
        self.look("where")
        self.onward()
        page.check("[value=children]")
        page.select_option("[name=fetch_at]", "13:00")
        self.look("who")
        self.onward()
        for topic in TOPICS:
            page.check(f"[value={topic}]")
        self.look("needs")
        self.onward()
        for name in needs_of(page):
            page.check(f"[name=needs][value='{name}']")
        self.look("matters")
        self.onward()
        while re.search("/order/", page.url):
            self.look("order")
            self.orders += 1
            self.onward()
        self.look("proposals")

    def to_slip(self) -> None:
        page = self.page
        page.click("article.kp-card--best form button")
        page.check("[name=packed] >> nth=0")
        self.look("bring")
        self.onward()
        page.fill("[name=given_name]", "Olena")
        page.fill("[name=word]", WORD)
        self.look("book")
        self.onward()
        self.look("confirm")
        self.onward()
        page.wait_for_url("**/v/**")
        self.look("slip")

    def open(self, path: str, step: str) -> None:
        self.page.goto(path)
        self.look(step)

    def offline(self) -> str:
        """Return the slip as it is without a connection."""
        page = self.page
        page.wait_for_selector("[data-kept=yes]")
        page.context.set_offline(True)
        page.reload()
        text = page.inner_text("main")
        page.context.set_offline(False)
        page.reload()
        return text

    def the_day(self, slip: str) -> None:
        """She is late, sees what it means, says it; in the house she checks in."""
        page = self.page
        self.open(f"{slip}late/", "late")
        page.click("[name=minutes][value='20']")
        self.look("late-means")
        self.onward()
        self.look("house")
        page.click("main form button")
        page.wait_for_load_state()
        self.look("checked-in")

    def a_change(self, slip: str) -> None:
        """She cancels one appointment; the slip is the receipt."""
        self.open(f"{slip}change/", "change")
        self.page.click("section.kp-card >> nth=-1 >> button")
        self.page.wait_for_load_state()
        self.look("receipt")

    def her_rights(self, slip: str, word: str = WORD) -> None:
        self.open(f"{slip}mine/", "mine")
        self.page.fill("[name=secret]", word)
        self.onward()
        self.look("rights")


def needs_of(page: Page) -> list[str]:
    """Return the values of the first matter of each topic, and the registration of an address."""
    values: list[str] = page.eval_on_selector_all(
        "fieldset", "all => all.map(it => it.querySelector('input').value)"
    )
    return values


@pytest.fixture
def walk(open_as: Open) -> Callable[..., Walk]:
    def begin(language: str, width: int = 360, *, script: bool = True) -> Walk:
        page = open_as(language, width, account="", script=script)
        return Walk(page, language, has_script=script)

    return begin


@pytest.fixture
def today(django_db_blocker: object) -> Callable[[str], None]:
    """Let the first appointment of the visit with this code begin today, soon."""

    def move(code: str) -> None:
        with django_db_blocker.unblock():  # type: ignore[attr-defined]
            first = Appointment.objects.filter(visit__code=code).earliest("starts_at")
            begins = BOOKING_DAY + dt.timedelta(minutes=50)
            lasts = first.ends_at - first.starts_at
            Appointment.objects.filter(pk=first.pk).update(starts_at=begins, ends_at=begins + lasts)

    return move


@pytest.mark.parametrize(
    ("language", "has_script"),
    [*((it, True) for it in NEWCOMER_LANGUAGES), ("de", False), ("uk", False), ("ar", False)],
)
def test_from_the_poster_to_the_evening(
    language: str,
    has_script: bool,
    walk: Callable[..., Walk],
    today: Callable[[str], None],
) -> None:
    phone = walk(language, script=has_script)

    phone.to_proposals()
    phone.to_slip()
    slip = urlsplit(phone.page.url).path
    code = slip.split("/")[2]
    if has_script:
        assert code in phone.offline()
    phone.open(f"{slip}papers/", "papers")
    today(code)
    phone.the_day(slip)
    phone.a_change(slip)
    phone.her_rights(slip)

    assert phone.faults == []
    assert phone.steps == 19 + phone.orders


# Every page that the walk does not come by.
PAGES = (
    "/topics/",
    "/topics/t9_settling_in/",
    "/for/ukraine/",
    "/access/",
    "/poster/org-ki/",
    "/v/AAAA-AAAA/",
)


def test_every_other_page_in_every_language_at_320(walk: Callable[..., Walk]) -> None:
    phone = walk("de", NARROWEST)
    phone.page.goto("/topics/t1_health/")
    service = phone.page.get_attribute("main a[href^='/services/']", "href")
    house = phone.page.get_attribute("main a[href^='/organizations/']", "href")
    pages = [*PAGES, str(service), str(house)]
    said = []

    for language in NEWCOMER_LANGUAGES:
        phone.page.context.add_cookies(
            [{"name": "django_language", "value": language, "domain": "127.0.0.1", "path": "/"}]
        )
        for path in pages:
            phone.open(path, f"{language} {path}")
            said.append(phone.page.get_attribute("html", "lang"))

    assert phone.faults == []
    assert said == [it for it in NEWCOMER_LANGUAGES for _ in pages]


@pytest.mark.parametrize("has_script", [True, False])
def test_a_fault_on_a_page_would_be_found(has_script: bool, walk: Callable[..., Walk]) -> None:
    phone = walk("ar", 320, script=has_script)
    phone.page.goto("/")
    phone.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend',"
        " '<img src=/x.png><p dir=ltr style=\"inline-size:60rem\">wide</p>')"
    )
    phone.page.evaluate("document.querySelector('main p:last-child').style.inlineSize = '60rem'")

    phone.look("planted")

    assert [it.split(": ")[1] for it in phone.faults] == [
        "image-alt",
        "wider than the window",
        "wider than 320",
    ]


def test_the_language_changes_on_every_page_and_nothing_is_lost(walk: Callable[..., Walk]) -> None:
    phone = walk("de")
    phone.to_proposals()
    before = phone.page.locator("article").count()

    phone.page.click(".kp-tongues summary")
    phone.page.click(".kp-tongues button[value=ar]")

    assert phone.page.get_attribute("html", "dir") == "rtl"
    assert phone.page.locator("article").count() == before


def test_the_slip_kept_on_a_phone_can_be_deleted(walk: Callable[..., Walk]) -> None:
    phone = walk("uk")
    phone.to_proposals()
    phone.to_slip()
    page = phone.page
    page.wait_for_selector("[data-kept=yes]")

    with page.expect_navigation():
        page.click("[data-carry] button")

    assert page.evaluate("caches.keys()") == []


def test_a_phone_computes_when_much_is_going_on(
    walk: Callable[..., Walk], django_db_blocker: object
) -> None:
    phone = walk("uk")
    phone.to_proposals()
    phone.page.context.clear_cookies(name="sessionid")
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        TryCount.objects.filter(name="search of all").update(count=10_000)
    answer = phone.page.goto("/plan/proposals/", wait_until="commit")

    assert answer is not None
    assert answer.status == 429
    phone.page.wait_for_url("**/plan/where/")  # let through, and asked the first question

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        TryCount.objects.filter(name="search of all").delete()


def test_what_changes_in_the_house_appears_on_the_phone(
    walk: Callable[..., Walk], today: Callable[[str], None], behind: Callable[..., Any]
) -> None:
    phone = walk("uk")
    page = phone.page
    phone.to_proposals()
    phone.to_slip()
    slip = urlsplit(page.url).path
    today(slip.split("/")[2])
    page.clock.install()
    phone.open(f"{slip}house/", "house")
    before = page.inner_text("[data-live]")

    behind(partial(delay_first_of, slip.split("/")[2]))
    page.clock.fast_forward(31_000)  # it looks every half minute

    page.wait_for_selector("[data-live] s")
    told = page.text_content("[data-told]") or ""
    after = page.inner_text("[data-live]")
    phone.look("delayed")

    assert TEXTS["house_later"]["uk"].format(n=25) not in before
    assert TEXTS["house_later"]["uk"].format(n=25) in after
    assert "10:15" in told  # a screen reader is told the new time
    assert phone.faults == []


def delay_first_of(code: str) -> None:
    """Note at the office that the first appointment of the visit begins 25 minutes late."""
    first = Appointment.objects.filter(visit__code=code).earliest("starts_at")
    note_delay(appointment=first, minutes=25, by=None)


def test_her_rights_in_arabic(walk: Callable[..., Walk], behind: Callable[..., Any]) -> None:
    phone = walk("ar")
    page = phone.page
    slip = f"/v/{behind(booked_and_shared)}/"
    phone.her_rights(slip, NUMBER)
    shared, read = page.locator("main section").nth(2), page.locator("main section").nth(3)
    could_be_taken_back, log = shared.locator("button").count(), read.inner_text()
    with page.expect_download() as download:
        page.click(f"a[href='{slip}mine/data.json']")
    data = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))

    shared.locator("button").first.click()  # as many steps as it took to say yes
    page.wait_for_load_state()
    phone.look("withdrawn")
    left = shared.locator("button").count()
    phone.open(f"{slip}mine/erase/", "an office keeps its file")

    assert "consent" in [it["because"] for it in data["shared"]]
    assert TEXTS["read_list"]["ar"] in log
    assert left < could_be_taken_back
    assert page.locator("main form").count() == 0
    assert phone.faults == []


def booked_and_shared() -> str:
    """Book for someone whom an office leads, share something of hers, look her up in a list."""
    days = (dt.date(2027, 3, 15), dt.date(2027, 3, 26))
    visit = book("cl-01", "of-gk-orient", by="st-ki03", first=days[0], last=days[1], phone=NUMBER)
    by = Account.objects.get(staff_member__code="st-ki03")
    helper = StaffMember.objects.get(code="st-jc06")
    give_consent(
        subject=visit.person, terms=terms(helper), explanation=EXPLAINED, signature=SIGNED, by=by
    )
    log_read(persons=[visit.person], by=by, what="day")
    return visit.code


def test_she_deletes_everything_in_arabic(walk: Callable[..., Walk]) -> None:
    phone = walk("ar")
    phone.to_proposals()
    phone.to_slip()
    slip = urlsplit(phone.page.url).path
    phone.her_rights(slip)

    phone.open(f"{slip}mine/erase/", "erase")
    phone.page.click("main form button")
    phone.page.wait_for_url("**/")
    phone.look("erased")
    gone = phone.page.goto(slip)

    assert gone is not None
    assert gone.status == 404
    assert phone.faults == []
