"""She takes her yes back on her phone; the partner's desk knows nothing of her from then on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from knotenpunkt.casework.actions.referrals import ReferralDraft, draft_referral, send_referral
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.models import Account
from knotenpunkt.people.actions import give_consent, write_item
from knotenpunkt.people.models import Person
from tests.browser.booked import book
from tests.browser.conftest import Looks
from tests.conftest import BOOKING_DAY
from tests.consent.conftest import EXPLAINED, SIGNED, terms

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
PARTNER, PHONE = "st-jc05", "+4915144444444"
SECRET = "hat in Odessa als Köchin gearbeitet"
KEPT_IN_THE_BROWSER = """async (address) => {
    const names = await caches.keys();
    const answer = await fetch(address, {cache: "only-if-cached", mode: "same-origin"})
        .then((it) => it.ok ? it.text() : "").catch(() => "");
    return names.join() + answer;
}"""


@dataclass
class Shared:
    """What is shared with the partner: her slip, and the pages about her."""

    slip: str
    pages: tuple[str, str, str]
    referral: str


def share() -> Shared:
    """Let her counsellor book a visit, and refer her with her yes to one person elsewhere."""
    first = (BOOKING_DAY + dt.timedelta(days=7)).date()
    visit = book("cl-01", "of-kim-erst", by="st-ki03", first=first, last=first, phone=PHONE)
    person = Person.objects.select_related("network").get(code="cl-01")
    by = Account.objects.get(staff_member__code="st-ki03")
    to = Account.objects.get(staff_member__code=PARTNER).staff_member
    write_item(subject=person, category="qualification", body=SECRET, by=by)
    yes = terms(to, categories=["contact", "qualification", "plan_goals"], purposes=["work"])
    give_consent(subject=person, terms=yes, explanation=EXPLAINED, signature=SIGNED, by=by)
    draft = ReferralDraft(to.organization, (to,), "Arbeit in einer Küche", purpose="work")
    referral = draft_referral(person=person, draft=draft, by=by)
    send_referral(referral=referral, by=by)
    shared, sent = f"/desk/shared/{person.pk}/", f"/desk/casework/referrals/{referral.pk}/"
    return Shared(f"/v/{visit.code}/", (shared, sent, "/desk/casework/"), str(referral.pk))


def mails_cancelled(referral: str) -> list[bool]:
    """Return for each mail about the referral whether it was stopped before it left."""
    rows = OutboxMessage.objects.filter(about=referral, sent_at=None)
    return [it.cancelled_at is not None for it in rows]


def is_told() -> bool:
    to = Account.objects.get(staff_member__code=PARTNER).email
    return OutboxMessage.objects.filter(recipient=to, purpose="grant.ended").exists()


def opens(page: Page, address: str) -> None:
    """Open what was shared a moment ago: the product's clock is not the one it was shared by."""
    for _second in range(60):
        answer = page.goto(address)
        if answer is not None and answer.ok:
            return
        page.wait_for_timeout(1000)


def takes_back(phone: Page, slip: str, looks: Looks) -> None:
    """Prove who she is by her number, and press the one button."""
    phone.goto(f"{slip}mine/")
    phone.fill("[name=secret]", PHONE)
    phone.click("main .kp-onward button")
    expect(phone.locator("main form[action*='/']").first).to_be_visible()
    looks.at(phone, "withdrawal-shared")
    phone.locator(".kp-note", has_text="Jobcenter").first.locator("button").click()
    phone.wait_for_load_state()
    looks.at(phone, "withdrawal-taken-back")


def test_from_the_phone_to_the_partners_desk(open_as: Open, behind: Callable[..., Any]) -> None:
    shared: Shared = behind(share)
    phone, looks = open_as("uk", 320, account=""), Looks(320)
    desk = open_as("de", 1280, account=f"{PARTNER}@musterkreis.example")
    tabs = [desk.context.new_page() for _page in shared.pages]
    for tab, page in zip(tabs, shared.pages, strict=True):
        opens(tab, page)
    expect(tabs[0].locator("main")).to_contain_text(SECRET)
    expect(tabs[1].locator("main")).to_contain_text("Arbeit in einer Küche")
    expect(tabs[2].locator("main")).to_contain_text("Arbeit in einer Küche")
    before = behind(lambda: mails_cancelled(shared.referral))

    takes_back(phone, shared.slip, looks)

    for tab in tabs:
        tab.reload()
        expect(tab.locator("body")).not_to_contain_text("Olena")
        expect(tab.locator("body")).not_to_contain_text("Arbeit in einer Küche")
    tabs[0].goto("/desk/shared/")
    expect(tabs[0].locator("main")).not_to_contain_text("Olena")
    tabs[0].go_back()
    expect(tabs[0].locator("body")).not_to_contain_text(SECRET)
    assert before == [False]
    assert behind(lambda: mails_cancelled(shared.referral)) == [True]
    assert behind(is_told)
    assert looks.faults == []


def test_nothing_of_her_stays_in_the_partners_browser(
    open_as: Open, behind: Callable[..., Any]
) -> None:
    shared: Shared = behind(share)
    desk = open_as("de", 1280, account=f"{PARTNER}@musterkreis.example")
    page = shared.pages[0]
    opens(desk, page)
    expect(desk.locator("main")).to_contain_text(SECRET)

    kept = desk.evaluate(KEPT_IN_THE_BROWSER, page)
    desk.context.set_offline(True)

    assert kept == ""
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        desk.reload()
    desk.context.set_offline(False)
