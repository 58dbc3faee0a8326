"""A new partner comes in through the pages: invitation, checklist, forms, a bookable service."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import signing
from playwright.sync_api import Page, expect

from knotenpunkt.onboarding.links import SALT
from knotenpunkt.onboarding.models import Invitation
from tests.browser.conftest import faults_of

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
Behind = Callable[..., Any]
COORDINATOR = "st-ki02@musterkreis.example"


class Walk:
    """Counts what a human does: pages with a form she sends, and fields she fills."""

    def __init__(self, page: Page) -> None:
        self.page, self.pages, self.fields = page, 0, 0
        self.faults: list[str] = []

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self.page.fill(f"[name={name}]", value)
            self.fields += 1

    def check(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).check()
        self.fields += 1

    def choose(self, name: str, index: int) -> None:
        self.page.select_option(f"[name={name}]", index=index)
        self.fields += 1

    def send(self) -> None:
        self.faults += [f"{self.page.url}: {it}" for it in faults_of(self.page)]
        self.page.click("main form button.kern-btn--primary")
        self.pages += 1


def invited(open_as: Open, behind: Behind, width: int) -> str:
    """Let the coordinator invite a partner; return the link of the mail."""
    page, number = open_as("de", width, account=COORDINATOR), width
    page.goto("/desk/partners/new/")
    page.fill("[name=name]", f"Handwerkskammer {number}")
    page.fill("[name=kind]", "Handwerkskammer")
    page.select_option("[name=legal_class]", "other")
    page.fill("[name=email]", f"amira{number}@hwk.example")
    faults = faults_of(page)
    page.click("main form button.kern-btn--primary")
    expect(page.locator("main")).to_contain_text("0 von 9 Schritten erledigt")
    page.goto("/desk/partners/")
    assert faults + faults_of(page) == []
    key = behind(lambda: Invitation.objects.get(email=f"amira{number}@hwk.example").key)
    return f"/join/{signing.dumps(str(key), salt=SALT)}/"


@pytest.mark.parametrize("width", [1280, 320])
def test_from_the_mail_to_a_bookable_service(width: int, open_as: Open, behind: Behind) -> None:
    link = invited(open_as, behind, width)
    walk = Walk(open_as("de", width, account=""))
    page = walk.page
    page.goto(link)
    password = "vier kurze Worte hier"
    walk.fill(name="Amira Sayed", job="Beraterin", password=password, again=password)
    walk.send()
    base = page.url
    walk.faults += faults_of(page)

    def step(number: int) -> None:
        page.goto(base)
        page.locator(".kp-steplist > li").nth(number - 1).locator("a.kern-btn").click()

    step(1)
    walk.fill(
        description_de="Wir beraten zu Ausbildung und Anerkennung im Handwerk.",
        tasks="Beratung zu Berufen", workflow="Gespräch, Zeugnisse, Antrag",
        how_to_refer="Termin im Knotenpunkt",
    )  # fmt: skip
    walk.send()
    step(2)
    walk.fill(name="Haus des Handwerks", street="Gildenweg 3", city="50000 Musterstadt")
    walk.fill(travel_minutes="12")
    walk.check("Ja, ohne Stufen")
    for day in range(5):
        walk.fill(**{f"day_{day}": "8-16"})
    walk.send()
    step(3)
    walk.fill(name_de=f"Anerkennung im Handwerk {width}")
    walk.choose("topic", 5)
    walk.send()
    page.goto(base)
    page.locator(".kp-steplist > li").nth(6).locator("a").first.click()
    walk.fill(day_0="9-12", day_2="13-16")
    walk.send()
    step(8)
    walk.fill(agreed_on="2027-02-20", note="Ordner 12")
    walk.send()
    page.goto(base)
    walk.send()

    expect(page.locator("main")).to_contain_text("9 von 9 Schritten erledigt")
    expect(page.locator("main")).to_contain_text("Erste freie Zeiten")
    assert walk.faults == []
    print(f"\nonboarding at {width} px: {walk.pages} forms sent, {walk.fields} fields filled")
    assert (walk.pages, walk.fields <= 40) == (7, True)

    desk = open_as("de", width)
    desk.goto(f"/desk/directory/?q=Anerkennung+im+Handwerk+{width}")
    desk.get_by_role("link", name=re.compile(f"Handwerk {width}")).first.click()
    expect(desk.get_by_role("link", name="Dazu einen Termin planen")).to_be_visible()
