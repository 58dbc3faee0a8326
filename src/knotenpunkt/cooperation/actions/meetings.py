"""Meetings of an agreement: planned as a series, held with minutes, moved, cancelled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from knotenpunkt.cooperation.enums import MeetingStatus, PointKind
from knotenpunkt.cooperation.errors import MeetingIsOver
from knotenpunkt.cooperation.models import (
    CooperationAgreement,
    CoordinationMeeting,
    MeetingSeries,
    OpenPoint,
)
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account, Location, Organization


@dataclass(frozen=True)
class SeriesPlan:
    """When and where the parties meet. Times are local; the rule is an RRULE without DTSTART."""

    title: str
    rrule: str
    first_on: dt.date
    starts_at: dt.time
    ends_at: dt.time
    location: Location | None


@dataclass(frozen=True)
class Held:
    """What is written down of a meeting: houses that were there, never who said what."""

    day: dt.date
    attended: Sequence[Organization]
    guests: str
    minutes: str


@dataclass(frozen=True)
class Decided:
    """What was decided, by which house it is done, and until when."""

    text: str
    organization: Organization
    due_on: dt.date


@transaction.atomic
def plan_series(*, agreement: CooperationAgreement, plan: SeriesPlan, by: Account) -> MeetingSeries:
    """Let the parties meet by a rule."""
    series = MeetingSeries.objects.create(agreement=agreement, **vars(plan))
    record("meeting.series_planned", series, by=by)
    return series


@transaction.atomic
def end_series(*, series: MeetingSeries, last_on: dt.date, by: Account) -> None:
    """Say after which day nobody meets by this rule any more."""
    series.last_on, series.sequence = last_on, F("sequence") + 1
    series.save(update_fields=["last_on", "sequence"])
    record("meeting.series_ended", series, by=by, changed_fields=["last_on"])


@transaction.atomic
def hold_meeting(
    *, series: MeetingSeries, planned_on: dt.date, held: Held, by: Account
) -> CoordinationMeeting:
    """Write down that a meeting was held; again corrects it. Topics that waited are settled.

    Raises `MeetingIsOver` for a cancelled one.
    """
    meeting = _row(series, planned_on)
    if meeting.status == MeetingStatus.CANCELLED:
        raise MeetingIsOver
    meeting.status, meeting.day = MeetingStatus.HELD, held.day
    meeting.guests, meeting.minutes = held.guests, held.minutes
    meeting.save(update_fields=["status", "day", "guests", "minutes"])
    meeting.attended.set(held.attended)
    waiting = OpenPoint.objects.filter(agreement=series.agreement_id, kind=PointKind.TOPIC)
    waiting.filter(done_on=None, raised_on__lte=held.day).update(done_on=held.day, meeting=meeting)
    record("meeting.held", meeting, by=by, changed_fields=["status", "minutes"])
    return meeting


@transaction.atomic
def move_meeting(
    *, series: MeetingSeries, planned_on: dt.date, day: dt.date, reason: str, by: Account
) -> CoordinationMeeting:
    """Hold one meeting on another day; the series stays. Raises `MeetingIsOver`."""
    meeting = _row(series, planned_on)
    if meeting.status != MeetingStatus.PLANNED:
        raise MeetingIsOver
    meeting.day, meeting.reason = day, reason
    meeting.save(update_fields=["day", "reason"])
    _note_change(series)
    record("meeting.moved", meeting, by=by, changed_fields=["day"])
    return meeting


@transaction.atomic
def cancel_meeting(
    *, series: MeetingSeries, planned_on: dt.date, reason: str, by: Account
) -> CoordinationMeeting:
    """Call one meeting off; the series stays. Raises `MeetingIsOver` for one that was held."""
    meeting = _row(series, planned_on)
    if meeting.status == MeetingStatus.HELD:
        raise MeetingIsOver
    if meeting.status != MeetingStatus.CANCELLED:
        meeting.status, meeting.reason = MeetingStatus.CANCELLED, reason
        meeting.save(update_fields=["status", "reason"])
        _note_change(series)
        record("meeting.cancelled", meeting, by=by, changed_fields=["status"])
    return meeting


def _row(series: MeetingSeries, planned_on: dt.date) -> CoordinationMeeting:
    """Return the locked row of a meeting; it comes into being when something is said of it."""
    CoordinationMeeting.objects.get_or_create(
        series=series, planned_on=planned_on, defaults={"day": planned_on}
    )
    rows = CoordinationMeeting.objects.select_for_update(of=("self",))
    return rows.get(series=series, planned_on=planned_on)


def _note_change(series: MeetingSeries) -> None:
    MeetingSeries.objects.filter(pk=series.pk).update(sequence=F("sequence") + 1)


@transaction.atomic
def raise_point(*, agreement: CooperationAgreement, text: str, by: Account) -> OpenPoint:
    """Put something on the agenda of the next meeting."""
    point = OpenPoint.objects.create(
        agreement=agreement, kind=PointKind.TOPIC, text=text, raised_on=clock.today(),
        organization=by.staff_member.organization,
    )  # fmt: skip
    record("meeting.point_raised", point, by=by)
    return point


@transaction.atomic
def decide(
    *,
    agreement: CooperationAgreement,
    decided: Decided,
    by: Account,
    meeting: CoordinationMeeting | None = None,
    year: int | None = None,
) -> OpenPoint:
    """Write down a decision of a meeting, or of the evaluation of a year."""
    point = OpenPoint.objects.create(
        agreement=agreement, kind=PointKind.DECISION, raised_on=clock.today(), meeting=meeting,
        year=year, **vars(decided),
    )  # fmt: skip
    record("meeting.decided", point, by=by)
    return point


@transaction.atomic
def finish_point(*, point: OpenPoint, outcome: str, by: Account) -> None:
    """Say that a point is done and what came of it; the first answer stays."""
    point = OpenPoint.objects.select_for_update(of=("self",)).get(pk=point.pk)
    if point.done_on is not None:
        return
    point.done_on, point.outcome = clock.today(), outcome
    point.save(update_fields=["done_on", "outcome"])
    record("meeting.point_done", point, by=by, changed_fields=["done_on"])
