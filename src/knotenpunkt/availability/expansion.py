"""From repeating rules to open intervals, day by day. Reads rows, writes nothing.

* Outreach hours take a staff member away from everywhere else, travel included.
* Where someone holds outreach hours on a weekday, her presence there counts only while they take
  place, in their room; without a presence rule the outreach hours themselves are bookable.
* A group session takes its leader; its seats are a resource of their own.
* Nothing is open on a public holiday of the Land, in a closure, or outside a location's hours.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from knotenpunkt.availability.enums import Pool, ResourceKind
from knotenpunkt.availability.models import (
    CapacityPool,
    Closure,
    GroupSession,
    InterpreterPresence,
    OpenInterval,
    OutreachHours,
    Presence,
)
from knotenpunkt.availability.recurrence import Period, days_of, keeps_away, open_days_of
from knotenpunkt.availability.releases import Releases
from knotenpunkt.availability.wall_time import (
    Window,
    difference,
    intersection,
    minutes,
    utc_range,
)
from knotenpunkt.directory.enums import ExceptionKind
from knotenpunkt.directory.models import Schedule, ScheduleException
from knotenpunkt.foundation.workdays import is_public_holiday
from knotenpunkt.network.models import Network, StaffMember, TravelTime

WHOLE_DAY: Window = (0, 24 * 60)
PlacedRule = Presence | OutreachHours | GroupSession
R = TypeVar("R", Presence, OutreachHours, GroupSession)


@dataclass(frozen=True)
class Piece:
    """Open or taken time of one resource at one location on one day."""

    location_id: UUID
    room_id: UUID | None
    window: Window
    pool: CapacityPool | None = None


class Expansion:
    """All rules of one network, ready to say what is open in a period."""

    def __init__(
        self,
        network: Network,
        period: Period,
        *,
        with_pools: bool = True,
        staff: frozenset[UUID] | None = None,
    ) -> None:
        """`with_pools=False` leaves out what programmes pay for: how it would be without them.

        With `staff`, only these members and the sessions they lead are looked at.
        """
        self.network, self.period, self.with_pools = network, period, with_pools
        self.staff = staff
        self.zone = ZoneInfo(network.time_zone)

    def intervals(self) -> Iterator[OpenInterval]:
        """Yield unsaved rows for staff members, group sessions and interpreters."""
        yield from self._staff_intervals()
        yield from self._session_intervals()
        if self.staff is None:
            yield from self._interpreter_intervals()

    @cached_property
    def opening_hours(self) -> Mapping[tuple[UUID, dt.date], list[Window]]:
        hours: dict[tuple[UUID, dt.date], list[Window]] = defaultdict(list)
        for schedule in Schedule.objects.filter(location__network=self.network):
            if schedule.location_id is None:  # hours of a service, not of a house
                continue
            window = (minutes(schedule.opens_at), minutes(schedule.closes_at))
            for day in open_days_of(schedule, self.period):
                if keeps_away(schedule, day, self.network.land) is None:
                    hours[schedule.location_id, day].append(window)
        for location_id, day, windows in self._exceptional_hours():
            hours[location_id, day] = windows
        return hours

    def _exceptional_hours(self) -> Iterator[tuple[UUID, dt.date, list[Window]]]:
        """Yield the days on which a location keeps other hours than its rule, or none."""
        first, last = self.period.first, self.period.last
        exceptions = ScheduleException.objects.filter(
            location__network=self.network, first_on__lte=last, last_on__gte=first
        ).exclude(kind=ExceptionKind.BY_APPOINTMENT)
        for exception in exceptions:
            windows = []
            if exception.opens_at and exception.closes_at:
                windows = [(minutes(exception.opens_at), minutes(exception.closes_at))]
            days = Period(max(first, exception.first_on), min(last, exception.last_on)).days
            for day in days:
                if exception.location_id:
                    yield exception.location_id, day, windows

    @cached_property
    def closed(self) -> Mapping[tuple[UUID | None, dt.date], list[Window]]:
        """Closed windows by organization, location or staff id; `None` closes everything."""
        closed: dict[tuple[UUID | None, dt.date], list[Window]] = defaultdict(list)
        closures = Closure.objects.filter(
            network=self.network, day__range=(self.period.first, self.period.last)
        ).prefetch_related("organizations")
        for closure in closures:
            window = WHOLE_DAY
            if closure.starts_at and closure.ends_at:
                window = (minutes(closure.starts_at), minutes(closure.ends_at))
            keys: list[UUID | None] = [it.id for it in closure.organizations.all()]
            keys += [it for it in (closure.location_id, closure.staff_member_id) if it]
            for key in [None] if closure.is_for_all else keys:
                closed[key, closure.day].append(window)
        return closed

    @cached_property
    def releases(self) -> Releases:
        return Releases(self.network)

    @cached_property
    def travel(self) -> Mapping[tuple[UUID, UUID], int]:
        ways = TravelTime.objects.filter(origin__network=self.network)
        return {(way.origin_id, way.destination_id): way.minutes for way in ways}

    def _allowed(
        self, day: dt.date, location_id: UUID | None, *closed_with: UUID | None
    ) -> list[Window]:
        """Return the windows of this day that holidays, closures and opening hours leave.

        `closed_with` are the organization and the staff member whose closures count too.
        """
        if is_public_holiday(day, self.network.land):
            return []
        windows = (
            [WHOLE_DAY] if location_id is None else self.opening_hours.get((location_id, day), [])
        )
        for key in {None, location_id, *closed_with}:
            windows = difference(windows, self.closed.get((key, day), ()))
        return windows

    # Staff members

    @cached_property
    def outreach(self) -> Mapping[tuple[UUID, dt.date], list[Piece]]:
        return self._pieces(self._outreach_rules())

    @cached_property
    def sessions(self) -> Mapping[tuple[UUID, dt.date], list[Piece]]:
        return self._pieces(self._session_rules())

    @cached_property
    def presence(self) -> Mapping[tuple[UUID, dt.date], list[Piece]]:
        rules = self._of_staff(Presence.objects.filter(location__network=self.network))
        if not self.with_pools:
            rules = rules.filter(capacity_pool=None)
        return self._pieces(rules.select_related("capacity_pool"))

    @cached_property
    def outreach_weekdays(self) -> frozenset[tuple[UUID, UUID, int]]:
        """(staff member, location, weekday) for which outreach hours exist at all."""
        return frozenset(
            (rule.staff_member_id, rule.location_id, rule.first_on.weekday())
            for rule in self._outreach_rules()
        )

    def _outreach_rules(self) -> QuerySet[OutreachHours]:
        rules = OutreachHours.objects.filter(staff_member__organization__network=self.network)
        return self._of_staff(rules)

    def _session_rules(self) -> QuerySet[GroupSession]:
        return self._of_staff(GroupSession.objects.filter(location__network=self.network))

    def _of_staff(self, rules: QuerySet[R]) -> QuerySet[R]:
        return rules if self.staff is None else rules.filter(staff_member__in=self.staff)

    def _pieces(self, rules: Iterable[PlacedRule]) -> Mapping[tuple[UUID, dt.date], list[Piece]]:
        pieces: dict[tuple[UUID, dt.date], list[Piece]] = defaultdict(list)
        for rule in rules:
            window = (minutes(rule.starts_at), minutes(rule.ends_at))
            for day in days_of(rule, self.period):
                pool = getattr(rule, "capacity_pool", None)
                piece = Piece(rule.location_id, rule.room_id, window, pool)
                pieces[rule.staff_member_id, day].append(piece)
        return pieces

    def _staff_intervals(self) -> Iterator[OpenInterval]:
        members = StaffMember.objects.filter(organization__network=self.network)
        employer = dict(members.values_list("id", "organization_id"))
        for staff_id, day in sorted({*self.presence, *self.outreach}, key=str):
            for piece in self._bookable(staff_id, day):
                allowed = self._allowed(day, piece.location_id, employer.get(staff_id), staff_id)
                for window in intersection([piece.window], allowed):
                    yield self._row(staff_id, ResourceKind.STAFF, day, window, piece)

    def _bookable(self, staff_id: UUID, day: dt.date) -> Iterator[Piece]:
        outreach = self.outreach.get((staff_id, day), [])
        sessions = self.sessions.get((staff_id, day), [])
        covered = {piece.location_id for piece in self.presence.get((staff_id, day), [])}
        present = [*self._present(staff_id, day, outreach)]
        present += [piece for piece in outreach if piece.location_id not in covered]
        for piece in present:
            elsewhere = [it for it in outreach if it.location_id != piece.location_id]
            taken = [self._with_travel(it, piece) for it in (*elsewhere, *sessions)]
            for window in difference([piece.window], taken):
                yield replace(piece, window=window)

    def _present(self, staff_id: UUID, day: dt.date, outreach: list[Piece]) -> Iterator[Piece]:
        for piece in self.presence.get((staff_id, day), []):
            if (staff_id, piece.location_id, day.weekday()) not in self.outreach_weekdays:
                yield piece
                continue
            for hours in outreach:
                if hours.location_id == piece.location_id:
                    for window in intersection([piece.window], [hours.window]):
                        yield replace(piece, room_id=hours.room_id, window=window)

    def _with_travel(self, away: Piece, piece: Piece) -> Window:
        """Return the time that being away takes from being here."""
        between = self.travel.get((away.location_id, piece.location_id), 0)
        return away.window[0] - between, away.window[1] + between

    # Group sessions and interpreters

    def _session_intervals(self) -> Iterator[OpenInterval]:
        for session in self._session_rules().select_related("staff_member"):
            window = (minutes(session.starts_at), minutes(session.ends_at))
            employer_id = session.staff_member.organization_id
            for day in sorted(days_of(session, self.period)):
                allowed = self._allowed(
                    day, session.location_id, employer_id, session.staff_member_id
                )
                if window in intersection([window], allowed):
                    place = Piece(session.location_id, session.room_id, window)
                    yield self._row(session.id, ResourceKind.SEAT, day, window, place)

    def _interpreter_intervals(self) -> Iterator[OpenInterval]:
        rules = InterpreterPresence.objects.filter(interpreter__network=self.network)
        for rule in rules:
            window = (minutes(rule.starts_at), minutes(rule.ends_at))
            for day in sorted(days_of(rule, self.period)):
                for open_window in intersection([window], self._allowed(day, None)):
                    yield self._row(
                        rule.interpreter_id, ResourceKind.INTERPRETER, day, open_window, None
                    )

    def _row(
        self, resource: UUID, kind: ResourceKind, day: dt.date, window: Window, place: Piece | None
    ) -> OpenInterval:
        pool = place.pool if place else None
        return OpenInterval(
            resource=resource,
            kind=kind,
            day=day,
            during=utc_range(day, window, self.zone),
            location_id=place.location_id if place else None,
            room_id=place.room_id if place else None,
            pool=Pool.RING_FENCED if pool else Pool.REGULAR,
            capacity_pool=pool,
            released_at=self.releases.moment(pool, day) if pool else None,
        )
