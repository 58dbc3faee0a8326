"""A link that makes one account, once; it says nothing to scanners, strangers and the late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Network, Organization
from knotenpunkt.onboarding.actions.inviting import accept_invitation, invite
from knotenpunkt.onboarding.errors import NotInvited, NotYours
from knotenpunkt.onboarding.links import invitation_of
from knotenpunkt.onboarding.models import Invitation
from tests.conftest import BOOKING_DAY
from tests.onboarding.conftest import JOINER, PARTNER, newest_link

Sign = Callable[[str], Account]


def token_of(link: str) -> str:
    return link.strip("/").rpartition("/")[2]


def test_opening_the_link_changes_nothing_and_the_button_makes_the_account(invited: str) -> None:
    scanner, she = Client(), Client()

    statuses = [scanner.get(invited).status_code, scanner.head(invited).status_code]
    before = Account.objects.filter(email__iexact=PARTNER["email"]).count()
    answer = she.post(invited, JOINER, follow=True)

    account = Account.objects.get(email__iexact=PARTNER["email"])
    assert (statuses, before) == ([200, 200], 0)
    assert answer.redirect_chain[-1][0] == f"/desk/partners/{account.staff_member.organization_id}/"
    assert account.staff_member.role == Role.LEAD
    assert account.check_password(JOINER["password"])


def test_the_link_works_once(invited: str) -> None:
    Client().post(invited, JOINER)

    assert [Client().get(invited).status_code, Client().post(invited, JOINER).status_code] == [
        410, 410,
    ]  # fmt: skip


def test_two_who_press_at_once_make_one_account(invited: str) -> None:
    invitation = invitation_of(token_of(invited))
    assert invitation is not None
    from_form = Client().post(invited, JOINER)

    assert from_form.status_code == 302
    with pytest.raises(NotInvited):
        accept_invitation(invitation=invitation, joiner=None)  # type: ignore[arg-type]


def test_the_link_ends_after_a_week_and_when_it_is_forged(invited: str) -> None:
    with time_machine.travel(BOOKING_DAY + dt.timedelta(days=8)):
        late = Client().get(invited).status_code

    assert [late, Client().get(invited[:-3] + "xy/").status_code] == [410, 410]


def test_a_new_link_lets_the_old_one_die(invited: str, coordinator: Client) -> None:
    invitation = Invitation.objects.get()
    address = f"/desk/partners/{invitation.organization_id}/invitations/{invitation.pk}/"

    coordinator.post(address)
    second = newest_link()

    assert [Client().get(invited).status_code, Client().get(second).status_code] == [410, 200]
    assert OutboxMessage.objects.filter(about=invitation.pk, cancelled_at=None).count() == 1


def test_a_withdrawn_link_is_over(invited: str, coordinator: Client) -> None:
    invitation = Invitation.objects.get()
    address = f"/desk/partners/{invitation.organization_id}/invitations/{invitation.pk}/"

    coordinator.post(address, {"withdraw": "1"})

    assert Client().get(invited).status_code == 410
    assert not OutboxMessage.objects.filter(about=invitation.pk, cancelled_at=None).exists()


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
    client = Client()
    client.force_login(account("st-jc05"))

    assert client.post("/desk/partners/new/", PARTNER).status_code == 403


def test_a_lead_invites_colleagues_but_gives_no_role_of_the_network(invited: str) -> None:
    lead = Client()
    lead.post(invited, JOINER)
    account = Account.objects.get(email__iexact=PARTNER["email"])
    base = f"/desk/partners/{account.staff_member.organization_id}/invite/"

    good = lead.post(base, {"email": "b@hwk.example", "role": "worker"}).status_code
    bad = lead.post(base, {"email": "c@hwk.example", "role": "coordinator"}).status_code
    with pytest.raises(NotYours):
        invite(
            organization=account.staff_member.organization, email="c@hwk.example",
            role=Role.ADMINISTRATOR, by=account,
        )  # fmt: skip

    assert (good, bad) == (302, 422)
    colleague = Client()
    colleague.post(newest_link(), {**JOINER, "name": "Bea Blank"})
    joined = Account.objects.get(email="b@hwk.example").staff_member
    assert (joined.role, joined.organization) == (Role.WORKER, account.staff_member.organization)
    assert colleague.get(base).status_code == 403


def test_nothing_personal_stands_in_subject_or_address(invited: str) -> None:
    mail = OutboxMessage.objects.get(purpose="onboarding.invitation")

    assert "amira" not in (mail.subject + invited).lower()
