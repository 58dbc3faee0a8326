"""The directory as a house: every page in Arabic on a small phone, without script; what people say
is wrong reaches the owner; a question without answer teaches the search.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from knotenpunkt.directory.spreadsheet.columns import template_csv
from tests.browser.conftest import Looks
from tests.browser.test_fair import fair_address

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
COORDINATOR = "st-ki02@musterkreis.example"
OWNER = "st-jc05@musterkreis.example"
STRANGE = "Quaxelbrief"


def pages_of_the_directory(page: Page) -> dict[str, str]:
    """Return the addresses of a list, a search, a service, an organization and a fair."""
    page.goto("/desk/directory/?q=Jobcenter Antrag")
    service = page.locator("main ul.kp-list a").first.get_attribute("href") or ""
    page.goto(service)
    house = page.locator("main .kp-head a[href*='/organizations/']").first.get_attribute("href")
    fair = fair_address(page)
    return {
        "list": "/desk/directory/", "search": "/desk/directory/?q=تسجيل العنوان",
        "nothing": "/desk/directory/?q=Wimmelquast", "service": service, "house": house or "",
        "houses": "/desk/directory/organizations/", "who": "/desk/directory/who/",
        "people": "/desk/directory/people/", "import": "/desk/directory/import/",
        "corrections": "/desk/directory/suggestions/", "fairs": "/desk/fairs/", "fair": fair,
        "public fair": fair.replace("/desk", ""), "tour": "/desk/directory/tour/",
        "watching": "/desk/directory/watch/", "access": "/desk/directory/access/",
    }  # fmt: skip


def test_every_page_in_arabic_on_a_small_phone_without_script(
    open_as: Open, tmp_path: Path
) -> None:
    looks = Looks(320)
    bare = open_as("ar", 320, account=COORDINATOR, script=False)
    addresses = pages_of_the_directory(bare)
    (tmp_path / "a.csv").write_text(template_csv(), encoding="utf-8")

    for name, address in addresses.items():
        answer = bare.goto(address)
        assert answer is not None
        assert answer.status == 200, name
        assert bare.get_attribute("html", "dir") == "rtl"
        expect(bare.locator("h1")).to_be_visible()
    bare.goto(addresses["import"])
    bare.set_input_files("main [name=file]", tmp_path / "a.csv")
    bare.click("main form[enctype] button")
    expect(bare.locator("main table tbody tr")).to_have_count(1)

    looking = open_as("ar", 320, account=COORDINATOR)
    for name, address in addresses.items():
        looking.goto(address)
        looks.at(looking, f"directory-{name}")
    looking.goto(addresses["import"])
    looking.set_input_files("main [name=file]", tmp_path / "a.csv")
    looking.click("main form[enctype] button")
    looks.at(looking, "directory-preview")
    assert looks.faults == []


def test_a_correction_reaches_the_owner_and_her_answer_the_entry(open_as: Open) -> None:
    looks, partner = Looks(360), open_as("de", 360)
    partner.goto("/desk/directory/?q=Jobcenter Antrag")
    partner.locator("main ul.kp-list a", has_text="Antrag").first.click()
    partner.wait_for_url("**/services/**")
    service = partner.url
    partner.get_by_role("link", name="Hier stimmt etwas nicht").click()
    looks.at(partner, "suggest")
    partner.select_option("main [name=field]", "email")
    partner.fill("main [name=proposed]", "keine Adresse")
    partner.click("main form button.kern-btn--primary")
    expect(partner.locator("[role=alert]").first).to_be_visible()
    partner.fill("main [name=proposed]", "neuer.antrag@jobcenter.example")
    partner.click("main form button.kern-btn--primary")
    partner.goto("/desk/directory/suggestions/")
    expect(partner.locator("main")).to_contain_text("wartet")

    owner = open_as("de", 360, account=OWNER)
    owner.goto("/desk/directory/suggestions/")
    looks.at(owner, "suggested")
    card = owner.locator("article", has_text="neuer.antrag@jobcenter.example")
    card.locator("button[name=accept][value=yes]").click()
    expect(card.locator(".kp-badge--booked")).to_be_visible()
    change = service.rstrip("/") + "/change/"
    owner.goto(change)
    expect(owner.locator("main [name=email]")).to_have_value("neuer.antrag@jobcenter.example")
    assert looks.faults == []


def test_a_question_without_answer_teaches_the_search_with_one_click(open_as: Open) -> None:
    looks, partner = Looks(360), open_as("de", 360)
    partner.goto("/desk/directory/")
    partner.fill("[name=q]", STRANGE)
    partner.press("[name=q]", "Enter")
    expect(partner.locator("main .kp-empty")).to_contain_text(STRANGE)
    looks.at(partner, "nothing found")

    coordinator = open_as("de", 360, account=COORDINATOR)
    coordinator.goto("/desk/directory/unanswered/")
    looks.at(coordinator, "unanswered")
    card = coordinator.locator("article", has_text=STRANGE.lower())
    expect(card).to_have_count(1)
    card.locator("button[name=means]").first.click()
    expect(coordinator.locator("article", has_text=STRANGE.lower())).to_have_count(0)

    partner.goto("/desk/directory/")
    partner.fill("[name=q]", STRANGE)
    partner.press("[name=q]", "Enter")
    expect(partner.locator("main ul.kp-list li").first).to_be_visible()
    expect(partner.locator("main [role=status]")).to_contain_text(re.compile(r"\d+ Angebot"))
    assert looks.faults == []
