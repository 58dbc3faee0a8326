"""Invited, given a role, with a second factor, and gone only after handing over."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from knotenpunkt.casework.actions.diary import note_follow_up
from knotenpunkt.casework.models import FollowUp, Referral
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network import leaving
from knotenpunkt.network.actions import (
    Introduction,
    NewColleague,
    accept_invitation,
    change_role,
    deactivate_colleague,
    invite_again,
    invite_colleague,
)
from knotenpunkt.network.errors import EmailTaken, NotYourHouse, StillOpen
from knotenpunkt.network.links import account_of_invitation
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.visits.models import Appointment

GOOD = "correct horse battery staple"
WELCOME = {"name": "N. Neu", "job": "Beratung", "password": GOOD, "again": GOOD}
SAID = Introduction("N. Neu", "Beratung", ("de",))
AsAccount = Callable[[str], Account]


@pytest.fixture
def administrator(counsellor: Account) -> Account:
    """Administers the house of the counsellor."""
    organization = counsellor.staff_member.organization
    made = Account.objects.create_user("admin@ki.example")
    StaffMember.objects.create(
        organization=organization, account=made, name="A. Admin", job="IT", role="administrator"
    )
    return Account.objects.get(pk=made.pk)


@pytest.fixture
def invited(administrator: Account) -> StaffMember:
    return invite_colleague(
        organization=administrator.staff_member.organization,
        colleague=NewColleague(
            name="N. Neu", job="Beratung", role="worker", email="neu@ki.example"
        ),
        by=administrator,
    )


def signed_in(account: Account) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(account)
    return client


def key_in(mail: OutboxMessage) -> str:
    found = re.search(r"/invited/([^/\s]+)/", mail.body)
    assert found
    return found.group(1)


def last_key() -> str:
    mail = OutboxMessage.objects.filter(purpose="account.invitation").order_by("-created_at", "-pk")
    return key_in(mail.filter(cancelled_at=None)[0])


def test_an_invitation_opens_one_account_once(invited: StaffMember) -> None:
    address, visitor = f"/invited/{last_key()}/", Client(headers={"accept-language": "en"})

    opened = visitor.get(address)
    weak = visitor.post(address, {**WELCOME, "password": "short", "again": "short"})
    differ = visitor.post(address, {**WELCOME, "again": GOOD + "."})
    nameless = visitor.post(address, {**WELCOME, "name": ""})
    taken = visitor.post(address, {**WELCOME, "name": "Nina Neu", "languages": ["de", "uk"]})
    again = visitor.post(address, WELCOME)

    statuses = [it.status_code for it in (opened, weak, differ, nameless, taken, again)]
    assert statuses == [200, 422, 422, 422, 302, 410]
    assert b'value="N. Neu"' in opened.content
    invited.refresh_from_db()
    assert (invited.name, invited.languages) == ("Nina Neu", ["de", "uk"])
    assert visitor.get("/desk/").status_code == 200
    assert visitor.login(email="neu@ki.example", password=GOOD)


def test_a_link_ends_by_age_by_a_newer_one_and_when_she_leaves(
    invited: StaffMember, administrator: Account
) -> None:
    first = last_key()
    assert account_of_invitation(first) == invited.account
    assert account_of_invitation("forged") is None
    with time_machine.travel(clock.now() + dt.timedelta(days=8)):
        assert account_of_invitation(first) is None

    assert invite_again(member=invited, by=administrator)

    second = last_key()
    assert account_of_invitation(first) is None
    assert account_of_invitation(second) == invited.account
    deactivate_colleague(member=invited, by=administrator)
    assert account_of_invitation(second) is None


def test_a_browser_may_send_the_form_and_other_sites_learn_nothing(invited: StaffMember) -> None:
    """With `no-referrer` a browser says the form's origin is null, and the form is refused."""
    answer = Client().get(f"/invited/{last_key()}/")

    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_the_slower_of_two_with_one_link_is_told(invited: StaffMember) -> None:
    one = account_of_invitation(last_key())
    other = account_of_invitation(last_key())
    assert one
    assert other

    answers = [accept_invitation(account=it, said=SAID, password=GOOD) for it in (one, other)]

    assert answers == [True, False]


