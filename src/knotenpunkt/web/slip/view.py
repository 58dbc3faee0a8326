"""What stands on a route slip: the person's language beside German, one page a day.

Never on it: residence status, reasons of health, sums of money, family names (invariant 41).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.conf import settings
from django.urls import reverse

from knotenpunkt.directory.models import Document
from knotenpunkt.foundation.languages import direction
from knotenpunkt.network.models import Network, TravelTime
from knotenpunkt.visits.enums import ACTIVE_APPOINTMENTS, VisitStatus
from knotenpunkt.visits.models import Appointment, Visit
from knotenpunkt.web.day_picture import DayPicture, day_pictures

LEAST_BREAK = 20


@dataclass(frozen=True)
class Stop:
    """One appointment, and what lies before it: a way (minutes), a break (minutes)."""

    number: int
    appointment: Appointment
    way_minutes: int
    break_minutes: int

    @property
    def interpreter(self) -> str:
        """Return the first name of who interprets; the telephone has none."""
        assignment = getattr(self.appointment, "interpreter_assignment", None)
        if assignment is None or assignment.interpreter.is_remote:
            return ""
        return str(assignment.interpreter.name.split()[0])

    @property
    def is_by_telephone(self) -> bool:
        assignment = getattr(self.appointment, "interpreter_assignment", None)
        return assignment is not None and assignment.interpreter.is_remote


@dataclass(frozen=True)
class SlipDay:
    """One page: the stops of a day, its picture, and the papers needed that day, each once."""

    day: dt.date
    stops: list[Stop]
    picture: DayPicture
    documents: list[Document]
    places: list[tuple[str, str, int]]


@dataclass(frozen=True)
class Slip:
    """A route slip. `language` is the person's; German stands beside it unless it is German."""

    code: str
    language: str
    given_name: str
    state: str
    address: str
    days: list[SlipDay]
    is_invented: bool

    @property
    def direction(self) -> str:
        return direction(self.language)

    @property
    def has_german(self) -> bool:
        return self.language != "de"


def slip_of(visit: Visit) -> Slip:
    """Return the slip of a visit read by `with_everything`."""
    active = [it for it in visit.appointments.all() if it.status in ACTIVE_APPOINTMENTS]
    travel = _travel(visit.network)
    pictures = day_pictures(active, right_to_left=direction(visit.language) == "rtl")
    return Slip(
        code=visit.code,
        language=visit.language,
        given_name=visit.person.given_name,
        state=_state(visit),
        address=f"{settings.PUBLIC_ADDRESS}{reverse('public:slip', args=[visit.code])}",
        days=[_day(picture, travel) for picture in pictures],
        is_invented=visit.network.is_invented,
    )


def _state(visit: Visit) -> str:
    """Return the fixed text for a slip that is not simply valid, or an empty one."""
    if visit.replaced_by_id:
        return "replaced"
    if visit.status in (VisitStatus.CANCELLED, VisitStatus.EXPIRED) or visit.is_expired:
        return "cancelled"
    return "not_booked" if visit.status == VisitStatus.HELD else ""


def _travel(network: Network) -> dict[tuple[object, object], int]:
    ways = TravelTime.objects.filter(origin__network=network)
    return {
        (origin, destination): minutes
        for origin, destination, minutes in ways.values_list(
            "origin_id", "destination_id", "minutes"
        )
    }


def _day(picture: DayPicture, travel: dict[tuple[object, object], int]) -> SlipDay:
    stops = []
    previous: Appointment | None = None
    for number, appointment in enumerate(picture.legs, start=1):
        way = gap = 0
        if previous is not None:
            way = travel.get((previous.location_id, appointment.location_id), 0)
            gap = int((appointment.starts_at - previous.ends_at).total_seconds()) // 60 - way
        stops.append(Stop(number, appointment, way, gap if gap >= LEAST_BREAK else 0))
        previous = appointment
    return SlipDay(
        day=picture.day,
        stops=stops,
        picture=picture,
        documents=_documents(picture.legs),
        places=list(_places(picture.legs, travel)),
    )


def _documents(appointments: Iterable[Appointment]) -> list[Document]:
    """Return each paper once, in the order in which it is first needed."""
    found = {
        required.document_id: required.document
        for appointment in appointments
        for required in appointment.service.required_documents.all()
    }
    return list(found.values())


def _places(
    appointments: list[Appointment], travel: dict[tuple[object, object], int]
) -> Iterable[tuple[str, str, int]]:
    """Yield (name, address, minutes to the next) of the places in the order of the day."""
    legs = [appointments[0]]
    legs += [b for a, b in pairwise(appointments) if a.location_id != b.location_id]
    for here, there in pairwise([*legs, None]):
        if here is not None:
            minutes = travel.get((here.location_id, there.location_id), 0) if there else 0
            yield here.location.name, here.location.address, minutes
