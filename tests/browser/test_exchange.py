"""Two colleagues learn from each other in a real browser, without saying who it is about."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import faults_of

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
JOBCENTER = "st-jc05@musterkreis.example"
COORDINATOR = "st-ki02@musterkreis.example"
PAGES = (
    "/desk/exchange/", "/desk/exchange/new/", "/desk/exchange/figures/",
    "/desk/exchange/newsletter/", "/desk/directory/cards/", "/desk/responsibility/changes/",
    "/desk/responsibility/changes/new/",
)  # fmt: skip


@pytest.mark.parametrize(("language", "width"), [("de", 320), ("ar", 1280)])
def test_pages_are_in_order(language: str, width: int, open_as: Open) -> None:
    page, found = open_as(language, width, account=COORDINATOR), []
    page.goto("/desk/exchange/newsletter/")
    issue = page.locator("main .kp-list a").first.get_attribute("href")
    page.goto("/desk/exchange/")
    question = page.locator("main .kp-list a").first.get_attribute("href")
    for address in (*PAGES, issue, question):
        assert address
        page.goto(address)
        found += [f"{address}: {fault}" for fault in faults_of(page)]

    assert found == []


def test_a_question_without_client_data_is_answered_and_marked(open_as: Open) -> None:
    asker = open_as("de", 360, script=False)
    asker.goto("/desk/exchange/")
    asker.get_by_role("link", name="Frage stellen").click()
    asker.select_option("[name=topic]", index=1)
    asker.fill("[name=title]", "Fahrkarten zum Kurs")
    asker.fill("[name=body]", "Olena Hrytsenko braucht eine Fahrkarte. Wer zahlt?")
    asker.get_by_role("button", name="Frage veröffentlichen").click()
    expect(asker.locator("[role=alert]").first).to_contain_text("ein Name: Olena")
    asker.fill("[name=body]", "Wer zahlt die Fahrt zum Integrationskurs?")
    asker.get_by_role("button", name="Frage veröffentlichen").click()
    expect(asker.locator("h1")).to_contain_text("Fahrkarten zum Kurs")
    address = asker.url

    answerer = open_as("de", 360, account=JOBCENTER)
    answerer.goto("/desk/exchange/?q=Fahrkarten")
    answerer.get_by_role("link", name="Fahrkarten zum Kurs").click()
    answerer.fill("[name=body]", "Das BAMF, auf Antrag (§ 4a IntV).")
    answerer.get_by_role("button", name="Antwort veröffentlichen").click()
    expect(answerer.locator("main")).to_contain_text("§ 4a IntV")
    assert faults_of(answerer) == []

    asker.goto(address)
    asker.get_by_role("button", name="Diese Antwort hat geholfen").click()
    expect(asker.locator("h1")).to_contain_text("beantwortet")


def test_a_card_is_read_and_taken_back(open_as: Open) -> None:
    page = open_as("de", 360, account="st-vh02@musterkreis.example")
    page.goto("/desk/directory/cards/")
    page.locator("main .kp-list a").first.click()
    page.get_by_role("button", name="Ich habe diese Karte gelesen").click()
    expect(page.locator("#card")).to_contain_text("Das sieht sonst niemand")
    page.get_by_role("button", name="Zurücknehmen").click()
    expect(page.get_by_role("button", name="Ich habe diese Karte gelesen")).to_be_visible()
