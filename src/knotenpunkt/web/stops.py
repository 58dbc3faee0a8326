"""What lies between the appointments of a day: ways and breaks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from knotenpunkt.network.models import Network, TravelTime

LEAST_BREAK = 20  # minutes from which waiting is called a break
Travel = dict[tuple[UUID, UUID], int]


@dataclass(frozen=True)
class Stop:
    """One appointment, and what lies before it: a way (minutes), a break (minutes)."""

    number: int
    appointment: Any
    way_minutes: int
    break_minutes: int

    @property
    def staff(self) -> list[Any]:
        """Return who is there, of a proposed or a booked appointment."""
        staff = self.appointment.staff
        return list(staff if isinstance(staff, list) else staff.all())

    @property
    def interpreter(self) -> str:
        """Return the first name of who interprets; the telephone has none."""
        found = _interpreter(self.appointment)
        return "" if found is None or found.is_remote else str(found.name.split()[0])

    @property
    def is_by_telephone(self) -> bool:
        found = _interpreter(self.appointment)
        return found is not None and found.is_remote


def _interpreter(leg: Any) -> Any:
    """Return who interprets a leg, be it proposed or booked."""
    if hasattr(leg, "interpreter"):
        return leg.interpreter
    return getattr(getattr(leg, "interpreter_assignment", None), "interpreter", None)


def travel_of(network: Network) -> Travel:
    """Return the minutes between two places of the network."""
    ways = TravelTime.objects.filter(origin__network=network)
    rows = ways.values_list("origin_id", "destination_id", "minutes")
    return {(origin, destination): minutes for origin, destination, minutes in rows}


def stops_of(legs: Iterable[Any], travel: Travel) -> list[Stop]:
    """Return the stops of one day; legs in order of time, proposed or booked."""
    stops: list[Stop] = []
    previous: Any = None
    for number, leg in enumerate(legs, start=1):
        way = gap = 0
        if previous is not None:
            way = travel.get((previous.location.id, leg.location.id), 0)
            gap = int((leg.starts_at - previous.ends_at).total_seconds()) // 60 - way
        stops.append(Stop(number, leg, way, gap if gap >= LEAST_BREAK else 0))
        previous = leg
    return stops


def places_of(legs: list[Any], travel: Travel) -> Iterable[tuple[str, str, int]]:
    """Yield (name, address, minutes to the next) of the places in the order of the day."""
    changes = [legs[0], *(b for a, b in pairwise(legs) if a.location.id != b.location.id)]
    for here, there in pairwise([*changes, None]):
        if here is not None:
            minutes = travel.get((here.location.id, there.location.id), 0) if there else 0
            yield here.location.name, here.location.address, minutes
