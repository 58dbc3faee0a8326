"""The appointments of a slip as calendar file (RFC 5545): when and where, nothing about whom.

Calendars are read by families, employers and companies: neither the matter nor the office stands
in it, and no code.
"""

from __future__ import annotations

from icalendar import Calendar, Event

from knotenpunkt.foundation import clock
from knotenpunkt.web.public.texts import say
from knotenpunkt.web.slip.view import Slip


def slip_as_calendar(slip: Slip) -> bytes:
    """Return the calendar file of a slip; times in UTC, so that every calendar shows them right."""
    calendar = Calendar()
    calendar.add("prodid", "-//Knotenpunkt//DE")
    calendar.add("version", "2.0")
    for day in slip.days:
        for stop in day.stops:
            it = stop.appointment
            event = Event()
            event.add("uid", f"{it.id}@knotenpunkt")
            event.add("dtstamp", clock.now())
            event.add("dtstart", it.starts_at)
            event.add("dtend", it.ends_at)
            of = len(day.stops)
            event.add("summary", say("calendar_title", slip.language, n=stop.number, of=of))
            room = f", Raum {it.room.name}" if it.room else ""
            event.add("location", f"{it.location.address}{room}")
            event.add("class", "PRIVATE")
            calendar.add_component(event)
    return bytes(calendar.to_ical())
