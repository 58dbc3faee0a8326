"""Deleted when due, kept when held, gone after a restore; and everything for the person herself."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.models.signals import pre_delete
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from knotenpunkt.casework.models import CaseConference
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people import receivers, retention
from knotenpunkt.people.actions import write_item
from knotenpunkt.people.actions.keeping import (
    apply_tombstones,
    ask_erasure,
    delete_due,
    place_hold,
    run_retention,
    tombstone_lines,
)
from knotenpunkt.people.enums import Layer
from knotenpunkt.people.errors import MayNotShare
from knotenpunkt.people.labels import kind_of, label_of
from knotenpunkt.people.models import Consent, Grant, Item, Person, ReadEntry, Tombstone
from knotenpunkt.people.queries import items_visible_to
from knotenpunkt.people.retention import is_overdue, models_without_rule, persons_due
from knotenpunkt.people.subject_access import (
    is_shown,
    models_about_a_person,
    subject_access,
)
from knotenpunkt.web.desk.persons import keeping_views

Items = dict[str, Item]
Share = Callable[..., Consent]
LATER = dt.timedelta(days=4 * 365)


@pytest.fixture
def officer(counsellor: Account) -> Account:
    made = Account.objects.create_user("dpo@ki.example")
    StaffMember.objects.create(
        organization=counsellor.staff_member.organization, account=made, name="D", job="DPO",
        role="data_protection_officer",
    )  # fmt: skip
    return Account.objects.get(pk=made.pk)


def signed_in(account: Account) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(account)
    return client


def test_every_personal_model_has_its_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    assert models_without_rule() == []

    known = dict(retention.retention_rules())
    del known["casework.TalkRecord"]
    monkeypatch.setattr(retention, "retention_rules", lambda: known)
    assert models_without_rule() == ["casework.TalkRecord"]


def test_a_file_is_proposed_when_nothing_has_touched_it_for_the_whole_period(
    person: Person, officer: Account, counsellor: Account
) -> None:
    assert person not in persons_due(officer)
    with time_machine.travel(clock.now() + LATER):
        assert person in persons_due(officer, most=500)
        assert persons_due(counsellor) == []
        write_item(subject=person, category="school", body="came again", by=counsellor)
        assert person not in persons_due(officer, most=500)


def test_the_officer_deletes_and_a_restore_does_not_bring_back(
    person: Person, officer: Account, counsellor: Account, items: Items, share: Share,
    other_authority: Account,
) -> None:  # fmt: skip
    share(other_authority.staff_member)
    signed_in(counsellor).get(reverse("desk:person", args=[person.pk]))
    key = person.pk
    with time_machine.travel(clock.now() + LATER):
        with pytest.raises(MayNotShare):
            delete_due(person=person, by=counsellor)

        delete_due(person=person, by=officer)

    assert not Person.objects.filter(pk=key).exists()
    assert not Item.objects.filter(subject=key).exists()
    assert not ReadEntry.objects.filter(person=key).exists()
    lines = tombstone_lines()
    assert str(key) in "".join(lines)
    # A restore of an older backup knows the person and not the tombstone.
    Person.objects.create(
        pk=key, network=officer.staff_member.organization.network, given_name="Back",
        organization=officer.staff_member.organization, created_at=clock.now(),
    )  # fmt: skip
    Tombstone.objects.all().delete()
    assert apply_tombstones(lines) == 1
    assert apply_tombstones(lines) == 0
    assert not Person.objects.filter(pk=key).exists()


def test_without_the_receiver_a_restore_would_bring_everybody_back(person: Person) -> None:
    pre_delete.disconnect(receivers.leave_a_tombstone, sender=Person)
    try:
        Person.objects.filter(code="cl-02").delete()
        assert tombstone_lines() == []
    finally:
        pre_delete.connect(receivers.leave_a_tombstone, sender=Person)


def test_what_names_her_goes_along_and_what_is_anonymous_stays(
    officer: Account, person: Person
) -> None:
    named = set(CaseConference.objects.exclude(person=None).values_list("person", flat=True))
    anonymous = CaseConference.objects.filter(person=None).count()
    found = Person.objects.filter(pk__in=named).first()
    assert found
    StaffMember.objects.filter(account=officer).update(organization=found.organization)
    officer = Account.objects.get(pk=officer.pk)

    with time_machine.travel(clock.now() + LATER):
        delete_due(person=found, by=officer)

    assert not CaseConference.objects.filter(person=found.pk).exists()
    assert CaseConference.objects.filter(person=None).count() == anonymous


def test_n39_a_hold_keeps_a_file_says_why_and_ends_by_itself(
    person: Person, officer: Account
) -> None:
    later = clock.now() + LATER
    with time_machine.travel(later):
        hold = place_hold(
            person=person, reason="lawsuit 12/30", by=officer,
            until=clock.today() + dt.timedelta(days=30),
        )  # fmt: skip
        assert person not in persons_due(officer, most=500)
        with pytest.raises(MayNotShare):
            delete_due(person=person, by=officer)
        page = signed_in(officer).get(reverse("desk:retention")).content.decode()
        assert "lawsuit 12/30" in page
        assert person.given_name not in page
        with pytest.raises(IntegrityError, match="a_hold_has_a_reason"), transaction.atomic():
            type(hold).objects.update(reason="")
    with time_machine.travel(later + dt.timedelta(days=31)):
        assert person in persons_due(officer, most=500)


def test_n40_a_run_that_did_not_happen_turns_the_page_red(officer: Account) -> None:
    client = signed_in(officer)
    assert is_overdue()
    assert b"does not run" in client.get(reverse("desk:retention")).content

    run_retention()

    assert b"does not run" not in client.get(reverse("desk:retention")).content
    with time_machine.travel(clock.now() + dt.timedelta(days=3)):
        assert b"does not run" in signed_in(officer).get(reverse("desk:retention")).content


def test_n38_erasure_ends_sharing_and_seals_what_a_duty_keeps(
    person: Person, items: Items, share: Share, counsellor: Account, other_authority: Account
) -> None:
    share(other_authority.staff_member)
    day = clock.today() + dt.timedelta(days=400)

    sealed = ask_erasure(person=person, until=day, because="§ 63 SGB X", by=counsellor)

    assert sealed == len(items)
    assert not items_visible_to(counsellor).filter(subject=person).exists()
    assert not items_visible_to(other_authority).exists()
    assert not Grant.objects.filter(subject=person, withdrawn_at=None).exists()
    assert set(Item.objects.values_list("sealed_until", "sealed_because")) == {(day, "§ 63 SGB X")}
    with pytest.raises(MayNotShare):
        ask_erasure(person=person, until=day, because="x", by=other_authority)


def test_n35_subject_access_is_complete(
    person: Person, items: Items, share: Share, counsellor: Account, other_authority: Account
) -> None:
    share(other_authority.staff_member)
    signed_in(other_authority).get(reverse("desk:shared_person", args=[person.pk]))

    found = subject_access(person, counsellor)

    text = json.dumps(found.rows, ensure_ascii=False)
    assert all(item.body in text for item in items.values())
    assert len(found.rows["Freigaben"]) == 1
    reads = [it for it in found.reads if it["what"] == "shared item"]
    assert len(reads) == 3
    assert {(it["who"], it["basis"], it["purpose"]) for it in reads} == {
        (other_authority.staff_member.name, "consent", "work")
    }
    with pytest.raises(Person.DoesNotExist):
        subject_access(person, other_authority)


def test_n36_facts_about_others_are_withheld_and_counted(
    person: Person, items: Items, counsellor: Account, account: Callable[[str], Account]
) -> None:
    Item.objects.filter(pk=items["school"].pk).update(is_about_third_party=True)
    write_item(
        subject=person, category="school", body="told me", by=account("st-ki05"),
        layer=Layer.ENTRUSTED,
    )  # fmt: skip

    found = subject_access(person, counsellor)

    text = json.dumps(found.rows)
    assert (found.withheld_third_parties, found.withheld_entrusted) == (1, 1)
    assert items["school"].body not in text
    assert "told me" not in text


def test_n37_only_what_she_gave_herself_can_be_taken_along(
    person: Person, items: Items, counsellor: Account
) -> None:
    Item.objects.filter(pk=items["qualification"].pk).update(is_from_person=True)

    answer = signed_in(counsellor).post(
        reverse("desk:subject_access", args=[person.pk]), {"kind": "portable"}
    )

    found = json.loads(answer.content)
    assert found["items"] == [{"category": "qualification", "text": items["qualification"].body}]
    assert found["person"]["given_name"] == person.given_name


@pytest.mark.parametrize(("kind", "start"), [("pdf", b"%PDF"), ("json", b"{")])
def test_the_answer_is_a_file_and_the_look_is_logged(
    kind: str, start: bytes, person: Person, items: Items, counsellor: Account
) -> None:
    answer = signed_in(counsellor).post(
        reverse("desk:subject_access", args=[person.pk]), {"kind": kind}
    )

    assert answer.content.startswith(start)
    assert ReadEntry.objects.filter(person=person, what="subject access").exists()


def test_pages_of_deletion_belong_to_the_officer_alone(
    officer: Account, counsellor: Account, person: Person
) -> None:
    assert signed_in(officer).get(reverse("desk:retention")).status_code == 200
    assert signed_in(counsellor).get(reverse("desk:retention")).status_code == 403
    assert signed_in(officer).get(reverse("desk:erasure", args=[person.pk])).status_code == 403


def test_periods_that_nobody_has_reviewed_say_so(
    officer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def page() -> tuple[bool, int]:
        text = signed_in(officer).get(reverse("desk:retention")).content.decode()
        return "Not reviewed: nobody has confirmed" in text, text.count("(not reviewed)")

    draft = page()
    reviewed = retention.Review("Dr. Beispiel", dt.date(2027, 1, 4))
    monkeypatch.setattr(keeping_views, "review_of_periods", lambda: reviewed)

    assert draft == (True, len(retention.retention_rules()))
    assert page() == (False, 0)


def test_the_officer_works_by_the_page(officer: Account, person: Person) -> None:
    Person.objects.exclude(pk=person.pk).filter(organization=person.organization).update(
        created_at=clock.now() + LATER
    )
    client, address = signed_in(officer), reverse("desk:retention")
    with time_machine.travel(clock.now() + LATER):
        client = signed_in(officer)
        fields: dict[str, Any] = {"person": str(person.pk), "answer": "hold"}
        assert client.post(address, fields).status_code == 422
        delete = {**fields, "answer": "delete"}
        asked = client.post(address, delete)
        assert asked.status_code == 200
        assert Person.objects.filter(pk=person.pk).exists()
        assert client.post(address, {**delete, "is_sure": "on"}).status_code == 302
        assert client.post(address, delete).status_code == 404
    assert not Person.objects.filter(pk=person.pk).exists()


def test_every_field_she_reads_has_a_name_in_plain_words() -> None:
    for model in (Person, Item, *models_about_a_person()):
        shown = [it for it in model._meta.fields if is_shown(it)]
        for language in ("de", "ar"):
            with override(language):
                labels = [label_of(it) for it in shown]
                assert len(set(labels)) == len(labels), model
                assert all(kind_of(model)), model
    with pytest.raises(KeyError):
        label_of(Account._meta.get_field("last_login"))
