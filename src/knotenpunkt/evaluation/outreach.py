"""Hours held at other houses, month by month, against a baseline; what was asked for; new hours.

Hours are what the rules say without holidays, closures and cancelled days, up to today. Demand is
counted, never a person: figures of fewer than five are not shown.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from dateutil.relativedelta import relativedelta

from knotenpunkt.availability.expansion import Expansion
from knotenpunkt.availability.models import OutreachHours
from knotenpunkt.availability.recurrence import Period, days_of
from knotenpunkt.availability.wall_time import difference, minutes
from knotenpunkt.directory.enums import ServiceStatus
from knotenpunkt.directory.models import Service
from knotenpunkt.evaluation.models import OutreachBaseline
from knotenpunkt.evaluation.waits import COUNTED, LEAST_COUNT
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.foundation.workdays import is_public_holiday
from knotenpunkt.network.models import Location, Network, Organization, StaffMember
from knotenpunkt.visits.enums import QueueStatus, WaitingStatus
from knotenpunkt.visits.models import Appointment, QueueTicket, WaitingEntry

SHOWN_MONTHS = 6
LOOKED_BACK = relativedelta(months=3)
Place = tuple[UUID, UUID]  # host location, organization that comes there


@dataclass(frozen=True)
class Demand:
    """What was asked for in a month. `None`: fewer than five, not shown."""

    appointments: int | None
    walk_ins: int | None
    not_found: int | None


@dataclass(frozen=True)
class MonthHeld:
    """One month: minutes held, the minutes of the baseline, and what was asked for."""

    first: dt.date
    minutes: int
    baseline: int | None
    demand: Demand

    @property
    def change(self) -> int | None:
        """Return how much more than the baseline was held, in percent, rounded."""
        return None if not self.baseline else round((self.minutes / self.baseline - 1) * 100)


@dataclass(frozen=True)
class PlaceHeld:
    """One organization at one host location, with the months in the order they are shown."""

    location: Location
    organization: Organization
    months: tuple[MonthHeld, ...]

    @property
    def is_asked_for(self) -> bool:
        """Return whether there is any demand that may be shown."""
        return any(
            count is not None
            for it in self.months
            for count in (it.demand.appointments, it.demand.walk_ins, it.demand.not_found)
        )


@dataclass(frozen=True)
class Outreach:
    """All of a network: every place, and all places together. Months are first days."""

    months: tuple[dt.date, ...]
    whole: tuple[MonthHeld, ...]
    places: tuple[PlaceHeld, ...]
    baseline: OutreachBaseline | None


@dataclass(frozen=True)
class NewHours:
    """People come here with a language that nobody who works here speaks.

    `weekday` is that on which most of them came (0 is Monday); `speakers` could hold the hours.
    """

    location: Location
    language: str
    weekday: int
    count: int
    speakers: tuple[str, ...]


def outreach_of(network: Network, *, organization: Organization | None = None) -> Outreach:
    """Return the hours of the last months up to today, and the demand; of one guest or of all.

    Eight queries, however many places.
    """
    today = clock.today()
    this = today.replace(day=1)
    months = tuple(this - relativedelta(months=n) for n in range(SHOWN_MONTHS - 1, -1, -1))
    asked_since = months[0]
    baseline = OutreachBaseline.objects.filter(network=network).first()
    first = min(months[0], baseline.first_month) if baseline else months[0]
    rules = _rules(network, organization)
    held = _held(network, rules, Period(first, today))
    demand = _demand(network, asked_since)
    months = tuple(it for it in months if it >= _first_held(held, this))
    before = {key: _mean(held[key], baseline) for key in held} if baseline else {}
    places = [
        PlaceHeld(
            location=rule.location,
            organization=rule.staff_member.organization,
            months=tuple(
                MonthHeld(it, held[key][it], before.get(key), _shown(demand, [key], it))
                for it in months
            ),
        )
        for key, rule in rules.items()
    ]
    whole = tuple(
        MonthHeld(
            it,
            sum(held[key][it] for key in rules),
            sum(before.values()) if baseline else None,
            _shown(demand, rules, it),
        )
        for it in months
    )
    return Outreach(months, whole, tuple(places), baseline)


def _rules(network: Network, organization: Organization | None) -> dict[Place, OutreachHours]:
    """Return one rule for each place, ordered by names; `_held` reads them all."""
    found = OutreachHours.objects.filter(location__network=network)
    if organization is not None:
        found = found.filter(staff_member__organization=organization)
    found = found.select_related("location", "staff_member__organization")
    ordered = found.order_by("location__name", "staff_member__organization__name", "first_on")
    return {(it.location_id, it.staff_member.organization_id): it for it in ordered}


def _held(
    network: Network, places: Iterable[Place], period: Period
) -> Mapping[Place, Counter[dt.date]]:
    """Return the minutes held in each month (its first day), for each place."""
    wanted = set(places)
    closed = Expansion(network, period).closed
    held: dict[Place, Counter[dt.date]] = {key: Counter() for key in wanted}
    rules = OutreachHours.objects.filter(location__network=network).select_related("staff_member")
    for rule in rules:
        owner = rule.staff_member.organization_id
        if (rule.location_id, owner) not in wanted:
            continue
        window = (minutes(rule.starts_at), minutes(rule.ends_at))
        for day in days_of(rule, period):
            if is_public_holiday(day, network.land):
                continue
            keys = (None, owner, rule.location_id, rule.staff_member_id)
            gone = [it for key in keys for it in closed.get((key, day), ())]
            left = sum(end - start for start, end in difference([window], gone))
            held[rule.location_id, owner][day.replace(day=1)] += left
    return held


def _first_held(held: Mapping[Place, Counter[dt.date]], this: dt.date) -> dt.date:
    """Return the first month in which anybody held hours here: before, nothing is known."""
    return min((month for it in held.values() for month in it), default=this)


def _mean(held: Counter[dt.date], baseline: OutreachBaseline) -> int:
    """Return the minutes of a month, in the middle of the months of the baseline."""
    months = baseline.months
    return round(sum(held[it] for it in months) / len(months))


Asked = Counter[tuple[Place, dt.date, str]]


def _demand(network: Network, since: dt.date) -> Asked:
    """Count appointments, walk-ins and what was not found, by place and month."""
    found: Asked = Counter()
    start = clock.local_moment(since, dt.time())
    with system_scope("how often outreach hours were asked for"):
        talks = Appointment.objects.filter(
            visit__network=network, starts_at__gte=start, starts_at__lte=clock.now(),
            status__in=COUNTED,
        ).values_list("location_id", "organization_id", "starts_at")  # fmt: skip
        tickets = QueueTicket.objects.filter(location__network=network, day__gte=since).values_list(
            "location_id", "organization_id", "day", "status"
        )
        waiting = (
            WaitingEntry.objects.filter(network=network, since__gte=start)
            .exclude(status=WaitingStatus.SERVED)
            .values_list("services__locations", "organization_id", "since")
        )
        for location, organization, moment in talks:
            found[(location, organization), _month(clock.local_day(moment)), "appointments"] += 1
        for location, organization, day, status in tickets:
            kind = "not_found" if status == QueueStatus.LEFT else "walk_ins"
            found[(location, organization), _month(day), kind] += 1
        for place, organization, moment in waiting.distinct():
            found[(place, organization), _month(clock.local_day(moment)), "not_found"] += 1
    return found


def _month(day: dt.date) -> dt.date:
    return day.replace(day=1)


def _shown(found: Asked, places: Iterable[Place], month: dt.date) -> Demand:
    """Return the sums over places; fewer than five are not shown."""
    keys = list(places)

    def count(kind: str) -> int | None:
        number = sum(found[key, month, kind] for key in keys)
        return number if number >= LEAST_COUNT else None

    return Demand(count("appointments"), count("walk_ins"), count("not_found"))


def proposed_hours(network: Network) -> list[NewHours]:
    """Return where hours are missing: a language often asked for, and nobody there speaks it.

    Looks at appointments and walk-ins of the last three months; five queries.
    """
    since = clock.today() - LOOKED_BACK
    came: dict[tuple[UUID, str], Counter[int]] = defaultdict(Counter)
    with system_scope("which languages people come with"):
        talks = Appointment.objects.filter(
            visit__network=network, starts_at__gte=clock.local_moment(since, dt.time()),
            starts_at__lte=clock.now(), status__in=COUNTED,
        ).values_list("location_id", "language", "starts_at")  # fmt: skip
        for location, language, moment in talks:
            came[location, language][clock.local_day(moment).weekday()] += 1
        tickets = QueueTicket.objects.filter(location__network=network, day__gte=since)
        for location, language, day in tickets.values_list("location_id", "language", "day"):
            came[location, language][day.weekday()] += 1
    spoken = _spoken(network)
    wanted = {
        key: days
        for key, days in came.items()
        if key not in spoken and sum(days.values()) >= LEAST_COUNT
    }
    places = Location.objects.in_bulk({location for location, _language in wanted})
    speakers = _speakers(network)
    found = [
        NewHours(
            location=places[location],
            language=language,
            weekday=min(days, key=lambda it: (-days[it], it)),
            count=sum(days.values()),
            speakers=tuple(sorted(speakers[language])),
        )
        for (location, language), days in wanted.items()
    ]
    return sorted(found, key=lambda it: (-it.count, it.location.name, it.language))


def _spoken(network: Network) -> set[tuple[UUID, str]]:
    """Return which language is spoken where: by staff of its services, or by guests."""
    services = Service.objects.filter(
        organization__network=network, status=ServiceStatus.VERIFIED
    ).values_list("locations", "languages", "staff__languages")
    found = {
        (place, code)
        for place, named, spoken in services
        for code in (*(named or ()), *(spoken or ()))
    }
    guests = OutreachHours.objects.filter(location__network=network)
    for place, spoken in guests.values_list("location_id", "staff_member__languages"):
        found |= {(place, code) for code in spoken}
    return found


def _speakers(network: Network) -> Mapping[str, set[str]]:
    """Return the organizations with staff who speak a language; never which colleague."""
    rows = StaffMember.objects.filter(
        organization__network=network, organization__valid_to=None, left_on=None
    ).values_list("organization__name", "languages")
    found: dict[str, set[str]] = defaultdict(set)
    for name, languages in rows:
        for code in languages:
            found[code].add(name)
    return found
