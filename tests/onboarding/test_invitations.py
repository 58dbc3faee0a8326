"""A link that opens one account, once; it says nothing to scanners, strangers and the late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.actions import NewColleague, invite_colleague
from knotenpunkt.network.enums import Role
from knotenpunkt.network.errors import NotYourHouse
from knotenpunkt.network.models import Account, Network, Organization, StaffMember
from knotenpunkt.network.rights import HOUSE_ROLES, roles_to_give
from tests.conftest import BOOKING_DAY
from tests.onboarding.conftest import JOINER, PARTNER, newest_link

Sign = Callable[[str], Account]
COLLEAGUE = {"name": "Bea Blank", "email": "b@hwk.example", "job": "Beratung", "role": "worker"}


def lead_of(link: str) -> tuple[Client, Account]:
    """Accept the invitation of a partner; return its lead, signed in."""
    client = Client(headers={"accept-language": "en"})
    client.post(link, JOINER)
    return client, Account.objects.get(email__iexact=PARTNER["email"])


def address_of_invitation() -> str:
    member = StaffMember.objects.get(name=PARTNER["contact"])
    return f"/desk/partners/{member.organization_id}/invitations/{member.pk}/"


def test_opening_the_link_changes_nothing_and_the_button_opens_the_account(invited: str) -> None:
    scanner, she = Client(), Client()

    statuses = [scanner.get(invited).status_code, scanner.head(invited).status_code]
    before = Account.objects.get(email__iexact=PARTNER["email"]).has_usable_password()
    answer = she.post(invited, JOINER, follow=True)

    account = Account.objects.get(email__iexact=PARTNER["email"])
    member = account.staff_member
    assert (statuses, before) == ([200, 200], False)
    assert answer.redirect_chain[-1][0] == f"/desk/partners/{member.organization_id}/"
    assert (member.name, member.job, member.role) == (JOINER["name"], JOINER["job"], Role.LEAD)
    assert account.check_password(str(JOINER["password"]))


def test_a_second_factor_does_not_ask_again_for_the_password_just_chosen(invited: str) -> None:
    she = Client()
    she.post(invited, JOINER)

    soon = she.get(reverse("mfa_activate_totp"))
    with time_machine.travel(clock.now() + dt.timedelta(minutes=6)):
        late = she.get(reverse("mfa_activate_totp"))

    assert soon.status_code == 200
    assert late.headers["Location"].startswith(reverse("account_reauthenticate"))


def test_the_link_works_once(invited: str) -> None:
    Client().post(invited, JOINER)

    answers = [Client().get(invited).status_code, Client().post(invited, JOINER).status_code]
    assert answers == [410, 410]


def test_the_link_ends_after_a_week_and_when_it_is_forged(invited: str) -> None:
    with time_machine.travel(BOOKING_DAY + dt.timedelta(days=8)):
        late = Client().get(invited).status_code

    assert [late, Client().get(invited[:-3] + "xy/").status_code] == [410, 410]


def test_a_new_link_lets_the_old_one_die(invited: str, coordinator: Client) -> None:
    coordinator.post(address_of_invitation())

    second = newest_link()
    waiting = OutboxMessage.objects.filter(purpose="account.invitation", cancelled_at=None)
    assert [Client().get(invited).status_code, Client().get(second).status_code] == [410, 200]
    assert waiting.count() == 1


def test_a_withdrawn_link_is_over_and_its_address_free(invited: str, coordinator: Client) -> None:
    coordinator.post(address_of_invitation(), {"withdraw": "1"})

    waiting = OutboxMessage.objects.filter(purpose="account.invitation", cancelled_at=None)
    assert Client().get(invited).status_code == 410
    assert not waiting.exists()
    assert coordinator.post("/desk/partners/new/", PARTNER).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [("again", "vier andere Worte hier"), ("password", "kurz"), ("password", "password"),
     ("name", ""), ("languages", "xx")],
)  # fmt: skip
def test_bad_input_is_said_and_the_link_stays_good(invited: str, field: str, value: str) -> None:
    said = {**JOINER, field: value}
    if field == "password":
        said["again"] = value

    answer = Client().post(invited, said)

    assert answer.status_code == 422
    assert Client().get(invited).status_code == 200


def test_who_signs_in_already_is_not_invited_again(coordinator: Client, account: Sign) -> None:
    taken = account("st-jc05").email

    answer = coordinator.post("/desk/partners/new/", {**PARTNER, "email": taken.upper()})

    assert answer.status_code == 422
    assert not Organization.objects.filter(name=PARTNER["name"]).exists()


def test_only_the_coordinator_invites_partners(network: Network, account: Sign) -> None:
    client, administrator = Client(), account("st-jc05").staff_member
    client.force_login(account("st-jc05"))
    as_worker = client.post("/desk/partners/new/", PARTNER).status_code
    StaffMember.objects.filter(pk=administrator.pk).update(role=Role.ADMINISTRATOR)

    assert (as_worker, client.post("/desk/partners/new/", PARTNER).status_code) == (403, 403)


def test_who_leads_a_new_house_invites_until_it_has_an_administrator(invited: str) -> None:
    lead, account = lead_of(invited)

    good = lead.post("/desk/accounts/new/", COLLEAGUE)
    network_role = {**COLLEAGUE, "email": "c@hwk.example", "role": "coordinator"}
    bad = lead.post("/desk/accounts/new/", network_role).status_code
    she = Client()
    she.post(newest_link(), {**JOINER, "name": "Bea Blank"})
    administrator = {**COLLEAGUE, "email": "d@hwk.example", "role": "administrator"}
    lead.post("/desk/accounts/new/", administrator)

    mine = f"/desk/partners/{account.staff_member.organization_id}/"
    assert (good.status_code, bad) == (302, 422)
    assert lead.get(good["Location"])["Location"] == mine
    assert Account.objects.get(email="b@hwk.example").staff_member.role == Role.WORKER
    assert she.get("/desk/accounts/new/").status_code == 403
    assert lead.get("/desk/accounts/new/").status_code == 403


def test_who_may_invite_whom_into_which_house(
    invited: str, account: Sign, counsellor: Account
) -> None:
    new = StaffMember.objects.get(name=PARTNER["contact"]).organization
    listed = counsellor.staff_member.organization
    coordinator, boss, worker = account("st-ki02"), account("st-jc05"), account("st-mb02")
    StaffMember.objects.filter(account=boss).update(role=Role.ADMINISTRATOR)
    boss = Account.objects.get(pk=boss.pk)
    own = boss.staff_member.organization

    assert roles_to_give(coordinator, new) == HOUSE_ROLES
    assert roles_to_give(coordinator, listed) == (Role.COORDINATOR,)  # it is her own house
    assert roles_to_give(coordinator, own) == ()
    assert roles_to_give(boss, own) == tuple(it for it in Role if it != Role.COORDINATOR)
    assert (roles_to_give(boss, new), roles_to_give(boss, listed)) == ((), ())
    assert roles_to_give(worker, worker.staff_member.organization) == ()
    with pytest.raises(NotYourHouse):
        invite_colleague(
            organization=new, by=coordinator,
            colleague=NewColleague("X", "X", Role.COORDINATOR, "x@hwk.example"),
        )  # fmt: skip


def test_nothing_personal_stands_in_subject_or_address(invited: str) -> None:
    mail = OutboxMessage.objects.get(purpose="account.invitation")

    assert "amira" not in (mail.subject + invited).lower()
    assert PARTNER["name"] in mail.body
