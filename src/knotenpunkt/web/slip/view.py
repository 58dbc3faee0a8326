"""What stands on a route slip: the person's language beside German, one page a day.

Never on it: residence status, reasons of health, sums of money, family names (invariant 41).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from knotenpunkt.directory.models import Document
from knotenpunkt.foundation.languages import direction
from knotenpunkt.visits.enums import ACTIVE_APPOINTMENTS, VisitStatus
from knotenpunkt.visits.models import Appointment, Visit
from knotenpunkt.web.day_picture import DayPicture, day_pictures
from knotenpunkt.web.stops import Stop, Travel, places_of, stops_of, travel_of


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


def slip_of(visit: Visit, appointments: Iterable[Appointment] | None = None) -> Slip:
    """Return the slip of a visit read by `with_everything`, with these appointments if given."""
    legs = visit.appointments.all() if appointments is None else appointments
    active = [it for it in legs if it.status in ACTIVE_APPOINTMENTS]
    travel = travel_of(visit.network)
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


def _day(picture: DayPicture, travel: Travel) -> SlipDay:
    return SlipDay(
        day=picture.day,
        stops=stops_of(picture.legs, travel),
        picture=picture,
        documents=_documents(picture.legs),
        places=list(places_of(picture.legs, travel)),
    )


def _documents(appointments: Iterable[Appointment]) -> list[Document]:
    """Return each paper once, in the order in which it is first needed."""
    found = {
        required.document_id: required.document
        for appointment in appointments
        for required in appointment.service.required_documents.all()
    }
    return list(found.values())
