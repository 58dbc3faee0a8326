"""Counting what parties do for each other: referrals, talks, conferences, visits, hand-overs."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _

from knotenpunkt.casework.enums import ConferenceStatus, ReferralStatus
from knotenpunkt.casework.models import Assignment, CaseConference, JointSession, Referral
from knotenpunkt.cooperation.enums import Unit
from knotenpunkt.evaluation.indicators.kinds import Asked, Counted, Indicator, share
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Network
from knotenpunkt.visits.enums import AppointmentStatus
from knotenpunkt.visits.models import Visit

TWO = 2
MOST_DAYS = dt.timedelta(days=1)  # two days: the first and the next
HELD = (ConferenceStatus.HELD, ConferenceStatus.MINUTES_RELEASED, ConferenceStatus.CLOSED)
Met = tuple[dt.date, dt.date, frozenset[UUID]]


def moments(first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return the UTC moments between which these local days lie."""
    end = clock.local_moment(last + dt.timedelta(days=1), dt.time())
    return clock.local_moment(first, dt.time()), end - dt.timedelta(microseconds=1)


def _referrals(network: Network, first: dt.date, last: dt.date) -> list[Any]:
    rows = Referral.objects.filter(network=network, sent_at__range=moments(first, last))
    return list(
        rows.exclude(status=ReferralStatus.WITHDRAWN).values_list(
            "from_organization_id", "to_organization_id", "sent_at", "answer_due_on", "answered_at"
        )
    )


def _answered(rows: list[Any], asked: Asked) -> Counted:
    due, answered = 0, 0
    for sender, recipient, sent_at, due_on, answered_at in rows:
        if sender not in asked.parties or recipient not in asked.houses:
            continue
        if not asked.has(clock.local_day(sent_at)) or due_on is None:
            continue
        if answered_at is None and due_on >= clock.today():
            continue  # there is still time
        due += 1
        answered += answered_at is not None and clock.local_day(answered_at) <= due_on
    return share(answered, due)


def _handed_over(network: Network, first: dt.date, last: dt.date) -> list[Any]:
    rows = Assignment.objects.filter(
        organization__network=network, assigned_at__range=moments(first, last)
    )
    return list(rows.values_list("organization_id", "assigned_at", "accept_by", "accepted_at"))


def _accepted(rows: list[Any], asked: Asked) -> Counted:
    due, accepted = 0, 0
    for house, assigned_at, accept_by, accepted_at in rows:
        if house not in asked.houses or not asked.has(clock.local_day(assigned_at)):
            continue
        if accept_by is None or (accepted_at is None and accept_by >= clock.today()):
            continue
        due += 1
        accepted += accepted_at is not None and clock.local_day(accepted_at) <= accept_by
    return share(accepted, due)


def _visits(network: Network, first: dt.date, last: dt.date) -> list[Met]:
    rows = (
        Visit.objects.filter(
            network=network,
            appointments__starts_at__range=moments(first, last),
            appointments__status=AppointmentStatus.ATTENDED,
        )
        .order_by()
        .values("pk")
        .annotate(
            begins=Min("appointments__starts_at"),
            ends=Max("appointments__starts_at"),
            houses=ArrayAgg("appointments__organization_id", distinct=True),
        )
    )
    return [
        (clock.local_day(it["begins"]), clock.local_day(it["ends"]), frozenset(it["houses"]))
        for it in rows
    ]


def _talks(network: Network, first: dt.date, last: dt.date) -> list[Met]:
    rows = (
        JointSession.objects.filter(
            appointment__visit__network=network,
            appointment__starts_at__range=moments(first, last),
            appointment__status=AppointmentStatus.ATTENDED,
        )
        .values("appointment__starts_at")
        .annotate(houses=ArrayAgg("appointment__staff__organization_id", distinct=True))
        .values_list("pk", "appointment__starts_at", "houses")
    )
    return [(clock.local_day(at), clock.local_day(at), frozenset(them)) for _pk, at, them in rows]


def _conferences(network: Network, first: dt.date, last: dt.date) -> list[Met]:
    rows = (
        CaseConference.objects.filter(
            network=network, starts_at__range=moments(first, last), status__in=HELD
        )
        .order_by()
        .annotate(houses=ArrayAgg("members__organization_id", distinct=True))
        .values_list("starts_at", "houses")
    )
    return [(clock.local_day(at), clock.local_day(at), frozenset(them)) for at, them in rows if at]


def _of_two_parties(rows: list[Met], asked: Asked) -> list[Met]:
    """Return what brought two parties together; for one party, what it took part in."""
    return [
        row
        for row in rows
        if asked.has(row[0]) and len(row[2] & asked.parties) >= TWO and row[2] & asked.houses
    ]


def _together(rows: list[Met], asked: Asked) -> Counted:
    found = len(_of_two_parties(rows, asked))
    return Counted(found, found)


def _within_two_days(rows: list[Met], asked: Asked) -> Counted:
    found = _of_two_parties(rows, asked)
    return share(sum(ends - begins <= MOST_DAYS for begins, ends, _them in found), len(found))


SHARED_WORK = (
    Indicator(
        "referrals_answered",
        _("Referrals answered in time"),
        _(
            "Of the referrals between parties that were sent in the year and whose answer was due"
            " by now: the share that was answered on the day it was due or before."
            " Referrals that were taken back are left out."
        ),
        Unit.PERCENT,
        False,
        _referrals,
        _answered,
    ),
    Indicator(
        "handed_over",
        _("Hand-overs accepted in time"),
        _(
            "Of the cases that were given to a named colleague in the year: the share that was"
            " accepted within ten working days."
        ),
        Unit.PERCENT,
        False,
        _handed_over,
        _accepted,
    ),
    Indicator(
        "joint_sessions",
        _("Joint talks"),
        _(
            "Talks at which staff of two parties sat at one table with a person and that were held"
            " in the year. One talk counts once, however many parties were there."
        ),
        Unit.COUNT,
        True,
        _talks,
        _together,
    ),
    Indicator(
        "conferences",
        _("Case conferences"),
        _(
            "Case conferences with staff of two parties or more that were held in the year."
            " One conference counts once."
        ),
        Unit.COUNT,
        True,
        _conferences,
        _together,
    ),
    Indicator(
        "visits",
        _("Visits to several parties"),
        _(
            "Visits with kept appointments at two parties or more, by the first appointment in the"
            " year. One visit counts once."
        ),
        Unit.COUNT,
        True,
        _visits,
        _together,
    ),
    Indicator(
        "visits_in_two_days",
        _("Visits within two days"),
        _(
            "Of the visits with kept appointments at two parties or more: the share whose first and"
            " last appointment lie on the same day or on two days that follow each other."
        ),
        Unit.PERCENT,
        False,
        _visits,
        _within_two_days,
    ),
)
