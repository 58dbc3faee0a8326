"""The waiting list: a real queue. A freed time is held for the first in line, then for the next.

The offer is held in the transaction that frees the time, so nobody can be in between. Whoever does
not answer keeps her place; the time goes on to the next.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.network.models import Account, Network
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions.booking import confirm_visit, hold_visit
from knotenpunkt.visits.actions.changing import hold_change
from knotenpunkt.visits.actions.replacing import lock_both
from knotenpunkt.visits.actions.steps import step_entry, step_offer
from knotenpunkt.visits.actions.tasks import free_hold
from knotenpunkt.visits.actions.telling import tell_about_visit
from knotenpunkt.visits.enums import IN_LINE, OfferStatus, VisitStatus, WaitingStatus
from knotenpunkt.visits.errors import (
    BadPlan,
    HoldExpired,
    IllegalStep,
    OfferGone,
    Overtaken,
    TimesTaken,
    TooManyHolds,
)
from knotenpunkt.visits.links import offer_link
from knotenpunkt.visits.models import Appointment, Visit, WaitingEntry, WaitingOffer
from knotenpunkt.visits.planning.waiting import earlier_plan, first_plan
from knotenpunkt.visits.planning.wish import BadWish, wish_of

OFFERED_FOR = dt.timedelta(hours=4)
MOST_ASKED = 20  # of the line, each time something becomes free; the rest is asked by the sweep
MOST_SWEPT = 200  # by one sweep of a line
NO_OFFER = (TimesTaken, BadPlan, BadWish, TooManyHolds, Overtaken)


@in_system_scope("join line")
@transaction.atomic
def join_line(
    *,
    person: Person,
    services: Collection[Service],
    last_on: dt.date,
    by: Account,
    visit: Visit | None = None,
) -> WaitingEntry:
    """Put a person at the end of the line; who already waits for the same keeps her place.

    With `visit` she has a time and would like an earlier one.
    """
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    wanted = {it.pk for it in services}
    for entry in person.waiting_entries.filter(status__in=IN_LINE, visit=visit):
        if set(entry.services.values_list("pk", flat=True)) == wanted:
            return entry
    entry = WaitingEntry.objects.create(
        network=person.network,
        person=person,
        organization=by.staff_member.organization,
        visit=visit,
        last_on=last_on,
        since=clock.now(),
    )
    entry.services.set(services)
    record("waiting.joined", entry, by=by)
    return entry


@in_system_scope("leave line")
@transaction.atomic
def leave_line(*, entry: WaitingEntry, by: Account | None) -> WaitingEntry:
    """Take her off the list; an open offer goes on to the next. Harmless when repeated."""
    for held in Visit.objects.filter(waiting_offer__entry=entry, status=VisitStatus.HELD):
        lock_both(held)
    entry = WaitingEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if entry.status not in IN_LINE:
        return entry
    offer = entry.offers.filter(status=OfferStatus.OPEN).first()
    entry.left_at = clock.now()
    step_entry(entry, WaitingStatus.LEFT, "left_at")
    record("waiting.left", entry, by=by)
    if offer is not None:
        _end(offer, OfferStatus.DECLINED, by)
    return entry


@in_system_scope("offer freed times")
@transaction.atomic
def offer_freed_times(
    *, network: Network, services: frozenset[UUID], skip: frozenset[UUID] = frozenset()
) -> list[WaitingOffer]:
    """Hold what fits for those in line who need one of these services, the first first."""
    line = _line(network).filter(pk__in=_who_need(services)).exclude(pk__in=skip)
    offers = []
    for entry in line.select_for_update(of=("self",), skip_locked=True)[:MOST_ASKED]:
        offer = _offer(entry)
        offers += [offer] if offer else []
    return offers


@in_system_scope("ask line")
def ask_line(*, network: Network) -> list[WaitingOffer]:
    """Hold what fits for those in line, the first first, whatever made it free.

    For times that nobody gave back: a hold that ended, a programme's time that is for everyone
    now, a calendar that opened. Each entry is asked in a transaction of its own.
    """
    offers = []
    for pk in list(_line(network).values_list("pk", flat=True)[:MOST_SWEPT]):
        with transaction.atomic():
            rows = WaitingEntry.objects.select_for_update(of=("self",), skip_locked=True)
            entry = rows.filter(pk=pk, status=WaitingStatus.WAITING).first()
            offer = _offer(entry) if entry else None
        offers += [offer] if offer else []
    return offers


def _line(network: Network) -> QuerySet[WaitingEntry]:
    """Return who waits, the first first."""
    waiting = WaitingEntry.objects.filter(network=network, status=WaitingStatus.WAITING)
    return waiting.filter(last_on__gte=clock.today()).order_by("since", "id")


def _who_need(services: frozenset[UUID]) -> list[UUID]:
    links = WaitingEntry.services.through.objects.filter(service_id__in=services)
    return list(links.values_list("waitingentry_id", flat=True))


def _offer(entry: WaitingEntry) -> WaitingOffer | None:
    try:
        with transaction.atomic():
            held = _hold(entry)
    except NO_OFFER:
        return None
    if held is None:
        return None
    offer = WaitingOffer.objects.create(
        entry=entry,
        visit=held,
        offered_at=held.created_at,
        expires_at=held.hold_expires_at or held.created_at + OFFERED_FOR,
    )
    step_entry(entry, WaitingStatus.OFFERED)
    record("waiting.offered", offer, by=None)
    _tell(offer, "waiting.offer", {"until": offer.expires_at, "link": offer_link(offer)})
    return offer


def _hold(entry: WaitingEntry) -> Visit | None:
    declined = _declined(entry)
    if entry.visit is not None:
        plan = earlier_plan(entry.visit, entry.last_on, declined)
        if plan is None:
            return None
        return hold_change(
            visit=entry.visit,
            plan=plan,
            seen_version=entry.visit.version,
            by=None,
            lasts=OFFERED_FOR,
        )
    services = tuple(entry.services.order_by("pk").values_list("pk", flat=True))
    today = clock.today()
    last = min(entry.last_on, today + dt.timedelta(days=59))
    wish = replace(wish_of(entry.person, services, today, last), declined=declined)
    plan = first_plan(wish)
    if plan is None:
        return None
    return hold_visit(person=entry.person, plan=plan, wish=wish, by=None, lasts=OFFERED_FOR)


def _declined(entry: WaitingEntry) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
    """Return the times she said no to, or nothing: they are not offered to her again."""
    ended = entry.offers.filter(status__in=(OfferStatus.DECLINED, OfferStatus.PASSED))
    rows = Appointment.objects.filter(visit__waiting_offer__in=ended, starts_at__gt=clock.now())
    return tuple(rows.order_by("starts_at", "pk").values_list("starts_at", "ends_at"))


def _tell(offer: WaitingOffer, purpose: str, more: dict[str, object]) -> None:
    first = offer.visit.appointments.select_related("location").order_by("starts_at").first()
    if first is not None:
        values = {"when": first.starts_at, "office": first.location.name, **more}
        tell_about_visit(
            visit=offer.visit,
            purpose=purpose,
            once_key=f"{purpose}/{offer.id}",
            values=values,  # type: ignore[arg-type]
        )


@in_system_scope("take offer")
@transaction.atomic
def take_offer(*, offer: WaitingOffer, by: Account | None) -> Visit:
    """Book what is held for her. Taking twice is harmless; too late is `OfferGone`."""
    _entry, offer = _locked(offer)
    if offer.status == OfferStatus.TAKEN:
        return offer.visit
    if offer.status != OfferStatus.OPEN:
        raise OfferGone(offer.id, offer.status)
    try:
        return confirm_visit(visit=offer.visit, by=by)  # which notes that it was taken
    except HoldExpired as error:
        raise OfferGone(offer.id, OfferStatus.PASSED) from error
    except (Overtaken, IllegalStep) as error:
        raise OfferGone(offer.id, OfferStatus.LOST) from error


@in_system_scope("note taken")
@transaction.atomic(savepoint=False)
def note_taken(*, visit: Visit, by: Account | None) -> None:
    """Let her place in line be served by a visit that was offered and is booked now.

    Called for every offer that is confirmed, from whichever page; the visit is locked.
    """
    offer = WaitingOffer.objects.filter(visit=visit, status=OfferStatus.OPEN).first()
    if offer is None:
        return
    entry = WaitingEntry.objects.select_for_update(of=("self",)).get(pk=offer.entry_id)
    offer.answered_at = clock.now()
    step_offer(offer, OfferStatus.TAKEN, "answered_at")
    step_entry(entry, WaitingStatus.SERVED)
    record("waiting.taken", offer, by=by)
    if visit.changes_id is None:  # a change has told her already
        _tell(offer, "waiting.booked", {})


@in_system_scope("note given back")
@transaction.atomic
def note_given_back(*, visit: Visit, services: frozenset[UUID]) -> list[WaitingOffer]:
    """Offer the times of a visit that were given back; the visit is locked.

    If they had been offered to someone, that was her no: she keeps her place, others are asked.
    Whoever wanted an earlier time of a visit that is cancelled waits for nothing any more.
    """
    if visit.status == VisitStatus.CANCELLED:
        for wish in WaitingEntry.objects.filter(visit=visit, status__in=IN_LINE):
            leave_line(entry=wish, by=None)
    offer = WaitingOffer.objects.filter(visit=visit, status=OfferStatus.OPEN).first()
    if offer is None or visit.status != VisitStatus.CANCELLED:
        return offer_freed_times(network=visit.network, services=services)
    entry = WaitingEntry.objects.select_for_update(of=("self",)).get(pk=offer.entry_id)
    _answer(offer, entry, OfferStatus.DECLINED, None)
    return offer_freed_times(network=visit.network, services=services, skip=frozenset({entry.pk}))


@in_system_scope("decline offer")
@transaction.atomic
def decline_offer(*, offer: WaitingOffer, by: Account | None) -> WaitingOffer:
    """Say no: the time goes to the next, she keeps her place. Raises `OfferGone`."""
    _entry, offer = _locked(offer)
    if offer.status == OfferStatus.OPEN:
        _end(offer, OfferStatus.DECLINED, by)
    elif offer.status != OfferStatus.DECLINED:
        raise OfferGone(offer.id, offer.status)
    return offer


@in_system_scope("pass on offers")
def pass_on_offers() -> int:
    """Give what was not answered in time to the next in line; returns how many there were."""
    late = WaitingOffer.objects.filter(status=OfferStatus.OPEN, expires_at__lte=clock.now())
    count = 0
    for offer in late.order_by("expires_at"):
        with transaction.atomic():
            _entry, locked = _locked(offer)
            if locked.status == OfferStatus.OPEN:
                _end(locked, OfferStatus.PASSED, None)
                count += 1
    return count


def _locked(offer: WaitingOffer) -> tuple[WaitingEntry, WaitingOffer]:
    """Lock the visit, the entry, the offer: whoever confirms or cancels takes this order too."""
    lock_both(offer.visit)
    entry = WaitingEntry.objects.select_for_update(of=("self",)).get(pk=offer.entry_id)
    found = WaitingOffer.objects.select_for_update(of=("self",)).select_related("visit")
    return entry, found.get(pk=offer.pk)


def _end(offer: WaitingOffer, new: OfferStatus, by: Account | None) -> None:
    """End an open offer, free what it held, and ask the next."""
    held = Visit.objects.select_for_update(of=("self",)).get(pk=offer.visit_id)
    if held.status == VisitStatus.HELD:
        free_hold(held)
    entry = WaitingEntry.objects.select_for_update(of=("self",)).get(pk=offer.entry_id)
    _answer(offer, entry, new, by)
    services = frozenset(held.appointments.values_list("service_id", flat=True))
    offer_freed_times(network=entry.network, services=services, skip=frozenset({entry.pk}))


def _answer(offer: WaitingOffer, entry: WaitingEntry, new: OfferStatus, by: Account | None) -> None:
    offer.answered_at = clock.now()
    step_offer(offer, new, "answered_at")
    if entry.status == WaitingStatus.OFFERED:
        step_entry(entry, WaitingStatus.WAITING)
    record(f"waiting.{new}", offer, by=by)
