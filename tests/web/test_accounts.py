"""Invited, given a role, with a second factor, and gone only after handing over."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from knotenpunkt.casework.actions.diary import note_follow_up
from knotenpunkt.casework.models import FollowUp, Referral
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network import leaving
from knotenpunkt.network.actions import (
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
    weak = visitor.post(address, {"password": "short", "again": "short"})
    differ = visitor.post(address, {"password": GOOD, "again": GOOD + "."})
    taken = visitor.post(address, {"password": GOOD, "again": GOOD})
    again = visitor.post(address, {"password": GOOD * 2, "again": GOOD * 2})

    statuses = [it.status_code for it in (opened, weak, differ, taken, again)]
    assert statuses == [200, 422, 422, 302, 410]
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


def test_the_slower_of_two_with_one_link_is_told(invited: StaffMember) -> None:
    one = account_of_invitation(last_key())
    other = account_of_invitation(last_key())
    assert one
    assert other

    answers = [accept_invitation(account=it, password=GOOD) for it in (one, other)]

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

    with django_assert_num_queries(7):
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


# Second factor


def code_for(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(clock.now().timestamp()) // 30)))


def test_a_second_factor_is_set_up_and_asked_for(counsellor: Account) -> None:
    counsellor.set_password(GOOD)
    counsellor.save()
    client = Client(headers={"accept-language": "en"})
    sign_in = {"login": counsellor.email, "password": GOOD}
    assert client.post(reverse("account_login"), sign_in).headers["Location"] == "/desk/"
    assert client.get(reverse("mfa_index")).status_code == 200
    client.post(reverse("account_reauthenticate"), {"password": GOOD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
    assert Authenticator.objects.count() == 0

    client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})

    assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200
    fresh = Client(headers={"accept-language": "en"})
    asked = fresh.post(reverse("account_login"), sign_in)
    assert asked.headers["Location"].startswith(reverse("mfa_authenticate"))
    assert fresh.get("/desk/").status_code == 302
    assert b"kp-bar" in fresh.get(reverse("mfa_authenticate")).content
    with time_machine.travel(clock.now() + dt.timedelta(minutes=2)):
        through = fresh.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert through.headers["Location"] == "/desk/"


def test_where_it_is_required_the_desk_stays_closed_without(
    counsellor: Account, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client = signed_in(counsellor)

    without = client.get("/desk/persons/")
    TOTP.activate(counsellor, get_adapter().encrypt("JBSWY3DPEHPK3PXP"))

    assert without.headers["Location"] == reverse("mfa_index")
    assert client.get("/desk/persons/").status_code == 200


@pytest.mark.parametrize(
    "name",
    ["mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "usersessions_list",
     "account_change_password", "account_reauthenticate"],
)  # fmt: skip
def test_pages_of_the_account_have_our_look_and_no_code_in_them(
    name: str, counsellor: Account
) -> None:
    counsellor.set_password(GOOD)
    counsellor.save()
    client = Client(headers={"accept-language": "de"})
    client.post(reverse("account_login"), {"login": counsellor.email, "password": GOOD})
    client.post(reverse("account_reauthenticate"), {"password": GOOD})

    text = client.get(reverse(name)).content.decode()

    assert "kern.logical.min.css" in text
    assert 'lang="de"' in text
    assert not re.search(
        r"\sstyle=|\son\w+=\"|<script>|<script(?![^>]*(src|application/json))", text
    )


def test_the_sign_in_page_offers_passkeys(db: None) -> None:
    text = Client().get(reverse("account_login")).content.decode()

    assert 'id="passkey_login"' in text
    assert "mfa/js/webauthn.js" in text


# OpenID Connect


class Issuer(BaseHTTPRequestHandler):
    """A provider that lets in whoever `says` names."""

    says: ClassVar[dict[str, object]] = {}

    def answer(self) -> None:
        here = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
        bodies: dict[str, dict[str, object]] = {
            "/.well-known/openid-configuration": {
                "issuer": here,
                **{
                    f"{it}_endpoint": f"{here}/{it}"
                    for it in ("authorization", "token", "userinfo")
                },
                "jwks_uri": f"{here}/jwks",
            },
            "/token": {"access_token": "t", "token_type": "Bearer", "expires_in": 60},
            "/userinfo": self.says,
        }
        body = json.dumps(bodies[urlsplit(self.path).path]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer  # noqa: N815 - names of the library

    def log_message(self, *_args: object) -> None: ...


@pytest.fixture
def issuer(settings: Any) -> Iterator[type[Issuer]]:
    server = HTTPServer(("127.0.0.1", 0), Issuer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = {
        "provider_id": "house", "name": "Our house", "client_id": "kp", "secret": "s",
        "settings": {"server_url": f"http://127.0.0.1:{server.server_port}"},
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield Issuer
    server.shutdown()
    server.server_close()


def come_in(says: dict[str, object], issuer: type[Issuer]) -> Client:
    issuer.says = {"sub": "s-1", **says}
    client = Client(headers={"accept-language": "en"})
    away = client.post("/account/oidc/house/login/?process=login")
    state = parse_qs(urlsplit(away.headers["Location"]).query)["state"][0]
    client.get("/account/oidc/house/login/callback/", {"code": "c", "state": state})
    return client


def test_openid_connect_opens_invited_accounts_and_no_others(
    issuer: type[Issuer], counsellor: Account
) -> None:
    assert b"Our house" in Client().get(reverse("account_login")).content

    known = come_in({"email": counsellor.email, "email_verified": True}, issuer)
    unproved = come_in({"sub": "s-2", "email": "st-ki05@example", "email_verified": False}, issuer)
    unknown = come_in({"sub": "s-3", "email": "new@x.example", "email_verified": True}, issuer)

    assert known.get("/desk/persons/").status_code == 200
    assert unproved.get("/desk/persons/").status_code == 302
    assert unknown.get("/desk/persons/").status_code == 302
    assert not Account.objects.filter(email="new@x.example").exists()


def test_openid_connect_does_not_open_what_has_ended(
    issuer: type[Issuer], counsellor: Account
) -> None:
    Account.objects.filter(pk=counsellor.pk).update(is_active=False)

    client = come_in({"email": counsellor.email, "email_verified": True}, issuer)

    assert client.get("/desk/persons/").status_code == 302
