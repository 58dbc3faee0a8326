"""When the parties meet, what they have to talk about, and what they decided."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dateutil.rrule import rrulestr
from django.db.models import QuerySet

from knotenpunkt.cooperation.enums import MeetingStatus, PointKind
from knotenpunkt.cooperation.models import (
    CooperationAgreement,
    CoordinationMeeting,
    MeetingSeries,
    OpenPoint,
)
from knotenpunkt.foundation import clock

AHEAD = dt.timedelta(days=366)
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST_WEEK = 5


@dataclass(frozen=True)
class Occurrence:
    """One meeting by the rule, with what was said of it. `planned_on` names it, `day` it is."""

    series: MeetingSeries
    planned_on: dt.date
    meeting: CoordinationMeeting | None

    @property
    def day(self) -> dt.date:
        return self.meeting.day if self.meeting else self.planned_on

    @property
    def status(self) -> MeetingStatus:
        return MeetingStatus(self.meeting.status) if self.meeting else MeetingStatus.PLANNED

    @property
    def is_late(self) -> bool:
        """Return whether its day is over and nothing was written down."""
        return self.status == MeetingStatus.PLANNED and self.day < clock.today()


def monthly_rule(first_on: dt.date, months: int) -> str:
    """Return the rule "on the same weekday of the month"; of a fifth week, on the last one."""
    week = (first_on.day - 1) // 7 + 1
    number = -1 if week == LAST_WEEK else week
    return f"FREQ=MONTHLY;INTERVAL={months};BYDAY={number}{CODES[first_on.weekday()]}"


def days_of(series: MeetingSeries, first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the local days on which the rule holds, from `first` to `last`, both included."""
    end = min(last, series.last_on) if series.last_on else last
    begin = dt.datetime.combine(series.first_on, dt.time())
    rule = rrulestr(series.rrule, dtstart=begin)
    begins, ends = (dt.datetime.combine(it, dt.time()) for it in (first, end))
    return [moment.date() for moment in rule.between(begins, ends, inc=True)]


def occurrences(agreement: CooperationAgreement, first: dt.date, last: dt.date) -> list[Occurrence]:
    """Return the meetings planned for these days, in order of their day; two queries."""
    found = []
    series = agreement.meeting_series.select_related("location")
    for one in series.prefetch_related("meetings__attended"):
        rows = {it.planned_on: it for it in one.meetings.all()}
        for day in days_of(one, first, last):
            found.append(Occurrence(one, day, rows.get(day)))
    return sorted(found, key=lambda it: (it.day, str(it.series.pk)))


def occurrence_of(series: MeetingSeries, planned_on: dt.date) -> Occurrence | None:
    """Return the meeting of a series on the day by its rule; None when the rule has none."""
    if planned_on not in days_of(series, planned_on, planned_on):
        return None
    row = series.meetings.prefetch_related("attended").filter(planned_on=planned_on).first()
    return Occurrence(series, planned_on, row)


def open_decisions(agreement: CooperationAgreement) -> QuerySet[OpenPoint]:
    """Return what was decided and is not done yet, the most urgent first."""
    points = agreement.points.filter(kind=PointKind.DECISION, done_on=None)
    return points.select_related("organization").order_by("due_on", "pk")


def waiting_topics(agreement: CooperationAgreement) -> QuerySet[OpenPoint]:
    """Return what somebody has put on the agenda."""
    points = agreement.points.filter(kind=PointKind.TOPIC, done_on=None)
    return points.select_related("organization").order_by("raised_on", "pk")
