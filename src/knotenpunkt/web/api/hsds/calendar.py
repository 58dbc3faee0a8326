"""When a service is open, as a calendar file (RFC 5545). It names places, never people."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Calendar, Event, vRecur

from knotenpunkt.directory.models import Schedule, Service, ServiceAtLocation
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import Audience, FieldGroup


def calendar_of(service: Service) -> bytes:
    """Return the hours of a service fetched with `with_hsds`, each rule as one event.

    Hours of the service itself win over those of a service at a place, and these over the hours
    of the house. Hidden hours or places give an empty calendar.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Knotenpunkt//Directory//DE")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", str(service))
    is_shown = service.shows(FieldGroup.HOURS, to=Audience.PUBLIC)
    for place in service.services_at_location.all() if is_shown else ():
        for schedule in _hours(service, place):
            calendar.add_component(_event(service, place, schedule))
    return bytes(calendar.to_ical())


def _hours(service: Service, place: ServiceAtLocation) -> list[Schedule]:
    return (
        list(place.schedules.all())
        or list(service.schedules.all())
        or list(place.location.schedules.all())
    )


def _event(service: Service, place: ServiceAtLocation, schedule: Schedule) -> Event:
    zone = ZoneInfo(service.organization.network.time_zone)
    day = _first_day(schedule)
    event = Event()
    event.add("uid", f"{schedule.id}-{place.id}@knotenpunkt")
    event.add("dtstamp", service.changed_at)
    event.add("summary", str(service))
    event.add("dtstart", dt.datetime.combine(day, schedule.opens_at, tzinfo=zone))
    event.add("dtend", dt.datetime.combine(day, schedule.closes_at, tzinfo=zone))
    event.add("rrule", vRecur.from_ical(schedule.rrule))
    if service.shows(FieldGroup.PLACES, to=Audience.PUBLIC):
        event.add("location", f"{place.location.name}, {place.location.address}")
    return event


def _first_day(schedule: Schedule) -> dt.date:
    """Return the first day on which the rule holds, from its start or from today."""
    begin = dt.datetime.combine(schedule.valid_from or clock.today(), dt.time())
    found = rrulestr(schedule.rrule, dtstart=begin).after(begin, inc=True)
    return found.date() if found else begin.date()
