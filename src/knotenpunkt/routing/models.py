from __future__ import annotations

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

from knotenpunkt.directory.models import Service
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Account, Network, Organization, StaffMember
from knotenpunkt.routing.enums import Matter, Outcome, Regime, RuleStatus, Strength


class ResponsibilityRule(models.Model):
    """A dated row: facts -> who is responsible, or also helps. It orients and never decides.

    A row that has been in force is never rewritten: it ends, and another begins. Rows of one code
    and organization never overlap in time, so that every day has one text.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(
        Network, on_delete=models.CASCADE, related_name="responsibility_rules"
    )
    code = models.SlugField()
    matter = models.CharField(max_length=20, choices=Matter.choices)
    conditions = models.JSONField(default=dict, help_text="typed: see `conditions.py`")
    organization = models.ForeignKey(
        Organization, null=True, on_delete=models.PROTECT, related_name="responsibility_rules"
    )
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    regime = models.CharField(max_length=20, choices=Regime.choices, blank=True)
    strength = models.CharField(
        max_length=12, choices=Strength.choices, default=Strength.RESPONSIBLE
    )
    beats = ArrayField(models.SlugField(), default=list, help_text="codes of rows it beats")
    legal_basis = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, help_text="first day on which it no longer holds")
    status = models.CharField(max_length=10, choices=RuleStatus.choices)
    source = models.CharField(max_length=300)
    reviewer = models.CharField(max_length=120)
    reviewed_on = models.DateField()
    note = models.TextField(blank=True)
    transition = models.TextField(blank=True, help_text="what holds while the law changes")
    cases = models.JSONField(default=list, help_text="facts and the answer this row must give")

    class Meta:
        ordering = ["code", "matter", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="a_rule_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(organization=None, outcome__gt="")
                | Q(organization__isnull=False, outcome=""),
                name="a_rule_names_an_organization_or_an_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(status=RuleStatus.SUSPENDED) | Q(valid_to__isnull=False),
                name="a_suspended_rule_has_a_last_day",
            ),
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(reviewer="") & ~Q(legal_basis=""),
                name="a_rule_has_source_reviewer_and_legal_basis",
            ),
            ExclusionConstraint(
                name="texts_of_a_rule_never_overlap",
                expressions=[
                    ("network", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("matter", RangeOperators.EQUAL),
                    (
                        Coalesce("organization", Value(uuid.UUID(int=0))),
                        RangeOperators.EQUAL,
                    ),
                    (
                        Func("valid_from", "valid_to", RangeBoundary(), function="DATERANGE"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.matter} {self.valid_from}"


class KnownGap(models.Model):
    """Facts for which nobody has written a rule on purpose, with the reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="known_gaps")
    code = models.SlugField()
    matter = models.CharField(max_length=20, choices=Matter.choices)
    conditions = models.JSONField(default=dict)
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["matter", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "code"], name="a_known_gap_has_one_code_in_its_network"
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter}: {self.reason}"


class ServiceMatter(models.Model):
    """On which matter a service helps, so that a referral to it can be checked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.OneToOneField(
        Service, on_delete=models.CASCADE, related_name="responsibility_matter"
    )
    matter = models.CharField(max_length=20, choices=Matter.choices)

    def __str__(self) -> str:
        return f"{self.service}: {self.matter}"


class ResponsibilityOverride(models.Model):
    """A specialist went another way than the rules, and says why; read at the next review.

    Holds the rules and the answer of that day, and nothing about the person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="+")
    matter = models.CharField(max_length=20, choices=Matter.choices)
    rules = models.ManyToManyField(ResponsibilityRule, related_name="overrides")
    chosen = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=1000)
    answered_on = models.DateField(help_text="the day whose rules were asked")
    by = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="an_override_has_a_reason")
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "network": Sensitivity.TECHNICAL,
            "matter": Sensitivity.TECHNICAL,
            "chosen": Sensitivity.ORGANIZATIONAL,
            "reason": Sensitivity.ORGANIZATIONAL,
            "answered_on": Sensitivity.TECHNICAL,
            "by": Sensitivity.ORGANIZATIONAL,
            "created_at": Sensitivity.TECHNICAL,
            "reviewed_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.matter} -> {self.chosen}"


class LawNote(models.Model):
    """A change of law that no rule speaks of, noted by hand with source and reviewer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="law_notes")
    legal_basis = models.CharField(max_length=200)
    words = models.TextField(max_length=2000, help_text="what it changes here")
    matters = ArrayField(models.CharField(max_length=20, choices=Matter.choices), default=list)
    on = models.DateField(help_text="from which day")
    source = models.CharField(max_length=300)
    reviewer = models.CharField(max_length=120)
    noted_on = models.DateField()

    class Meta:
        ordering = ["-on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(reviewer="") & ~Q(legal_basis=""),
                name="a_law_note_has_source_reviewer_and_legal_basis",
            )
        ]

    def __str__(self) -> str:
        return f"{self.legal_basis} {self.on}"


class LawReading(models.Model):
    """A staff member says that she has read a change of law; shown to nobody but her."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff_member = models.ForeignKey(
        StaffMember, on_delete=models.CASCADE, related_name="law_readings"
    )
    key = models.CharField(max_length=120, help_text="see `changes.LawChange`")
    read_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff_member", "key"], name="a_change_of_law_is_read_once_by_each"
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "staff_member": Sensitivity.ORGANIZATIONAL,
            "key": Sensitivity.ORGANIZATIONAL,
            "read_on": Sensitivity.ORGANIZATIONAL,
        }

    def __str__(self) -> str:
        return f"{self.staff_member}: {self.key}"


class LawSubscription(models.Model):
    """A staff member wants a mail each week in which the law changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff_member = models.OneToOneField(
        StaffMember, on_delete=models.CASCADE, related_name="law_subscription"
    )
    created_at = models.DateTimeField()

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "staff_member": Sensitivity.ORGANIZATIONAL,
            "created_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.staff_member}"
