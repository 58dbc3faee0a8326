"""What partners have agreed: parties, versions, who signed, how close they have grown."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q

from knotenpunkt.cooperation.enums import AgreementState, LegalForm, Part, Stage
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Network, Organization


class CooperationAgreement(models.Model):
    """What organizations promise each other. It may be worked on long before it is signed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="agreements")
    title = models.CharField(max_length=200)
    purpose = models.TextField(max_length=2000)
    project_starts_on = models.DateField(
        null=True, help_text="when the work began or begins, before or after the signatures"
    )
    council_body = models.CharField(max_length=120, blank=True)
    council_number = models.CharField(max_length=60, blank=True)
    council_decided_on = models.DateField(null=True)
    terminated_on = models.DateField(null=True, help_text="the last day on which it holds")
    termination_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(purpose=""), name="an_agreement_has_a_purpose"),
            models.CheckConstraint(
                condition=Q(council_decided_on=None, council_number="", council_body="")
                | Q(council_decided_on__isnull=False) & ~Q(council_number="") & ~Q(council_body=""),
                name="a_council_decision_has_body_number_and_date",
            ),
            models.CheckConstraint(
                condition=Q(terminated_on=None) | ~Q(termination_reason=""),
                name="an_agreement_is_terminated_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def state_on(self, day: dt.date) -> AgreementState:
        """Return where the agreement stands on a day, by its versions and signatures."""
        if self.terminated_on is not None and self.terminated_on < day:
            return AgreementState.TERMINATED
        signed = [it for it in self.versions.all() if it.signatories.all()]
        if not signed:
            return AgreementState.NEGOTIATING
        if any(it.holds_on(day) for it in signed):
            return AgreementState.IN_FORCE
        is_ahead = any(it.valid_from > day for it in signed)
        return AgreementState.SIGNED if is_ahead else AgreementState.EXPIRED


class AgreementVersion(models.Model):
    """One text of the agreement and the days on which it holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(
        CooperationAgreement, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, help_text="the last day; empty: until further notice")
    changes = models.CharField(max_length=500, blank=True, help_text="what is new in it")
    document_url = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "number"], name="a_version_has_one_number_in_its_agreement"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="a_version_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} {self.number}"

    def holds_on(self, day: dt.date) -> bool:
        """Return whether this text is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class AgreementDocument(models.Model):
    """The signed paper as a file; kept apart, because lists of versions do not read it."""

    version = models.OneToOneField(
        AgreementVersion, primary_key=True, on_delete=models.CASCADE, related_name="document"
    )
    name = models.CharField(max_length=120)
    content = models.BinaryField(help_text="a PDF")

    class Privacy:
        fields = {
            "version": Sensitivity.TECHNICAL,
            "name": Sensitivity.ORGANIZATIONAL,
            "content": Sensitivity.ORGANIZATIONAL,
        }

    def __str__(self) -> str:
        return self.name


class Signatory(models.Model):
    """Who signed a version: with the function of that day, which stays as it was."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(
        AgreementVersion, on_delete=models.CASCADE, related_name="signatories"
    )
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    function = models.CharField(max_length=120)
    place = models.CharField(max_length=120)
    signed_on = models.DateField()

    class Meta:
        ordering = ["signed_on", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "organization", "name"], name="somebody_signs_a_version_once"
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "version": Sensitivity.TECHNICAL,
            "organization": Sensitivity.ORGANIZATIONAL,
            "name": Sensitivity.ORGANIZATIONAL,
            "function": Sensitivity.ORGANIZATIONAL,
            "place": Sensitivity.ORGANIZATIONAL,
            "signed_on": Sensitivity.ORGANIZATIONAL,
        }

    def __str__(self) -> str:
        return self.name


class AgreementParty(models.Model):
    """An organization takes part, in the legal form in which it joined."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(
        CooperationAgreement, on_delete=models.CASCADE, related_name="parties"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="agreement_parties"
    )
    legal_form = models.CharField(max_length=20, choices=LegalForm.choices)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, help_text="the first day without it")

    class Meta:
        ordering = ["organization__name", "id"]
        verbose_name_plural = "parties of agreements"
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "organization"], name="an_organization_is_a_party_once"
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")),
                name="a_party_leaves_after_it_joined",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization}"


class AgreementStage(models.Model):
    """A stage of growing together and the day on which it was reached."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(
        CooperationAgreement, on_delete=models.CASCADE, related_name="stages"
    )
    stage = models.CharField(max_length=15, choices=Stage.choices)
    reached_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["reached_on"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "stage"], name="a_stage_is_reached_once")
        ]

    def __str__(self) -> str:
        return self.get_stage_display()


class AgreementTask(models.Model):
    """One line of "who does what" (S4-8)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(
        CooperationAgreement, on_delete=models.CASCADE, related_name="tasks"
    )
    title = models.CharField(max_length=120)

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "title"], name="a_task_stands_once_in_an_agreement"
            )
        ]

    def __str__(self) -> str:
        return self.title


class TaskShare(models.Model):
    """A party leads a task or takes part in it. Two that lead are kept, and shown as a conflict."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey(AgreementTask, on_delete=models.CASCADE, related_name="shares")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="task_shares"
    )
    part = models.CharField(max_length=5, choices=Part.choices)

    class Meta:
        ordering = ["organization__name", "id"]
        verbose_name_plural = "shares in tasks"
        constraints = [
            models.UniqueConstraint(
                fields=["task", "organization"], name="a_party_has_one_part_in_a_task"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization}: {self.part}"
