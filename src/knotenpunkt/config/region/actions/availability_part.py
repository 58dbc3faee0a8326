"""Presence, outreach hours, group sessions, closures and interpreters."""

from __future__ import annotations

import datetime as dt

from knotenpunkt.availability.models import (
    Closure,
    GroupSession,
    Interpreter,
    InterpreterPresence,
    OutreachHours,
    Presence,
)
from knotenpunkt.config.region.actions.network_part import room_id
from knotenpunkt.config.region.actions.rows import put, put_links, row_id
from knotenpunkt.config.region.rules import rule_of, weekly
from knotenpunkt.config.region.schema import WEEKDAYS, Region, Weekday
from knotenpunkt.network.models import Network
from knotenpunkt.visits.models import InterpreterPath


def load_availability(network: Network, region: Region) -> None:
    """Write the rules from which free times follow."""
    booked_on = region.meta.booking_made_on
    monday = booked_on - dt.timedelta(days=booked_on.weekday(), weeks=12)
    _load_presence(network, region, monday)
    _load_outreach(network, region, monday)
    _load_sessions(network, region, monday)
    _load_interpreters(network, region, monday)
    _load_closures(network, region)
    _load_volunteers(network, region)


def _day(monday: dt.date, weekday: Weekday) -> dt.date:
    return monday + dt.timedelta(days=WEEKDAYS.index(weekday))


def _load_presence(network: Network, region: Region, monday: dt.date) -> None:
    put(
        Presence,
        (
            Presence(
                id=row_id(network, "presence", f"{it.id}/{at.site}/{weekday}/{window.start}"),
                staff_member_id=row_id(network, "staff", it.id),
                location_id=row_id(network, "location", at.site),
                rrule=weekly(weekday),
                first_on=_day(monday, weekday),
                starts_at=window.start,
                ends_at=window.end,
            )
            for it in region.staff
            for at in it.presence
            for weekday, windows in region.bookable_patterns[at.pattern].items()
            for window in windows
        ),
    )


def _load_outreach(network: Network, region: Region, monday: dt.date) -> None:
    put(
        OutreachHours,
        (
            OutreachHours(
                id=row_id(network, "outreach", it.id),
                staff_member_id=row_id(network, "staff", it.staff),
                location_id=row_id(network, "location", it.site),
                room_id=room_id(network, it.site, it.room),
                code=it.id,
                title=it.title,
                is_walk_in=it.walk_in,
                rrule=rule_of(it),
                first_on=_day(monday, it.weekday),
                starts_at=it.start,
                ends_at=it.end,
            )
            for it in region.outreach_hours
        ),
    )


def _load_sessions(network: Network, region: Region, monday: dt.date) -> None:
    put(
        GroupSession,
        (
            GroupSession(
                id=row_id(network, "session", f"{it.offer}/{it.site}/{it.weekday}/{it.start}"),
                service_id=row_id(network, "service", it.offer),
                location_id=row_id(network, "location", it.site),
                staff_member_id=row_id(network, "staff", it.staff),
                seats=it.capacity,
                rrule=weekly(it.weekday),
                first_on=_day(monday, it.weekday),
                starts_at=it.start,
                ends_at=it.end,
            )
            for it in region.group_sessions
        ),
    )


def _load_interpreters(network: Network, region: Region, monday: dt.date) -> None:
    notice = region.interpreter_rules.volunteer_min_notice_workdays
    put(
        Interpreter,
        (
            Interpreter(
                id=row_id(network, "interpreter", it.id),
                network=network,
                code=it.id,
                name=it.name,
                gender="" if it.gender == "-" else it.gender,
                rank=it.cls,
                languages=it.languages,
                is_remote=it.cls == "sworn_or_phone",
                parallel_talks=0 if it.cls == "sworn_or_phone" else 1,
                notice_workdays=notice if it.cls == "volunteer" else 0,
                note=it.note,
            )
            for it in region.interpreters
        ),
    )
    put(
        InterpreterPresence,
        (
            InterpreterPresence(
                id=row_id(network, "interpreter_presence", f"{it.id}/{weekday}/{window.start}"),
                interpreter_id=row_id(network, "interpreter", it.id),
                rrule=weekly(weekday),
                first_on=_day(monday, weekday),
                starts_at=window.start,
                ends_at=window.end,
            )
            for it in region.interpreters
            for weekday, windows in it.availability.items()
            for window in windows
        ),
    )


def _load_closures(network: Network, region: Region) -> None:
    rows = [
        (
            Closure(
                id=row_id(network, "closure", f"{it.date}/{it.reason}"),
                network=network,
                day=it.date,
                starts_at=it.window.start if it.window else None,
                ends_at=it.window.end if it.window else None,
                reason=it.reason,
                is_for_all=it.orgs is None,
            ),
            it.orgs or [],
        )
        for it in region.kreis.closures
    ]
    put(Closure, (closure for closure, _ in rows))
    put_links(
        Closure.organizations.through,
        (
            {
                "closure_id": closure.id,
                "organization_id": row_id(network, "organization", code),
            }
            for closure, codes in rows
            for code in codes
        ),
    )


def _load_volunteers(network: Network, region: Region) -> None:
    put(
        InterpreterPath,
        (
            InterpreterPath(
                id=row_id(network, "volunteer", it.id),
                network=network,
                name=it.name,
                languages=it.languages,
                begun_on=it.begun_on,
                talk_on=it.talk_on,
                training_on=it.training_on,
            )
            for it in region.volunteers
        ),
    )
