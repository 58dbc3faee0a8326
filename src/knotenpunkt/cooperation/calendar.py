"""The calendar entry of a fair (RFC 5545): one UID for all editions, SEQUENCE grows."""

from __future__ import annotations

from icalendar import Calendar, Event

from knotenpunkt.cooperation.enums import FairStatus
from knotenpunkt.cooperation.models import Fair
from knotenpunkt.foundation import clock


def calendar_of(fair: Fair) -> bytes:
    """Return the entry as it stands: of a postponed fair, that of its successor."""
    while fair.successor is not None:
        fair = fair.successor
    event = Event()
    event.add("uid", f"{fair.calendar_id}@knotenpunkt")
    event.add("sequence", fair.sequence)
    event.add("dtstamp", clock.now())
    event.add("dtstart", fair.starts_at)
    event.add("dtend", fair.ends_at)
    event.add("summary", fair.title)
    is_off = fair.status == FairStatus.CANCELLED
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    if fair.location and fair.status != FairStatus.ONLINE:
        event.add("location", f"{fair.location.name}, {fair.location.address}")
    if fair.online_url:
        event.add("url", fair.online_url)
    calendar = Calendar()
    calendar.add("prodid", "-//Knotenpunkt//fair//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_off else "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
