from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from knotenpunkt.casework.enums import AreaOfLife, LevelEvidence, OfficialPlanKind, StageKind
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Organization, StaffMember
from knotenpunkt.people.models import Person


class CarePlan(models.Model):
    """The one plan of a person: her strengths first, then goals in her own words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="care_plan")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    strengths = models.TextField(max_length=1000, help_text="in her words")
    strengths_german = models.TextField(max_length=1000, blank=True)
    created_at = models.DateTimeField()
    path_confirmed_at = models.DateTimeField(
        null=True, help_text="she read her career path and said yes"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(strengths=""), name="a_plan_begins_with_strengths")
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "person": Sensitivity.MATTER,
            "organization": Sensitivity.MATTER,
            "strengths": Sensitivity.MATTER,
            "strengths_german": Sensitivity.MATTER,
            "created_at": Sensitivity.TECHNICAL,
            "path_confirmed_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return str(self.id)


class PlanGoal(models.Model):
    """What she wants to reach, as she says it, and in German beside it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(CarePlan, on_delete=models.CASCADE, related_name="goals")
    area = models.CharField(max_length=10, choices=AreaOfLife.choices)
    words = models.CharField(max_length=300, help_text="in her words")
    words_german = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "plan": Sensitivity.TECHNICAL,
            "area": Sensitivity.MATTER,
            "words": Sensitivity.MATTER,
            "words_german": Sensitivity.MATTER,
            "created_at": Sensitivity.TECHNICAL,
            "met_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return self.words


class PlanStep(models.Model):
    """A step to a goal: exactly one owner, she herself or one staff member, and one day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    goal = models.ForeignKey(PlanGoal, on_delete=models.CASCADE, related_name="steps")
    text = models.CharField(max_length=200)
    owner = models.ForeignKey(
        StaffMember, null=True, on_delete=models.PROTECT, related_name="plan_steps"
    )
    is_hers = models.BooleanField(default=False)
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False, is_hers=False)
                | Q(owner__isnull=True, is_hers=True),
                name="a_plan_step_has_exactly_one_owner",
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "goal": Sensitivity.TECHNICAL,
            "text": Sensitivity.MATTER,
            "owner": Sensitivity.ORGANIZATIONAL,
            "is_hers": Sensitivity.MATTER,
            "due_on": Sensitivity.MATTER,
            "done_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return self.text


class OfficialPlan(models.Model):
    """That an authority has a plan with her, and where it is. Its contents stay there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(CarePlan, on_delete=models.CASCADE, related_name="official_plans")
    kind = models.CharField(max_length=20, choices=OfficialPlanKind.choices)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    dated_on = models.DateField(null=True)
    link = models.URLField(blank=True, max_length=300, help_text="into the system of that office")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "kind", "organization"], name="an_official_plan_is_linked_once"
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "plan": Sensitivity.TECHNICAL,
            "kind": Sensitivity.MATTER,
            "organization": Sensitivity.MATTER,
            "dated_on": Sensitivity.MATTER,
            "link": Sensitivity.MATTER,
        }

    def __str__(self) -> str:
        return self.kind


class CareerStage(models.Model):
    """One stage of the way so far, or of the way she wants to go; written together with her."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(CarePlan, on_delete=models.CASCADE, related_name="stages")
    kind = models.CharField(max_length=15, choices=StageKind.choices)
    words = models.CharField(max_length=200)
    years = models.CharField(max_length=40, blank=True)
    is_ahead = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["is_ahead", "created_at", "id"]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "plan": Sensitivity.TECHNICAL,
            "kind": Sensitivity.MATTER,
            "words": Sensitivity.MATTER,
            "years": Sensitivity.MATTER,
            "is_ahead": Sensitivity.TECHNICAL,
            "created_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return self.words


class LanguageLevel(models.Model):
    """How well she speaks a language, on a day, by which evidence. Never overwritten."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="language_levels")
    language = models.CharField(max_length=8, default="de")
    level = models.CharField(max_length=2)
    on = models.DateField()
    evidence = models.CharField(max_length=12, choices=LevelEvidence.choices)
    noted_by = models.ForeignKey(
        StaffMember, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "language", "on", "evidence"],
                name="one_level_for_a_day_and_evidence",
            ),
            models.CheckConstraint(
                condition=Q(level__in=["A0", "A1", "A2", "B1", "B2", "C1", "C2"]),
                name="a_level_is_one_of_the_cefr",
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "person": Sensitivity.MATTER,
            "language": Sensitivity.MATTER,
            "level": Sensitivity.MATTER,
            "on": Sensitivity.MATTER,
            "evidence": Sensitivity.MATTER,
            "noted_by": Sensitivity.ORGANIZATIONAL,
        }

    def __str__(self) -> str:
        return f"{self.language} {self.level}"
