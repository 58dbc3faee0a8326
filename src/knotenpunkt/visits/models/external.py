from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Organization
from knotenpunkt.people.models import Person


class ExternalAppointment(models.Model):
    """A binding appointment of an authority, made outside: an immovable block in planning.

    It is entered from what the person shows or tells. We never make one, never imitate one, and
    never write to anybody about one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="external_appointments"
    )
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    authority = models.CharField(max_length=120)
    place = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    way_minutes = models.PositiveSmallIntegerField(
        default=30, help_text="kept free before and after"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    entered_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="a_fixed_block_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=models.Q(way_minutes__lte=240), name="a_way_takes_at_most_four_hours"
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "person": Sensitivity.MATTER,
            "organization": Sensitivity.ORGANIZATIONAL,
            "authority": Sensitivity.SENSITIVE,
            "place": Sensitivity.MATTER,
            "starts_at": Sensitivity.MATTER,
            "ends_at": Sensitivity.MATTER,
            "way_minutes": Sensitivity.TECHNICAL,
            "entered_by": Sensitivity.ORGANIZATIONAL,
            "entered_at": Sensitivity.TECHNICAL,
            "removed_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return self.authority
