"""Programmes, their dated phases, what a phase asks for, and what is known of a person for it."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from knotenpunkt.availability.models import CapacityPool
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Network, Organization, StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.programmes.enums import AskedFact


class Programme(models.Model):
    """Something that is open to some people for some time, run by one organization (S1-17).

    `alternatives` are what helps whoever cannot join now: a programme never only refuses.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="programmes")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="programmes"
    )
    code = models.SlugField()
    name = models.JSONField(help_text="by language; German always")
    services = models.ManyToManyField(Service, related_name="programmes")
    alternatives = models.ManyToManyField(Service, related_name="+")
    pools = models.ManyToManyField(CapacityPool, blank=True, related_name="+")

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "code"], name="a_programme_has_one_code_in_its_network"
            )
        ]

    def __str__(self) -> str:
        return str(self.name.get("de", self.code))


class ProgrammePhase(models.Model):
    """From `first_on` to `last_on` (local days, both included) the programme is for these people.

    `conditions` are those of the responsibility rules (`routing.conditions.Conditions`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="phases")
    name = models.JSONField(help_text="by language; German always")
    first_on = models.DateField(null=True, blank=True, help_text="none: not planned yet")
    last_on = models.DateField(null=True, blank=True)
    conditions = models.JSONField(default=dict, blank=True)
    has_childcare = models.BooleanField(default=False)
    has_female_interpreter = models.BooleanField(default=False)

    class Meta:
        ordering = [F("first_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(first_on__isnull=False, last_on__gte=F("first_on")),
                name="a_phase_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="a_programme_is_in_one_phase_at_a_time",
                condition=Q(first_on__isnull=False),
                expressions=[
                    ("programme", RangeOperators.EQUAL),
                    (
                        Func(
                            F("first_on"),
                            F("last_on"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return str(self.name.get("de", ""))

    def is_running_on(self, day: dt.date) -> bool:
        if self.first_on is None:
            return False
        return self.first_on <= day and (self.last_on is None or day <= self.last_on)


class Criterion(models.Model):
    """A phase asks for a fact. Of one `choice` any fact is enough; all choices must be met."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phase = models.ForeignKey(ProgrammePhase, on_delete=models.CASCADE, related_name="criteria")
    fact = models.CharField(max_length=20, choices=AskedFact.choices)
    choice = models.PositiveSmallIntegerField(default=0)
    must_be_checked = models.BooleanField(default=False)
    reason = models.JSONField(
        default=dict, blank=True, help_text="by language, in place of the usual text"
    )

    class Meta:
        ordering = ["choice", "fact"]
        constraints = [
            models.UniqueConstraint(fields=["phase", "fact"], name="a_phase_asks_for_a_fact_once")
        ]

    def __str__(self) -> str:
        return f"{self.phase}: {self.fact}"


class PersonFact(models.Model):
    """What she says of herself, and apart from it what somebody has checked, by which paper."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="programme_facts")
    fact = models.CharField(max_length=20, choices=AskedFact.choices)
    declared = models.BooleanField(null=True)
    declared_on = models.DateField(null=True)
    checked = models.BooleanField(null=True)
    checked_on = models.DateField(null=True)
    checked_by = models.ForeignKey(
        StaffMember, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    paper = models.CharField(max_length=120, blank=True, help_text="which paper was seen")

    class Meta:
        ordering = ["fact"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "fact"], name="a_fact_of_a_person_is_noted_once"
            ),
            models.CheckConstraint(
                condition=Q(declared=None, declared_on=None)
                | Q(declared__isnull=False, declared_on__isnull=False),
                name="what_she_says_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(checked=None, checked_on=None, paper="")
                | Q(checked__isnull=False, checked_on__isnull=False) & ~Q(paper=""),
                name="what_is_checked_has_a_day_and_a_paper",
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "person": Sensitivity.MATTER,
            "fact": Sensitivity.MATTER,
            "declared": Sensitivity.MATTER,
            "declared_on": Sensitivity.MATTER,
            "checked": Sensitivity.MATTER,
            "checked_on": Sensitivity.MATTER,
            "checked_by": Sensitivity.ORGANIZATIONAL,
            "paper": Sensitivity.MATTER,
        }

    def __str__(self) -> str:
        return f"{self.fact}"

    @property
    def value(self) -> bool | None:
        """Return what counts: what was checked, or else what she says."""
        return self.declared if self.checked is None else self.checked
