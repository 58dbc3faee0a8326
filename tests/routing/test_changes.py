"""What changes in the law: from the rules, once each, read by each, sent to who asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.casework.queries.today import today_of
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.models import Account, Network
from knotenpunkt.routing.actions.reading import read_change, subscribe_to_law
from knotenpunkt.routing.changes import LawChange, law_changes, law_news
from knotenpunkt.routing.errors import NoSuchChange
from knotenpunkt.routing.models import LawNote, LawReading, LawSubscription, ResponsibilityRule
from knotenpunkt.routing.tasks import tell_of_law_changes

SignIn = Callable[[str], Client]
PAGE = "desk:law_changes"


def of_rule(network: Network, code: str) -> list[LawChange]:
    return [it for it in law_changes(network) if it.key.startswith(f"{code}/")]


def test_every_rule_makes_its_changes_and_rows_of_one_code_are_one(network: Network) -> None:
    rules = ResponsibilityRule.objects.filter(network=network)
    found = law_changes(network)

    assert {it.key.split("/")[0] for it in found} == set(rules.values_list("code", flat=True))
    assert len({it.key for it in found}) == len(found)
    both = of_rule(network, "r-01")[0]
    assert (both.kind, both.matters) == ("begins", ("livelihood", "work"))
    assert [name for _key, name in both.organizations] == ["Jobcenter Musterkreis"]
    assert both.reviewer == "Rasha Darwisheh"
    assert all(it.source and it.reviewer and it.legal_basis for it in found)
    assert [it.on for it in found] == sorted((it.on for it in found), reverse=True)


def test_a_draft_that_becomes_law_has_to_be_read_anew(
    network: Network, counsellor: Account
) -> None:
    draft = of_rule(network, "r-02")[0]
    read_change(key=draft.key, by=counsellor)
    read_change(key=draft.key, by=counsellor)
    assert LawReading.objects.filter(staff_member=counsellor.staff_member).count() == 1
    ResponsibilityRule.objects.filter(code="r-02").update(
        status="in_force", valid_from=clock.today(), valid_to=clock.today() + dt.timedelta(days=9)
    )

    begins = {it.kind: it for it in of_rule(network, "r-02")}

    assert (draft.kind, set(begins)) == ("draft", {"begins", "ends"})
    news = law_news(counsellor)
    assert {begins["begins"].key, begins["ends"].key} <= {it.key for it in news}
    assert begins["begins"] in today_of(counsellor).law_news or len(news) > 5
    with pytest.raises(NoSuchChange):
        read_change(key=draft.key, by=counsellor)


def test_those_who_asked_get_one_mail_a_week_while_something_is_unread(
    network: Network, counsellor: Account, other_authority: Account
) -> None:
    ResponsibilityRule.objects.update(reviewed_on=dt.date(2026, 1, 1))
    ResponsibilityRule.objects.filter(code="r-02").update(reviewed_on=clock.today())
    for _twice in range(2):
        subscribe_to_law(by=counsellor)

    told = [tell_of_law_changes(0), tell_of_law_changes(0)]
    for change in law_news(counsellor):
        read_change(key=change.key, by=counsellor)
    told.append(tell_of_law_changes(0))

    mail = OutboxMessage.objects.get(purpose="law.changes")
    assert (told, mail.recipient) == ([1, 1, 0], counsellor.email)
    assert "Leistungsrechtsanpassungsgesetz" in mail.body
    subscribe_to_law(by=counsellor, is_wanted=False)
    assert not LawSubscription.objects.exists()


def test_the_page_filters_reads_and_subscribes(network: Network, as_staff: SignIn) -> None:
    reader, address = as_staff("st-gk01"), reverse(PAGE)
    assert Client().get(address).status_code == 302
    drafts = reader.get(address, {"kind": "draft", "matter": "livelihood"})
    key = drafts.context["rows"][0][0].key

    assert {it.kind for it, *_more in drafts.context["rows"]} == {"draft"}
    reader.post(reverse("desk:law_change_read"), {"key": key})
    unread = reader.get(address, {"kind": "draft", "unread": "on"}).context["rows"]
    assert key not in [it.key for it, *_more in unread]
    reader.post(reverse("desk:law_change_read"), {"key": key, "off": "1"})
    assert not LawReading.objects.filter(key=key).exists()
    assert reader.post(reverse("desk:law_change_read"), {"key": "no/such"}).status_code == 404
    assert reader.get(address, {"kind": "x"}).status_code == 422
    reader.post(reverse("desk:law_changes_by_mail"))
    assert "No more mail about this" in reader.get(address).content.decode()
    nothing = reader.get(address, {"kind": "note"}).content.decode()
    assert "Nothing fits." in nothing


def test_the_coordinator_notes_what_no_rule_speaks_of(network: Network, as_staff: SignIn) -> None:
    address = reverse("desk:law_change_new")
    form = {
        "legal_basis": "§ 45a AufenthG", "words": "Neue Kurse.", "matters": ["course"],
        "on": "2027-04-01", "source": "BGBl.",
    }  # fmt: skip
    assert as_staff("st-jc05").post(address, form).status_code == 403
    keeper = as_staff("st-ki02")
    assert keeper.post(address, form | {"source": ""}).status_code == 422

    assert keeper.post(address, form).status_code == 302

    note = LawNote.objects.get()
    shown = as_staff("st-jc05").get(reverse(PAGE), {"kind": "note"}).content.decode()
    assert "Neue Kurse." in shown
    assert "BGBl." in shown
    assert note.reviewer in shown


def test_the_page_asks_as_often_for_one_change_as_for_all(
    network: Network, as_staff: SignIn
) -> None:
    reader, address = as_staff("st-gk01"), reverse(PAGE)

    def asked() -> int:
        reader.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert reader.get(address).status_code == 200
        return len(captured)

    many = asked()
    ResponsibilityRule.objects.exclude(code="r-02").delete()

    assert asked() == many <= 10