def test_only_her_own_administrator_decides(
    invited: StaffMember, administrator: Account, counsellor: Account, account: AsAccount
) -> None:
    foreign = account("st-jc05")
    StaffMember.objects.filter(account=foreign).update(role="administrator")
    foreign = Account.objects.get(pk=foreign.pk)
    new = NewColleague(name="X", job="X", role="worker", email="x@ki.example")

    for by in (counsellor, foreign):
        with pytest.raises(NotYourHouse):
            invite_colleague(organization=invited.organization, colleague=new, by=by)
        with pytest.raises(NotYourHouse):
            change_role(member=invited, role="lead", by=by)
        with pytest.raises(NotYourHouse):
            deactivate_colleague(member=invited, by=by)
    with pytest.raises(NotYourHouse):
        change_role(member=administrator.staff_member, role="worker", by=administrator)
    with pytest.raises(EmailTaken):
        invite_colleague(
            organization=invited.organization,
            colleague=NewColleague(name="X", job="X", role="worker", email="NEU@ki.example"),
            by=administrator,
        )


def test_pages_of_accounts_open_for_the_administrator_of_the_house_alone(
    invited: StaffMember, administrator: Account, counsellor: Account, account: AsAccount
) -> None:
    foreign = account("st-jc05")
    StaffMember.objects.filter(account=foreign).update(role="administrator")
    pages = [
        reverse(f"desk:{name}", args=[invited.pk] if name != "accounts" else [])
        for name in ("accounts", "account", "account_leave")
    ]

    def seen(who: Account) -> list[int]:
        return [signed_in(who).get(it).status_code for it in pages]

    assert seen(administrator) == [200, 200, 200]
    assert seen(counsellor) == [403, 403, 403]
    assert seen(Account.objects.get(pk=foreign.pk)) == [200, 404, 404]


def test_the_administrator_invites_and_changes_a_role_by_pages(administrator: Account) -> None:
    client = signed_in(administrator)
    fields = {"name": "N. Neu", "email": "neu@ki.example", "job": "Beratung", "role": "worker"}

    assert client.post(reverse("desk:account_new"), {**fields, "email": "no"}).status_code == 422
    assert client.post(reverse("desk:account_new"), fields).status_code == 302
    member = StaffMember.objects.get(account__email="neu@ki.example")
    assert (
        client.post(reverse("desk:account", args=[member.pk]), {"role": "lead"}).status_code == 302
    )
    member.refresh_from_db()
    assert member.role == "lead"
    assert client.post(reverse("desk:account_new"), fields).status_code == 422


def test_only_the_coordinator_gives_her_role_and_nothing_else_by_pages(
    invited: StaffMember, administrator: Account, account: AsAccount
) -> None:
    """It reaches over the whole network, so no administrator of a house may hand it out."""
    hers, page = account("st-ki02"), reverse("desk:account", args=[invited.pk])
    fields = {"name": "C. Co", "email": "co@ki.example", "job": "Leitung", "role": "coordinator"}
    admin, coordinator = signed_in(administrator), signed_in(hers)

    refused = [
        admin.post(reverse("desk:account_new"), fields).status_code,
        admin.post(page, {"role": "coordinator"}).status_code,
        coordinator.post(page, {"role": "lead"}).status_code,
        coordinator.post(reverse("desk:account_again", args=[invited.pk])).status_code,
        coordinator.get(reverse("desk:account_leave", args=[invited.pk])).status_code,
    ]
    with pytest.raises(NotYourHouse):
        change_role(member=invited, role="coordinator", by=administrator)
    given = [
        coordinator.post(reverse("desk:account_new"), fields).headers["Location"],
        coordinator.post(page, {"role": "coordinator"}).headers["Location"],
    ]

    roles = StaffMember.objects.filter(organization=invited.organization, role="coordinator")
    assert refused == [422, 422, 422, 403, 403]
    assert given == [reverse("desk:accounts")] * 2
    assert set(roles.values_list("name", flat=True)) == {"C. Co", "N. Neu", "Rasha Darwisheh"}


