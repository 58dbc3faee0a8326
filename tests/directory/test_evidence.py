"""Work itself keeps the directory fresh; what nobody vouches for is marked, then hidden."""

from __future__ import annotations

import datetime as dt
import smtplib
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.core import mail
from django.test import Client

from knotenpunkt.directory.actions.freshness import note_evidence
from knotenpunkt.directory.enums import FieldPart, SignKind
from knotenpunkt.directory.models import FreshnessSign, Service
from knotenpunkt.directory.queries import services_public
from knotenpunkt.directory.search.asking import STALE, rank, search_services
from knotenpunkt.foundation.actions import Message, queue_message, send_due_messages
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.network.models import Account, Network
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import confirm_visit, hold_visit, note_attended
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import VisitWish

TODAY = dt.date(2027, 2, 22)
MARK = "not confirmed for 180 days"


def signs() -> list[tuple[str, str, str, object]]:
    rows = FreshnessSign.objects.order_by("at", "service__code")
    return list(rows.values_list("service__code", "part", "kind", "by"))


def test_a_talk_that_took_place_is_one_sign_a_day_without_a_name(
    network: Network,
    wish: Callable[..., VisitWish],
    person: Person,
    counsellor: Account,
) -> None:
    wanted = wish("cl-01", "of-vz-konto")
    plan = propose_visits(wanted).proposals[0].plan
    visit = confirm_visit(
        visit=hold_visit(person=person, plan=plan, wish=wanted, by=counsellor), by=counsellor
    )

    note_attended(appointment=visit.appointments.get(), by=counsellor)
    note_evidence(
        service=Service.objects.get(code="of-vz-konto"),
        part=FieldPart.HOURS,
        kind=SignKind.APPOINTMENT_HELD,
    )

    assert signs() == [("of-vz-konto", "hours", "appointment_held", None)]


def refusing(code: int) -> Callable[..., int]:
    def send(self: object, fail_silently: bool = False) -> int:
        raise smtplib.SMTPRecipientsRefused({"konto@example.org": (code, b"no")})

    return send


@pytest.mark.parametrize(
    ("code", "expected"), [(550, [("of-vz-konto", "contact", "mail_bounced", None)]), (451, [])]
)
def test_an_address_that_is_refused_for_good_speaks_against_the_entry(
    network: Network,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    expected: list[tuple[str, str, str, None]],
) -> None:
    Service.objects.filter(code="of-vz-konto").update(email="konto@example.org")
    monkeypatch.setattr(mail.EmailMessage, "send", refusing(code))
    queue_message(Message(Channel.EMAIL, "Konto@example.org", "de", "?", "directory.confirm"))

    send_due_messages()

    assert signs() == expected


@pytest.mark.parametrize(
    ("days", "is_marked", "is_public"),
    [(180, False, True), (181, True, True), (366, True, False)],
)
def test_three_dates_on_the_desk_in_topics_and_in_open_data(
    days: int,
    is_marked: bool,
    is_public: bool,
    network: Network,
    counsellor: Account,
) -> None:
    service = Service.objects.get(code="of-vz-konto")
    Service.objects.filter(pk=service.pk).update(verified_on=TODAY - dt.timedelta(days=days))
    desk = Client(headers={"accept-language": "en"})
    desk.force_login(counsellor)
    topic = Client(headers={"accept-language": "en"}).get(f"/topics/{service.topic.code}/")
    public = Client(headers={"accept-language": "en"}).get(f"/services/{service.pk}/")
    hsds = Client().get(f"/hsds/services/{service.pk}")
    page = desk.get(f"/desk/directory/services/{service.pk}/").content.decode()
    listed = desk.get(f"/desk/directory/?topic={service.topic_id}").content.decode()

    assert (MARK in listed) == is_marked
    assert ("Nobody has confirmed this entry for" in page) == is_marked
    assert (service.name["en"] in topic.content.decode()) == is_public
    assert ("Not confirmed for long" in topic.content.decode()) == (is_marked and is_public)
    assert public.status_code == (200 if is_public else 404)
    assert ("Not confirmed for long" in public.content.decode()) == (is_marked and is_public)
    assert hsds.status_code == (200 if is_public else 404)
    assert services_public(network).filter(pk=service.pk).exists() == is_public


def test_what_nobody_has_confirmed_stands_lower(network: Network) -> None:
    visible = Service.objects.filter(organization__network=network)
    ranked = rank(network, "Beratung").ranked
    first, second = next(
        (one[0], other[0]) for one, other in pairwise(ranked) if other[1] > STALE * one[1]
    )
    Service.objects.filter(pk=first).update(verified_on=TODAY - dt.timedelta(days=181))

    keys = search_services(visible, network, "Beratung").keys

    assert keys.index(second) < keys.index(first)
