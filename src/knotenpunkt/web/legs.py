"""Legs of a proposal with their rows, read in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from knotenpunkt.availability.models import Interpreter
from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Location, Room, StaffMember
from knotenpunkt.visits.plan import BookingPlan


@dataclass(frozen=True)
class ShownLeg:
    """What a page says of one planned appointment."""

    service: Service
    location: Location
    room: Room | None
    staff: list[StaffMember]
    interpreter: Interpreter | None
    language: str
    starts_at: dt.datetime
    ends_at: dt.datetime


def shown_legs(plans: Iterable[BookingPlan]) -> list[list[ShownLeg]]:
    """Return the legs of every plan; four queries, however many plans there are."""
    plans = list(plans)
    legs = [leg for plan in plans for leg in plan.legs]
    services = Service.objects.select_related("organization").in_bulk({leg.service for leg in legs})
    locations = Location.objects.in_bulk({leg.location for leg in legs})
    rooms = Room.objects.in_bulk({leg.room for leg in legs if leg.room})
    staff = StaffMember.objects.in_bulk({member for leg in legs for member in leg.staff})
    talkers = Interpreter.objects.in_bulk({leg.interpreter for leg in legs if leg.interpreter})
    return [
        [
            ShownLeg(
                service=services[leg.service],
                location=locations[leg.location],
                room=rooms.get(leg.room) if leg.room else None,
                staff=[staff[member] for member in leg.staff],
                interpreter=talkers.get(leg.interpreter) if leg.interpreter else None,
                language=leg.language,
                starts_at=leg.starts_at,
                ends_at=leg.ends_at,
            )
            for leg in plan.legs
        ]
        for plan in plans
    ]
