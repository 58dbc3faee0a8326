"""The calendar of a series (RFC 5545): the rule with its exceptions, no name of anybody."""

from __future__ import annotations

import datetime as dt

from icalendar import Calendar, Event, vRecur

from knotenpunkt.cooperation.enums import MeetingStatus
from knotenpunkt.cooperation.models import CoordinationMeeting, MeetingSeries
from knotenpunkt.foundation import clock


def calendar_of(series: MeetingSeries) -> bytes:
    """Return the series as one entry with EXDATE, and one entry for each meeting that moved."""
    calendar = Calendar()
    calendar.add("prodid", "-//Knotenpunkt//meetings//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = _event(series, series.first_on)
    rule = vRecur.from_ical(series.rrule)
    if series.last_on:
        end = dt.datetime.combine(series.last_on, dt.time(23, 59), tzinfo=clock.LOCAL)
        rule["UNTIL"] = [end.astimezone(dt.UTC)]
    event.add("rrule", rule)
    rows = list(series.meetings.order_by("planned_on"))
    for row in rows:
        if row.status == MeetingStatus.CANCELLED:
            event.add("exdate", _at(row.planned_on, series.starts_at))
    calendar.add_component(event)
    for row in rows:
        if row.status != MeetingStatus.CANCELLED and row.day != row.planned_on:
            calendar.add_component(_moved(series, row))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _at(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, tzinfo=clock.LOCAL)


def _event(series: MeetingSeries, day: dt.date) -> Event:
    event = Event()
    event.add("uid", f"{series.pk}@knotenpunkt")
    event.add("sequence", series.sequence)
    event.add("dtstamp", clock.now())
    event.add("dtstart", _at(day, series.starts_at))
    event.add("dtend", _at(day, series.ends_at))
    event.add("summary", series.title)
    if series.location:
        event.add("location", f"{series.location.name}, {series.location.address}")
    return event


def _moved(series: MeetingSeries, row: CoordinationMeeting) -> Event:
    event = _event(series, row.day)
    event.add("recurrence-id", _at(row.planned_on, series.starts_at))
    return event
