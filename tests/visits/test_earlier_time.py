"""A wish for an earlier time goes where its visit goes: moved, cancelled, or shorter by a talk."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from knotenpunkt.availability.models import Occupancy
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import (
    cancel_appointment,
    cancel_visit,
    confirm_visit,
    hold_visit,
)
from knotenpunkt.visits.actions.changing import hold_change
from knotenpunkt.visits.actions.waiting import ask_line, join_line, take_offer
from knotenpunkt.visits.errors import IllegalStep, OfferGone
from knotenpunkt.visits.models import Visit, WaitingEntry, WaitingOffer
from knotenpunkt.visits.planning.options import options_to_move
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import VisitWish
from tests.conftest import LAST

NEEDS = ("of-bb-anmeldung", "of-vz-konto")
LATE = dt.date(2027, 3, 9)


@pytest.fixture
def visit(person: Person, wish: object, counsellor: Account) -> Visit:
    """Two talks on one day of the second week."""
    needs: VisitWish = replace(wish("cl-01", *NEEDS), first_day=LATE, max_days=1)  # type: ignore[operator]
    plan = propose_visits(needs).proposals[0].plan
    held = hold_visit(person=person, plan=plan, wish=needs, by=counsellor)
    return confirm_visit(visit=held, by=counsellor)


@pytest.fixture
def entry(visit: Visit, counsellor: Account) -> WaitingEntry:
    services = list(Service.objects.filter(code__in=NEEDS))
    return join_line(
        person=visit.person, services=services, last_on=LAST, visit=visit, by=counsellor
    )


@pytest.fixture
def offer(entry: WaitingEntry) -> WaitingOffer:
    (offer,) = ask_line(network=entry.network)
    return offer


def moved(visit: Visit, by: Account) -> Visit:
    """Let a colleague move one talk of it to another time."""
    leg = visit.appointments.get(service__code="of-vz-konto")
    plan = options_to_move(visit, leg)[0].plan
    held = hold_change(visit=visit, plan=plan, seen_version=visit.version, by=by)
    return confirm_visit(visit=held, by=by)


def state_of(entry: WaitingEntry) -> tuple[str, list[str]]:
    entry.refresh_from_db()
    return entry.status, sorted(entry.offers.values_list("status", flat=True))


def test_every_talk_is_offered_on_an_earlier_day_and_the_old_times_stay(
    offer: WaitingOffer, visit: Visit
) -> None:
    held = [clock.local_day(it.starts_at) for it in offer.visit.appointments.all()]
    kept = Occupancy.objects.filter(holder=visit.pk, expires_at=None)

    assert len(held) == 2
    assert max(held) < min(clock.local_day(it.starts_at) for it in visit.appointments.all())
    assert offer.visit.changes == visit
    assert set(kept.values_list("part", flat=True)) == {it.pk for it in visit.appointments.all()}


def test_the_wish_follows_a_visit_that_is_moved(
    entry: WaitingEntry, visit: Visit, counsellor: Account
) -> None:
    new = moved(visit, counsellor)

    (offer,) = ask_line(network=entry.network)

    assert state_of(entry) == ("offered", ["open"])
    assert entry.visit == offer.visit.changes == new


def test_what_was_offered_is_lost_at_once_when_the_visit_changes_otherwise(
    offer: WaitingOffer, entry: WaitingEntry, visit: Visit, counsellor: Account
) -> None:
    new = moved(visit, counsellor)

    with pytest.raises(OfferGone):
        take_offer(offer=offer, by=None)
    assert state_of(entry) == ("waiting", ["lost"])
    assert entry.visit == new
    assert not Occupancy.objects.filter(holder=offer.visit_id).exists()


def test_who_cancels_waits_for_nothing_any_more(
    offer: WaitingOffer, entry: WaitingEntry, visit: Visit, counsellor: Account
) -> None:
    cancel_visit(visit=visit, by=counsellor)

    assert state_of(entry) == ("left", ["lost"])
    assert not Occupancy.objects.filter(holder=offer.visit_id).exists()
    assert ask_line(network=entry.network) == []


def test_what_is_left_of_a_visit_is_offered_anew(
    offer: WaitingOffer, entry: WaitingEntry, visit: Visit, counsellor: Account
) -> None:
    leg = visit.appointments.get(service__code="of-vz-konto")

    cancel_appointment(appointment=leg, by=counsellor)
    waits = state_of(entry)
    (newest,) = ask_line(network=entry.network)

    codes = newest.visit.appointments.values_list("service__code", flat=True)
    assert waits == ("waiting", ["lost"])
    assert [it.code for it in entry.services.all()] == ["of-bb-anmeldung"] == list(codes)
    assert take_offer(offer=newest, by=None).appointments.filter(status="booked").count() == 1


def test_a_held_change_is_taken_or_left_as_a_whole(offer: WaitingOffer) -> None:
    part = offer.visit.appointments.first()
    assert part is not None

    with pytest.raises(IllegalStep):
        cancel_appointment(appointment=part, by=None)

    assert offer.visit.appointments.filter(status="held").count() == 2
