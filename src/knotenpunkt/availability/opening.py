"""Open on that day? Always with the reason, and "by appointment" never looks like "closed".

The day of a place is told in local wall time. Reasons are looked for in this order: public
holiday of the Land, closure, exception, school holidays, no hours on that weekday.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q

from knotenpunkt.availability.models import Closure, OutreachHours
from knotenpunkt.availability.recurrence import Period, days_of, keeps_away, open_days_of
from knotenpunkt.availability.wall_time import Window, difference, minutes
from knotenpunkt.directory.enums import ExceptionKind
from knotenpunkt.directory.models import Schedule, ScheduleException, Service, ServiceAtLocation
from knotenpunkt.foundation.workdays import is_public_holiday, public_holidays
from knotenpunkt.network.models import Location, Organization

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


def location_open_on(location: Location, day: dt.date) -> OpenDay:
    """Return whether a location is open on a local day, with outreach hours held there."""
    guests = _outreach(location, day, organization=None)
    schedules = Schedule.objects.filter(location=location)
    exceptions = _exceptions(day, Q(location=location))
    found = _day(location, day, schedules, exceptions, _closures(location, day, organization=None))
    return _with(found, outreach=guests)


def service_open_on(at: ServiceAtLocation, day: dt.date) -> OpenDay:
    """Return whether a service is open at a location on a local day.

    The narrowest rule counts: service at this location, service, location. A service that wants
    an appointment is open "by appointment" whenever its hours hold.
    """
    service, location = at.service, at.location
    organization = service.organization
    exceptions = _exceptions(day, Q(location=location) | Q(service=service))
    closures = _closures(location, day, organization=organization)
    found = _day(location, day, _schedules(at), exceptions, closures)
    guests = _outreach(location, day, organization=organization)
    is_at_home = organization.locations.filter(pk=location.pk).exists()
    if guests and not is_at_home and found.reason in (Reason.HOURS, Reason.NO_HOURS):
        found = _held_outside(found, guests)
    if found.state == OpenState.OPEN and not service.is_walk_in and not _is_walk_in(guests):
        return _with(found, outreach=guests, state=OpenState.BY_APPOINTMENT)
    return _with(found, outreach=guests)


def service_places_on(service: Service, day: dt.date) -> list[tuple[Location, OpenDay]]:
    """Return where a service is found on a day: fixed places, outreach and mobile stations."""
    places = service.services_at_location.select_related(
        "location__network", "service__organization__network"
    ).order_by("location__position")
    return [(at.location, service_open_on(at, day)) for at in places]


def next_open_day(location: Location, after: dt.date) -> OpenDay | None:
    """Return the next day on which a location is open, within four weeks."""
    for offset in range(1, SEARCHED_DAYS + 1):
        found = location_open_on(location, after + dt.timedelta(days=offset))
        if found.state != OpenState.CLOSED:
            return found
    return None


def _schedules(at: ServiceAtLocation) -> Sequence[Schedule]:
    wanted = Q(service_at_location=at) | Q(service_id=at.service_id) | Q(location_id=at.location_id)
    found = list(Schedule.objects.filter(wanted))
    for field in ("service_at_location_id", "service_id"):
        narrow = [it for it in found if getattr(it, field) is not None]
        if narrow:
            return narrow
    return found


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
        return _closed(day, Reason.SCHOOL_HOLIDAYS if skipped else Reason.NO_HOURS, skipped)
    left = difference(windows, [_window(closure) for closure in closures])
    why = ", ".join(closure.reason for closure in closures)
    if not left:
        return _closed(day, Reason.CLOSURE, why)
    reason = Reason.EXCEPTION if exceptions else Reason.HOURS
    named = exceptions[0].reason if exceptions else ""
    shortened = why if left != sorted(windows) else ""
    return OpenDay(day, OpenState.OPEN, tuple(left), reason, named, shortened)


def _hours(schedules: Iterable[Schedule], day: dt.date, land: str) -> tuple[list[Window], str]:
    """Return the hours of the day, and the school holidays for which some of them stay away."""
    windows, skipped = [], ""
    for schedule in schedules:
        if day not in open_days_of(schedule, Period(day, day)):
            continue
        if holidays := keeps_away(schedule, day, land):
            skipped = holidays
        else:
            windows.append((minutes(schedule.opens_at), minutes(schedule.closes_at)))
    return sorted(windows), skipped


def _closures(
    location: Location, day: dt.date, *, organization: Organization | None
) -> list[Closure]:
    who = Q(is_for_all=True) | Q(location=location)
    if organization is not None:
        who |= Q(organizations=organization)
    closures = Closure.objects.filter(who, network_id=location.network_id, day=day)
    return list(closures.distinct().order_by("starts_at", "reason"))


def _exceptions(day: dt.date, who: Q) -> list[ScheduleException]:
    found = ScheduleException.objects.filter(who, first_on__lte=day, last_on__gte=day)
    return list(found.order_by("service", "first_on"))


def _outreach(
    location: Location, day: dt.date, *, organization: Organization | None
) -> tuple[Outreach, ...]:
    """Return the outreach hours held there that day, of one organization or of all guests."""
    if is_public_holiday(day, location.network.land):
        return ()
    rules = OutreachHours.objects.filter(location=location).select_related(
        "staff_member__organization", "room"
    )
    if organization is not None:
        rules = rules.filter(staff_member__organization=organization)
    closed = Closure.objects.filter(network_id=location.network_id, day=day, starts_at=None)
    closed_for = set(closed.values_list("organizations", flat=True))
    if closed.filter(Q(is_for_all=True) | Q(location=location)).exists():
        return ()
    held = [rule for rule in rules.order_by("starts_at") if days_of(rule, Period(day, day))]
    return tuple(
        Outreach(
            title=rule.title,
            organization=rule.staff_member.organization.name,
            window=(minutes(rule.starts_at), minutes(rule.ends_at)),
            is_walk_in=rule.is_walk_in,
            room=rule.room.name if rule.room else "",
        )
        for rule in held
        if rule.staff_member.organization_id not in closed_for
    )


def _held_outside(found: OpenDay, guests: Sequence[Outreach]) -> OpenDay:
    windows = tuple(sorted(guest.window for guest in guests))
    return OpenDay(found.day, OpenState.OPEN, windows, Reason.OUTREACH, guests[0].title)


def _is_walk_in(guests: Sequence[Outreach]) -> bool:
    return any(guest.is_walk_in for guest in guests)


def _with(
    found: OpenDay, *, outreach: tuple[Outreach, ...], state: OpenState | None = None
) -> OpenDay:
    return OpenDay(
        found.day, state or found.state, found.windows, found.reason, found.why, found.shortened,
        outreach,
    )  # fmt: skip


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