def test_the_last_coordinator_stays_until_there_is_another(
    invited: StaffMember, administrator: Account, account: AsAccount
) -> None:
    hers = account("st-ki02")
    last, page = hers.staff_member, reverse("desk:account", args=[hers.staff_member.pk])
    admin = signed_in(administrator)

    alone = admin.post(page, {"role": "worker"})
    unchanged = admin.post(page, {"role": "coordinator"}).status_code
    change_role(member=invited, role="coordinator", by=hers)

    assert (alone.status_code, unchanged) == (422, 302)
    assert b"Nobody else coordinates the network" in alone.content
    assert admin.post(page, {"role": "worker"}).status_code == 302
    last.refresh_from_db()
    assert last.role == "worker"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_accounts_costs_the_same_for_one_and_three(
    count: int, administrator: Account, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        invite_colleague(
            organization=administrator.staff_member.organization,
            colleague=NewColleague(name="N", job="B", role="worker", email=f"n{number}@ki.example"),
            by=administrator,
        )
    client = signed_in(administrator)

    with django_assert_num_queries(5):
        client.get(reverse("desk:accounts"))


def test_who_leaves_hands_over_first(
    counsellor: Account, administrator: Account, account: AsAccount, person: Person
) -> None:
    member, successor = counsellor.staff_member, account("st-ki05").staff_member
    Appointment.objects.filter(staff=member).delete()
    note_follow_up(person=person, text="call", due_on=dt.date(2027, 3, 1), by=counsellor)
    led = Person.objects.filter(case_lead=member).count()
    client, address = signed_in(administrator), reverse("desk:account_leave", args=[member.pk])

    with pytest.raises(StillOpen) as refused:
        deactivate_colleague(member=member, by=administrator)
    page = client.get(address)
    work = leaving.open_work_of(member)
    missing = client.post(address, {})
    done = client.post(address, {it.kind: str(successor.pk) for it in work})

    assert led > 0
    assert {"persons", "follow_ups"} <= {it.kind for it in refused.value.work}
    assert person.given_name not in page.content.decode()
    assert (missing.status_code, done.status_code) == (422, 302)
    member.refresh_from_db()
    assert member.left_on == clock.today()
    assert not Account.objects.get(pk=counsellor.pk).is_active
    assert leaving.open_work_of(member) == []
    assert FollowUp.objects.get(person=person, text="call").staff_member == successor
    person.refresh_from_db()
    assert person.case_lead == successor
    assert signed_in(counsellor).get(reverse("desk:persons")).status_code in {302, 403}


def test_appointments_ahead_keep_the_account_until_they_are_moved(
    counsellor: Account, administrator: Account, account: AsAccount
) -> None:
    ahead = Appointment.objects.filter(status="booked", starts_at__gt=clock.now()).first()
    assert ahead
    ahead.staff.add(counsellor.staff_member)
    successor = account("st-ki05").staff_member
    client = signed_in(administrator)
    address = reverse("desk:account_leave", args=[counsellor.staff_member.pk])
    work = leaving.open_work_of(counsellor.staff_member)

    client.post(address, {it.kind: str(successor.pk) for it in work if it.moves})

    assert [it.kind for it in leaving.open_work_of(counsellor.staff_member)] == ["appointments"]
    assert Account.objects.get(pk=counsellor.pk).is_active


def test_what_was_shared_by_name_goes_back_to_the_sender(
    account: AsAccount, administrator: Account
) -> None:
    """The successor holds no grant: the sender answers for the referral again, and is told."""
    referral = Referral.objects.filter(status="accepted").exclude(
        responsible__organization=administrator.staff_member.organization
    )[0]
    leaver = referral.responsible
    boss = Account.objects.create_user("boss@there.example")
    StaffMember.objects.create(
        organization=leaver.organization, account=boss, name="B", job="IT", role="administrator"
    )
    successor = StaffMember.objects.create(
        organization=leaver.organization, name="S", job="B", role="worker"
    )
    client = signed_in(Account.objects.get(pk=boss.pk))
    work = leaving.open_work_of(leaver)

    client.post(
        reverse("desk:account_leave", args=[leaver.pk]),
        {it.kind: str(successor.pk) for it in work if it.moves},
    )

    referral.refresh_from_db()
    assert referral.responsible == referral.sender
    assert not referral.recipients.filter(pk=successor.pk).exists()
    assert OutboxMessage.objects.filter(purpose="referral.recipient_left").count() == 1
