"""Open on that day? Always with the reason, and "by appointment" never looks like "closed".

The day of a place is told in local wall time. Reasons are looked for in this order: public
holiday of the Land, closure, exception, school holidays, no hours on that weekday.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from knotenpunkt.availability.day_rows import DayRows
from knotenpunkt.availability.models import Closure
from knotenpunkt.availability.recurrence import Period, days_of, keeps_away, open_days_of
from knotenpunkt.availability.wall_time import Window, difference, minutes
from knotenpunkt.directory.enums import ExceptionKind
from knotenpunkt.directory.models import Schedule, ScheduleException, Service, ServiceAtLocation
from knotenpunkt.foundation.workdays import is_public_holiday, public_holidays
from knotenpunkt.network.models import Location

WHOLE_DAY: Window = (0, 24 * 60)
SEARCHED_DAYS = 28


class OpenState(StrEnum):
    OPEN = "open"
    BY_APPOINTMENT = "by_appointment"
    CLOSED = "closed"


class Reason(StrEnum):
    """Why it is as it is; the text beside it is a name from the data."""

    HOURS = "hours"
    OUTREACH = "outreach"
    PUBLIC_HOLIDAY = "public_holiday"
    CLOSURE = "closure"
    EXCEPTION = "exception"
    SCHOOL_HOLIDAYS = "school_holidays"
    NO_HOURS = "no_hours"


@dataclass(frozen=True)
class Outreach:
    """Hours that an organization holds at a foreign location that day."""

    title: str
    organization: str
    window: Window
    is_walk_in: bool
    room: str

    @property
    def starts_at(self) -> dt.time:
        return _time(self.window[0])

    @property
    def ends_at(self) -> dt.time:
        return _time(self.window[1])


@dataclass(frozen=True)
class OpenDay:
    """What holds on one local day. Windows are minutes since midnight, half-open.

    `why` is a name from the data: the holiday, the reason of the closure, the title of outreach.
    It is empty for hours that hold in school holidays alone, on a school day.
    `shortened` says why hours of that day are missing, if some are.
    """

    day: dt.date
    state: OpenState
    windows: tuple[Window, ...]
    reason: Reason
    why: str = ""
    shortened: str = ""
    outreach: tuple[Outreach, ...] = ()

    @property
    def times(self) -> list[tuple[dt.time, dt.time]]:
        """The windows as wall-clock times; the end of the day is 23:59."""
        return [(_time(start), _time(end)) for start, end in self.windows]


def locations_open_on(
    locations: Sequence[Location], day: dt.date
) -> list[tuple[Location, OpenDay]]:
    """Return whether each location is open on a local day, with outreach hours held there.

    As many queries for three locations as for one.
    """
    rows = DayRows(locations, day)
    return [(it, _location_day(rows, it)) for it in locations]


def location_open_on(location: Location, day: dt.date) -> OpenDay:
    """Return whether one location is open on a local day."""
    return locations_open_on([location], day)[0][1]


def service_open_on(at: ServiceAtLocation, day: dt.date) -> OpenDay:
    """Return whether a service is open at a location on a local day.

    The narrowest rule counts: service at this location, service, location. A service that wants
    an appointment is open "by appointment" whenever its hours hold.
    """
    return _service_day(DayRows([at.location], day, service=at.service), at)


def service_places_on(service: Service, day: dt.date) -> list[tuple[Location, OpenDay]]:
    """Return where a service is found on a day: fixed places, outreach and mobile stations.

    As many queries for three places as for one.
    """
    places = list(
        service.services_at_location.select_related(
            "location__network", "service__organization"
        ).order_by("location__position")
    )
    rows = DayRows([at.location for at in places], day, service=service)
    return [(at.location, _service_day(rows, at)) for at in places]


def next_open_day(location: Location, after: dt.date) -> OpenDay | None:
    """Return the next day on which a location is open, within four weeks."""
    for offset in range(1, SEARCHED_DAYS + 1):
        found = location_open_on(location, after + dt.timedelta(days=offset))
        if found.state != OpenState.CLOSED:
            return found
    return None


def _location_day(rows: DayRows, location: Location) -> OpenDay:
    found = _day(
        location, rows.day, rows.schedules_of(location), rows.exceptions_of(location),
        rows.closures_of(location, guest=None),
    )  # fmt: skip
    return replace(found, outreach=_outreach(rows, location, organization_id=None))


def _service_day(rows: DayRows, at: ServiceAtLocation) -> OpenDay:
    service, location = at.service, at.location
    organization_id = service.organization_id
    found = _day(
        location, rows.day, rows.schedules_at(at), rows.exceptions_of(location),
        rows.closures_of(location, guest=organization_id),
    )  # fmt: skip
    guests = _outreach(rows, location, organization_id=organization_id)
    is_at_home = location.pk in rows.homes
    if guests and not is_at_home and found.reason in (Reason.HOURS, Reason.NO_HOURS):
        found = _held_outside(found, guests)
    state = found.state
    if state == OpenState.OPEN and not service.is_walk_in and not _is_walk_in(guests):
        state = OpenState.BY_APPOINTMENT
    return replace(found, state=state, outreach=guests)


def _day(
    location: Location,
    day: dt.date,
    schedules: Iterable[Schedule],
    exceptions: Sequence[ScheduleException],
    closures: Sequence[Closure],
) -> OpenDay:
    land = location.network.land
    if is_public_holiday(day, land):
        return _closed(day, Reason.PUBLIC_HOLIDAY, holiday_name(day, land))
    windows, skipped = _hours(schedules, day, land)
    for exception in exceptions:
        if exception.kind == ExceptionKind.CLOSED:
            return _closed(day, Reason.EXCEPTION, exception.reason)
        if exception.kind == ExceptionKind.BY_APPOINTMENT:
            return OpenDay(day, OpenState.BY_APPOINTMENT, (), Reason.EXCEPTION, exception.reason)
        if exception.opens_at and exception.closes_at:
            windows = [(minutes(exception.opens_at), minutes(exception.closes_at))]
    if not windows:
        reason = Reason.NO_HOURS if skipped is None else Reason.SCHOOL_HOLIDAYS
        return _closed(day, reason, skipped or "")
    left = difference(windows, [_window(closure) for closure in closures])
    why = ", ".join(closure.reason for closure in closures)
    if not left:
        return _closed(day, Reason.CLOSURE, why)
    reason = Reason.EXCEPTION if exceptions else Reason.HOURS
    named = exceptions[0].reason if exceptions else ""
    shortened = why if left != sorted(windows) else ""
    return OpenDay(day, OpenState.OPEN, tuple(left), reason, named, shortened)


def _hours(
    schedules: Iterable[Schedule], day: dt.date, land: str
) -> tuple[list[Window], str | None]:
    """Return the hours of the day, and what `keeps_away` says of those that stay away."""
    windows, skipped = [], None
    for schedule in schedules:
        if day not in open_days_of(schedule, Period(day, day)):
            continue
        holidays = keeps_away(schedule, day, land)
        if holidays is None:
            windows.append((minutes(schedule.opens_at), minutes(schedule.closes_at)))
        else:
            skipped = holidays
    return sorted(windows), skipped


def _outreach(
    rows: DayRows, location: Location, *, organization_id: UUID | None
) -> tuple[Outreach, ...]:
    """Return the outreach hours held there that day, of one organization or of all guests."""
    if is_public_holiday(rows.day, location.network.land) or rows.is_shut(location):
        return ()
    today = Period(rows.day, rows.day)
    return tuple(
        Outreach(
            title=rule.title,
            organization=rule.staff_member.organization.name,
            window=(minutes(rule.starts_at), minutes(rule.ends_at)),
            is_walk_in=rule.is_walk_in,
            room=rule.room.name if rule.room else "",
        )
        for rule in rows.outreach_at(location)
        if organization_id in (None, rule.staff_member.organization_id)
        and rule.staff_member.organization_id not in rows.shut_organizations
        and days_of(rule, today)
    )


def _held_outside(found: OpenDay, guests: Sequence[Outreach]) -> OpenDay:
    windows = tuple(sorted(guest.window for guest in guests))
    return OpenDay(found.day, OpenState.OPEN, windows, Reason.OUTREACH, guests[0].title)


def _is_walk_in(guests: Sequence[Outreach]) -> bool:
    return any(guest.is_walk_in for guest in guests)


def _closed(day: dt.date, reason: Reason, why: str = "") -> OpenDay:
    return OpenDay(day, OpenState.CLOSED, (), reason, why)


def _window(closure: Closure) -> Window:
    if closure.starts_at and closure.ends_at:
        return minutes(closure.starts_at), minutes(closure.ends_at)
    return WHOLE_DAY


def _time(minute: int) -> dt.time:
    return dt.time(23, 59) if minute >= WHOLE_DAY[1] else dt.time(minute // 60, minute % 60)


def holiday_name(day: dt.date, land: str, language: str = "de") -> str:
    """Return the name of a public holiday; German unless the library has the language."""
    return public_holidays(day.year, land, language).get(day, "")
