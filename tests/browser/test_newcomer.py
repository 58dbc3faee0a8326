"""The newcomer's phone, step by step: three languages, with and without script, with axe."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from knotenpunkt.foundation.languages import NEWCOMER_LANGUAGES
from tests.browser.conftest import faults_of

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
TOPICS = ("t1_health", "t2_bank_insurance", "t9_settling_in")
NEEDS = ("of-bb-anmeldung", "of-kim-erst", "of-gk-orient", "of-vz-konto")
# Where to keep a picture of each step: docs/screenshots/newcomer, when asked for.
PICTURES = os.environ.get("PICTURES", "")


class Walk:
    """A walk through the pages that looks at each: axe, width, and a picture if asked for."""

    def __init__(self, page: Page, language: str) -> None:
        self.page, self.language = page, language
        self.faults: list[str] = []
        self.steps = 0

    def look(self, step: str) -> None:
        self.steps += 1
        self.faults += [f"{step}: {fault}" for fault in faults_of(self.page)]
        if PICTURES:
            name = f"{self.steps:02}-{step}-{self.language}.png"
            self.page.screenshot(path=Path(PICTURES) / name, full_page=True)

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
            self.onward()
        self.look("proposals")

    def to_slip(self) -> None:
        page = self.page
        page.click("article.kp-card--best form button")
        page.check("[name=packed] >> nth=0")
        self.look("bring")
        self.onward()
        page.fill("[name=given_name]", "Olena")
        page.fill("[name=word]", "соняшник")
        self.look("book")
        self.onward()
        self.look("confirm")
        self.onward()
        page.wait_for_url("**/v/**")
        self.look("slip")


def needs_of(page: Page) -> list[str]:
    """Return the values of the first matter of each topic, and the registration of an address."""
    values: list[str] = page.eval_on_selector_all(
        "fieldset", "all => all.map(it => it.querySelector('input').value)"
    )
    return values


@pytest.fixture
def walk(open_as: Open) -> Callable[..., Walk]:
    def begin(language: str, width: int = 360, *, script: bool = True) -> Walk:
        return Walk(open_as(language, width, account="", script=script), language)

    return begin


@pytest.mark.parametrize("language", ["de", "uk", "ar"])
def test_from_the_poster_to_the_slip(language: str, walk: Callable[..., Walk]) -> None:
    phone = walk(language)

    phone.to_proposals()
    phone.to_slip()

    assert phone.faults == []
    assert phone.steps >= 9


@pytest.mark.parametrize("language", ["de", "uk", "ar"])
def test_the_same_without_script(language: str, walk: Callable[..., Walk]) -> None:
    phone = walk(language, script=False)
    phone.look = lambda step: None  # type: ignore[method-assign] - axe needs script

    phone.to_proposals()
    phone.to_slip()

    assert re.search(r"/v/[A-Z0-9]{4}-[A-Z0-9]{4}/$", phone.page.url)


@pytest.mark.parametrize("language", NEWCOMER_LANGUAGES)
def test_every_page_in_every_language_at_320(language: str, walk: Callable[..., Walk]) -> None:
    phone = walk(language, 320)

    phone.to_proposals()

    assert phone.page.get_attribute("html", "lang") == language
    assert phone.faults == []


def test_the_language_changes_on_every_page_and_nothing_is_lost(walk: Callable[..., Walk]) -> None:
    phone = walk("de")
    phone.to_proposals()
    before = phone.page.locator("article").count()

    phone.page.click(".kp-tongues summary")
    phone.page.click(".kp-tongues button[value=ar]")

    assert phone.page.get_attribute("html", "dir") == "rtl"
    assert phone.page.locator("article").count() == before


def test_the_slip_works_offline_and_can_be_deleted(walk: Callable[..., Walk]) -> None:
    phone = walk("uk")
    phone.to_proposals()
    phone.to_slip()
    page = phone.page
    page.wait_for_selector("[data-kept=yes]")
    code = page.inner_text(".kp-code")

    page.context.set_offline(True)
    page.reload()
    offline = page.inner_text("main")
    styled = page.evaluate("getComputedStyle(document.querySelector('.kp-code')).direction")
    page.context.set_offline(False)
    page.reload()
    page.wait_for_selector("[data-kept=yes]")
    page.click("[data-carry] button")
    page.wait_for_url("**/")

    assert code in offline
    assert styled == "ltr"
    assert page.evaluate("caches.keys()") == []


@pytest.mark.parametrize("language", ["de", "uk", "ar"])
def test_her_other_pages_are_in_order(language: str, walk: Callable[..., Walk]) -> None:
    phone = walk(language)
    phone.to_proposals()
    phone.to_slip()
    page, slip = phone.page, phone.page.url

    for step in ("papers", "change", "house", "mine"):
        page.goto(f"{slip}{step}/")
        phone.look(step)
    page.fill("[name=secret]", "соняшник")
    phone.onward()
    phone.look("rights")
    for step in ("topics", "topics/t1_health", "for/ukraine", "access", "poster/org-ki"):
        page.goto(f"/{step}/")
        phone.look(step.replace("/", "-"))

    assert phone.faults == []
