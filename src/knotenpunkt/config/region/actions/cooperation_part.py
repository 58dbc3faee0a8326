"""Fairs of a region file; in an invented region with invented people who signed up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from knotenpunkt.config.region.actions.rows import put, row_id
from knotenpunkt.config.region.schema import Event, Region
from knotenpunkt.cooperation.enums import ComingStatus, FairStatus, StallStatus
from knotenpunkt.cooperation.models import Fair, FairRegistration, RoomUse, Stall
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Network, Room

BEGINS, ENDS = dt.time(10), dt.time(16)
LANGUAGES = ("de", "en", "uk", "ar", "fa", "tr", "ru", "fr")


def load_cooperation(network: Network, region: Region) -> None:
    """Write the fairs, their stalls, rooms and sign-ups; successors first."""
    fairs = [it for it in region.events if it.kind == "fair"]
    ordered = sorted(fairs, key=lambda it: it.new_event is not None)
    for event in ordered:
        put(Fair, [_fair(network, event)])
    for event in fairs:
        put(Stall, _stalls(network, region, event))
        put(RoomUse, _rooms(network, event))
        if network.is_invented:
            put(FairRegistration, _registrations(network, region, event))


def _fair(network: Network, event: Event) -> Fair:
    day = event.date or event.original_date or clock.today()
    return Fair(
        id=row_id(network, "fair", event.id),
        network=network,
        code=event.id,
        title=event.title,
        status=FairStatus(event.status),
        starts_at=clock.local_moment(day, BEGINS),
        ends_at=clock.local_moment(day, ENDS),
        location_id=row_id(network, "location", event.site) if event.site else None,
        capacity=event.capacity,
        has_online_edition=event.online_edition,
        reason=event.reason,
        successor_id=row_id(network, "fair", event.new_event) if event.new_event else None,
        calendar_id=row_id(network, "fair_calendar", event.new_event or event.id),
        sequence=0 if event.new_event else 1,
    )


def _stalls(network: Network, region: Region, event: Event) -> Iterator[Stall]:
    for code in event.stalls:
        languages = {it for member in region.staff if member.org == code for it in member.languages}
        yield Stall(
            id=row_id(network, "stall", f"{event.id}/{code}"),
            fair_id=row_id(network, "fair", event.id),
            organization_id=row_id(network, "organization", code),
            status=StallStatus.CONFIRMED,
            topics=sorted({offer.topic for offer in region.offers if offer.org == code}),
            languages=sorted(languages),
        )


def _rooms(network: Network, event: Event) -> Iterator[RoomUse]:
    """Take every room of the house for a fair that lies ahead."""
    if not event.site or not event.date:
        return
    start, end = clock.local_moment(event.date, BEGINS), clock.local_moment(event.date, ENDS)
    for room in Room.objects.filter(location_id=row_id(network, "location", event.site)):
        yield RoomUse(
            id=row_id(network, "room_use", f"{event.id}/{room.name}"),
            room=room,
            during=(start, end),
            fair_id=row_id(network, "fair", event.id),
            reason=event.title,
        )


def _registrations(network: Network, region: Region, event: Event) -> Iterator[FairRegistration]:
    """Yield as many invented guests as the file counts, with interests in turn."""
    topics = [topic.id for topic in region.topics]
    now = clock.now()
    for number in range(1, event.registrations + 1):
        yield FairRegistration(
            id=row_id(network, "fair_registration", f"{event.id}/{number}"),
            fair_id=row_id(network, "fair", event.id),
            name=f"Gast {number:03}",
            email=f"gast-{number:03}@{network.code.removeprefix('kreis-')}.example",
            language=LANGUAGES[number % len(LANGUAGES)],
            interests=sorted({topics[number % len(topics)], topics[number * 2 % len(topics)]}),
            status=ComingStatus.REGISTERED,
            created_at=now,
        )
