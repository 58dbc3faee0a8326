"""Counting what parties offer and keep open: hours, entries, fairs, waits of regular clients."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from statistics import median
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from knotenpunkt.availability.models import Closure, OutreachHours
from knotenpunkt.availability.recurrence import Period, days_of
from knotenpunkt.cooperation.enums import FairStatus, Unit
from knotenpunkt.cooperation.models import Stall
from knotenpunkt.directory.enums import ServiceStatus
from knotenpunkt.directory.models import Service
from knotenpunkt.evaluation.indicators.kinds import Asked, Counted, Indicator, share
from knotenpunkt.evaluation.indicators.shared_work import moments
from knotenpunkt.evaluation.models import RegularWait
from knotenpunkt.evaluation.waits import LEAST_COUNT
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.workdays import is_public_holiday
from knotenpunkt.network.models import Network

FRESH = dt.timedelta(days=180)  # domain.md, invariant 39


def _outreach(network: Network, first: dt.date, last: dt.date) -> list[Any]:
    """Return (house, day, hours) of each time that the calendar has and nothing closes."""
    period = Period(first, min(last, clock.today()))
    closed = _closed_days(network, period)
    rules = OutreachHours.objects.filter(
        staff_member__organization__network=network, first_on__lte=period.last
    ).select_related("staff_member")
    found = []
    for rule in rules:
        member = rule.staff_member
        away = closed[None] | closed[member.organization_id] | closed[member.pk]
        away |= closed[rule.location_id]
        hours = (rule.ends_at.hour - rule.starts_at.hour) + (
            rule.ends_at.minute - rule.starts_at.minute
        ) / 60
        for day in days_of(rule, period) - away:
            if not is_public_holiday(day, network.land):
                found.append((member.organization_id, day, hours))
    return found


def _closed_days(network: Network, period: Period) -> dict[UUID | None, set[dt.date]]:
    """Return whole closed days by house, place or staff member; None: of all."""
    closures = Closure.objects.filter(
        network=network, day__range=(period.first, period.last), starts_at=None
    ).prefetch_related("organizations")
    found: dict[UUID | None, set[dt.date]] = defaultdict(set)
    for it in closures:
        houses = [] if it.location_id or it.staff_member_id else list(it.organizations.all())
        keys: list[UUID | None] = [house.pk for house in houses]
        keys += [key for key in (it.location_id, it.staff_member_id) if key is not None]
        for key in [None] if it.is_for_all else keys:
            found[key].add(it.day)
    return found


def _hours(rows: list[Any], asked: Asked) -> Counted:
    hours = (it for house, day, it in rows if house in asked.houses and asked.has(day))
    return Counted(round(sum(hours), 1))


def _services(network: Network, _first: dt.date, _last: dt.date) -> list[Any]:
    rows = Service.objects.filter(organization__network=network)
    rows = rows.filter(status__in=(ServiceStatus.VERIFIED, ServiceStatus.PAUSED))
    return list(rows.values_list("organization_id", "verified_on"))


def _fresh(rows: list[Any], asked: Asked) -> Counted:
    if asked.last < clock.today():
        return Counted(None)  # how old entries were then, nobody knows any more
    dates = [verified_on for house, verified_on in rows if house in asked.houses]
    fresh = sum(it is not None and it >= clock.today() - FRESH for it in dates)
    return Counted(share(fresh, len(dates)).value)


def _fairs(network: Network, first: dt.date, last: dt.date) -> list[Any]:
    rows = Stall.objects.filter(
        fair__network=network,
        fair__starts_at__range=moments(first, last),
        fair__status__in=(FairStatus.HELD, FairStatus.EVALUATED),
    )
    return list(rows.values_list("organization_id", "fair_id", "fair__starts_at"))


def _held(rows: list[Any], asked: Asked) -> Counted:
    fairs = {
        fair for house, fair, at in rows if house in asked.houses and asked.has(clock.local_day(at))
    }
    return Counted(len(fairs))


def _waits(network: Network, first: dt.date, last: dt.date) -> list[Any]:
    rows = RegularWait.objects.filter(
        organization__network=network,
        organization__capacity_baseline__isnull=False,
        appointments__gte=LEAST_COUNT,
        month__range=(first.replace(day=1), last),
    )
    return list(
        rows.values_list(
            "organization_id",
            "month",
            "median_wait_workdays",
            "organization__capacity_baseline__median_wait_workdays",
        )
    )


def _longest(rows: list[Any], asked: Asked) -> Counted:
    changes: dict[UUID, list[float]] = defaultdict(list)
    for house, month, wait, baseline in rows:
        if house in asked.houses and asked.first.replace(day=1) <= month <= asked.last:
            changes[house].append((float(wait) / baseline - 1) * 100)
    if not changes:
        return Counted(None)
    return Counted(round(max(median(it) for it in changes.values()), 1))


OFFERED = (
    Indicator(
        "outreach_hours",
        _("Outreach hours"),
        _(
            "Hours that staff of the parties were to be at other houses by the outreach calendar,"
            " up to today, without public holidays, closed days and cancelled days."
        ),
        Unit.HOURS,
        True,
        _outreach,
        _hours,
    ),
    Indicator(
        "fresh_entries",
        _("Entries confirmed within 180 days"),
        _(
            "Of the services of the parties that are shown today: the share that was confirmed"
            " within the last 180 days. It is a figure of the day and cannot be counted afterwards."
        ),
        Unit.PERCENT,
        False,
        _services,
        _fresh,
    ),
    Indicator(
        "fairs_held",
        _("Fairs held"),
        _("Fairs that were held in the year and at which a party had a stall."),
        Unit.COUNT,
        True,
        _fairs,
        _held,
    ),
    Indicator(
        "waits_against_baseline",
        _("Waits of regular clients, change in percent"),
        _(
            "For each party with a baseline: the middle of what it reported for the months of the"
            " year, against its wait before the programme. The party with the greatest change"
            " counts. Months with fewer than five appointments are left out."
        ),
        Unit.PERCENT,
        False,
        _waits,
        _longest,
    ),
)
