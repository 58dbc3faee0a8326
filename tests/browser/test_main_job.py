"""The main job in a real browser: from a new person to a slip, in German and Arabic, on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import faults_of

pytestmark = pytest.mark.browser
NEEDS = ("of-bb-anmeldung", "of-kim-erst", "of-gk-orient", "of-vz-konto")
NAMES = ("Wohnsitz anmelden", "Ankommensgespräch", "Das Gesundheitssystem", "Basiskonto")
ENGLISH = (
    "Registering your address",
    "Arrival interview",
    "Understanding the health",
    "Basic bank",
)
Open = Callable[..., Page]
PLANTED = """() => {
    const main = document.querySelector("main");
    main.insertAdjacentHTML("beforeend", "<img src=x><input><pre></pre>");
    main.querySelector("pre").textContent = "x".repeat(999);
}"""


def choose_needs(page: Page) -> None:
    for german, english, arabic in zip(
        NAMES,
        ENGLISH,
        ("تسجيل عنوان السكن", "مقابلة الوصول", "فهم النظام الصحي", "الحساب البنكي"),
        strict=True,
    ):
        tile = page.locator(".kp-tile", has_text=re.compile(f"{german}|{english}|{arabic}")).first
        tile.locator("input").check()


def book(page: Page, name: str) -> list[str]:
    """Do the whole job and return what was wrong with any page on the way."""
    faults: list[str] = []

    def look(step: str) -> None:
        faults.extend(f"{step}: {fault}" for fault in faults_of(page))

    look("day")
    page.goto("/desk/persons/new/")
    look("person")
    page.fill("[name=given_name]", name)
    page.select_option("[name=first_language]", "uk")
    page.select_option("[name=languages]", ["ru"])
    page.fill("[name=from_0]", "12:40")
    page.fill("[name=to_0]", "13:30")
    page.click("main form button")
    look("needs")
    choose_needs(page)
    page.click("main form button.kern-btn--primary")
    look("proposals")
    page.click("article.kp-card--best button")
    look("held")
    page.click("form[action*=confirm] button")
    look("booked")
    page.goto(page.url + "slip/")
    look("slip")
    return faults


@pytest.mark.parametrize(
    ("language", "width"), [("de", 1280), ("de", 320), ("ar", 1280), ("ar", 360), ("en", 360)]
)
def test_from_a_new_person_to_a_slip(language: str, width: int, open_as: Open) -> None:
    page = open_as(language, width)

    faults = book(page, f"Olena {language} {width}")

    assert faults == []
    code = page.inner_text(".kp-code")
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}", code)
    assert page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
    phone = open_as("uk", 360, account="")
    phone.goto(f"/v/{code}/")
    assert "Реєстрація місця проживання" in phone.content()
    assert faults_of(phone) == []


def test_without_script(open_as: Open) -> None:
    page = open_as("de", 360, script=False)
    page.goto("/desk/persons/new/")
    page.fill("[name=given_name]", "Ohne Skript")
    page.select_option("[name=first_language]", "uk")
    page.click("main form button")
    choose_needs(page)
    page.click("main form button.kern-btn--primary")
    page.click("article.kp-card--best button")
    page.click("form[action*=confirm] button")

    expect(page.locator(".kp-badge").first).to_have_text("gebucht")


def test_with_the_keyboard_alone(open_as: Open) -> None:
    page = open_as("de", 1280)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Zum Inhalt")
    page.goto("/desk/persons/new/")
    page.focus("[name=given_name]")
    page.keyboard.type("Tastatur")
    page.focus("[name=first_language]")
    page.keyboard.press("End")
    page.focus("main form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/visit/")
    box = page.locator(".kp-tile input").first
    box.focus()
    page.keyboard.press("Space")
    expect(box).to_be_checked()


def test_nothing_is_lost_on_bad_input(open_as: Open) -> None:
    page = open_as("de", 360)
    page.goto("/desk/persons/new/")
    page.fill("[name=given_name]", "Vergesslich")
    page.fill("[name=from_2]", "10:00")
    page.click("main form button")

    expect(page.locator("[role=alert]").first).to_contain_text("Bitte noch einmal ansehen")
    assert page.input_value("[name=given_name]") == "Vergesslich"
    assert page.input_value("[name=from_2]") == "10:00"
    assert faults_of(page) == []


def test_cancelling_asks_first(open_as: Open) -> None:
    page = open_as("de", 360)
    book(page, "Absage")
    page.go_back()
    page.click("text=Ganzen Besuch absagen")
    assert faults_of(page) == []
    page.click("main form button")

    expect(page.locator("main")).to_contain_text("Dies ist die Bestätigung.")


@pytest.mark.parametrize("language", ["de", "en", "uk", "ar", "fa", "tr", "ru", "fr"])
def test_public_pages_in_every_language(language: str, open_as: Open) -> None:
    page = open_as(language, 320, account="")
    page.goto("/")
    assert page.get_attribute("html", "lang") == language
    assert faults_of(page) == []
    page.fill("[name=code]", "nonsense")
    page.click("main form button")
    assert faults_of(page) == []
    page.goto("/v/AAAA-AAAA/")
    assert faults_of(page) == []


def test_a_planted_fault_would_be_found(open_as: Open) -> None:
    page = open_as("de", 320, account="")
    page.goto("/")
    page.evaluate(PLANTED)

    faults = faults_of(page)

    assert {fault.split(":")[0] for fault in faults} >= {
        "image-alt",
        "label",
        "wider than the window",
    }
