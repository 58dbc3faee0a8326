"""Days on which something is open otherwise than its rule says."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from knotenpunkt.directory.enums import ExceptionKind
from knotenpunkt.directory.models.services import Service
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Location, Network


class ScheduleException(models.Model):
    """From `first_on` to `last_on` a location or a service keeps other hours, or none (EXDATE)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    location = models.ForeignKey(
        Location, null=True, on_delete=models.CASCADE, related_name="schedule_exceptions"
    )
    service = models.ForeignKey(
        Service, null=True, on_delete=models.CASCADE, related_name="schedule_exceptions"
    )
    kind = models.CharField(max_length=15, choices=ExceptionKind.choices)
    first_on = models.DateField()
    last_on = models.DateField()
    opens_at = models.TimeField(null=True)
    closes_at = models.TimeField(null=True)
    reason = models.CharField(max_length=120)
    ends_with_house: ClassVar[bool] = True  # it closes no other, if this one merges

    class Meta:
        ordering = ["first_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")),
                name="an_exception_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(location__isnull=False, service=None)
                | Q(location=None, service__isnull=False),
                name="an_exception_is_for_a_location_or_a_service",
            ),
            models.CheckConstraint(
                condition=~Q(kind=ExceptionKind.OTHER_HOURS)
                | Q(opens_at__isnull=False, closes_at__gt=F("opens_at")),
                name="other_hours_have_a_beginning_and_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_on} {self.reason}"


class SchoolHolidayReview(models.Model):
    """Somebody held the school holidays of a calendar year against the publication of the Land.

    `dates` are those she saw ([first, last, name]): if the file changes, nobody has seen the new.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(
        Network, on_delete=models.CASCADE, related_name="school_holiday_reviews"
    )
    year = models.PositiveSmallIntegerField()
    dates = models.JSONField()
    reviewer = models.CharField(max_length=120)
    reviewed_on = models.DateField()

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "year"], name="a_year_of_school_holidays_is_reviewed_once"
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "network": Sensitivity.TECHNICAL,
            "year": Sensitivity.TECHNICAL,
            "dates": Sensitivity.TECHNICAL,
            "reviewer": Sensitivity.ORGANIZATIONAL,
            "reviewed_on": Sensitivity.ORGANIZATIONAL,
        }

    def __str__(self) -> str:
        return f"{self.network} {self.year}"
