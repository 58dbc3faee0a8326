"""Coordination meetings of an agreement: the series, what was held, and what is still open."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from knotenpunkt.cooperation.enums import MeetingStatus, PointKind
from knotenpunkt.cooperation.models.agreements import CooperationAgreement
from knotenpunkt.network.models import Location, Organization


class MeetingSeries(models.Model):
    """A rule by which the parties meet (RFC 5545). What it yields is worked out, not stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(
        CooperationAgreement, on_delete=models.CASCADE, related_name="meeting_series"
    )
    title = models.CharField(max_length=200)
    rrule = models.CharField(max_length=200, help_text="iCalendar RRULE, without DTSTART")
    first_on = models.DateField(help_text="DTSTART")
    last_on = models.DateField(null=True)
    starts_at = models.TimeField(help_text="local wall time")
    ends_at = models.TimeField()
    location = models.ForeignKey(Location, null=True, on_delete=models.SET_NULL, related_name="+")
    sequence = models.PositiveSmallIntegerField(default=0, help_text="SEQUENCE (RFC 5545)")

    class Meta:
        ordering = ["first_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="a_meeting_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return self.title


class CoordinationMeeting(models.Model):
    """One meeting of a series that was held, moved or cancelled; the others need no row.

    `planned_on` is the day by the rule and stays; the series is never changed by an exception.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    series = models.ForeignKey(MeetingSeries, on_delete=models.CASCADE, related_name="meetings")
    planned_on = models.DateField(help_text="RECURRENCE-ID")
    day = models.DateField(help_text="when it is or was really held")
    status = models.CharField(
        max_length=10, choices=MeetingStatus.choices, default=MeetingStatus.PLANNED
    )
    reason = models.CharField(max_length=300, blank=True, help_text="why cancelled or moved")
    attended = models.ManyToManyField(Organization, related_name="meetings_attended")
    guests = models.CharField(max_length=300, blank=True, help_text="houses, no names of people")
    minutes = models.TextField(blank=True, max_length=6000)

    class Meta:
        ordering = ["-day", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "planned_on"], name="a_meeting_stands_once_in_its_series"
            ),
            models.CheckConstraint(
                condition=~Q(status=MeetingStatus.CANCELLED) | ~Q(reason=""),
                name="a_meeting_is_cancelled_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status=MeetingStatus.HELD) | ~Q(minutes=""),
                name="a_held_meeting_has_minutes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.day}"


class OpenPoint(models.Model):
    """What is to be talked about, or was decided and is to be done by a house until a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(
        CooperationAgreement, on_delete=models.CASCADE, related_name="points"
    )
    kind = models.CharField(max_length=10, choices=PointKind.choices)
    text = models.CharField(max_length=300)
    organization = models.ForeignKey(
        Organization, null=True, on_delete=models.PROTECT, related_name="open_points"
    )
    due_on = models.DateField(null=True)
    raised_on = models.DateField()
    meeting = models.ForeignKey(
        CoordinationMeeting, null=True, on_delete=models.SET_NULL, related_name="decisions",
        help_text="in which it was decided",
    )  # fmt: skip
    year = models.PositiveSmallIntegerField(
        null=True, help_text="in whose yearly evaluation it was decided"
    )
    done_on = models.DateField(null=True)
    outcome = models.CharField(max_length=300, blank=True, help_text="what came of it")

    class Meta:
        ordering = ["due_on", "raised_on", "id"]
        verbose_name_plural = "open points"
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=PointKind.DECISION)
                | Q(organization__isnull=False, due_on__isnull=False),
                name="a_decision_has_a_house_and_a_day",
            )
        ]

    def __str__(self) -> str:
        return self.text
