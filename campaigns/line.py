"""New offers held against the line: who was first, what she may have, how often she was told."""

from __future__ import annotations

from campaigns.house import ORGANIZATIONS
from campaigns.model import Booked, House, Leg, Offer, Place
from campaigns.world import WORLD
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.visits.models import WaitingOffer

OFFICES = {WORLD.organization(number): number for number in range(ORGANIZATIONS)}


def see_offers(house: House, freed: list[Leg], skip: list[Place]) -> None:
    """Take the offers that this step has made into the model; each must be the right one.

    `freed` are the times that were given back, `skip` are places that were not to be asked.
    """
    known = [it.row.pk for it in house.offers]
    rows = WaitingOffer.objects.exclude(pk__in=known).select_related("visit")
    by_entry = {it.entry.pk: it for it in house.places}
    new = sorted((by_entry[row.entry_id].order, row) for row in rows)
    made = [_made(house, by_entry[row.entry_id], row) for _order, row in new]
    asked = {leg.organization for leg in freed} or set(range(ORGANIZATIONS))
    for offer in made:
        if len(offer.booked.legs) == 1 or not freed:
            _is_first(house, offer, skip, asked)
    for leg in freed:
        _somebody_is_asked(house, leg, skip)


def _made(house: House, place: Place, row: WaitingOffer) -> Offer:
    assert place.status == "waiting", f"{place.status}, and yet an offer"
    legs = {it.position: it for it in row.visit.appointments.prefetch_related("staff")}
    rows = {
        position: Leg(
            OFFICES[it.organization_id],
            [
                (resource, it.starts_at, it.ends_at)
                for resource in (place.person, *(one.pk for one in it.staff.all()), it.room_id)
                if resource
            ],
        )
        for position, it in legs.items()
    }
    offices = sorted(leg.organization for leg in rows.values())
    assert offices == place.organizations, "an offer of another office"
    visit = place.earlier_than
    for leg in rows.values():
        assert visit is None or clock.local_day(leg.span[0]) < visit.day, "not an earlier time"
        assert house.may_use(place.person, leg), "the ring-fence is broken by an offer"
        assert not house.is_taken(leg.rows), "what is offered is somebody's"
    booked = Booked(row.visit, place.person, rows, row.expires_at, changes=visit)
    booked.seen = visit.version if visit else 0
    assert row.visit.changes_id == (visit.visit.pk if visit else None), "a second visit for one"
    offer = Offer(row, place, booked)
    booked.offer, place.status = offer, "offered"
    house.visits.append(booked)
    house.offers.append(offer)
    told = OutboxMessage.objects.filter(purpose="waiting.offer", about=row.visit_id).count()
    assert told == 1, f"{told} messages for one offer"
    return offer


def _is_first(house: House, offer: Offer, skip: list[Place], asked: set[int]) -> None:
    """Nobody who came before, still waits, and could have had this very time, was passed over.

    That is said of offices whose line was `asked`; who wants times at two offices may be given
    one that ended by itself at the other, before a sweep has asked its line.
    """
    for leg in [it for it in offer.booked.legs.values() if it.organization in asked]:
        for place in house.places:
            if place.order < offer.place.order and place not in skip:
                assert not house.could_take(place, leg), "not the first in line"


def _somebody_is_asked(house: House, leg: Leg, skip: list[Place]) -> None:
    """A time that was given back and is still free was of use to nobody in line."""
    if house.is_taken(leg.rows[1:]):
        return
    for place in house.places:
        if place not in skip:
            assert not house.could_take(place, leg), "nobody was asked"
