from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from knotenpunkt.casework.enums import (
    UNANSWERED,
    ReferralOutcome,
    ReferralStatus,
    WithdrawalReason,
)
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Network, Organization, StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.visits.models import Appointment

_ANSWERED_YES = Q(status__in=["accepted", "in_progress", "completed"])


class Referral(models.Model):
    """One organization asks another to take up a matter of a person, and gets an answer.

    `responsible` is exactly one person at any time: the sender until somebody accepts, then
    whoever accepted. A partner without account who accepts by mail is `contact_name`; the sender
    stays responsible, because somebody who signs in must see to it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="referrals")
    from_organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="referrals_sent"
    )
    to_organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="referrals_received"
    )
    sender = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="referrals_sent")
    responsible = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="referrals_led"
    )
    recipients = models.ManyToManyField(StaffMember, related_name="referrals_received")
    contact_name = models.CharField(max_length=120, blank=True)
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=300, help_text="what the person wants there")
    message = models.TextField(blank=True, max_length=2000)
    status = models.CharField(
        max_length=30, choices=ReferralStatus.choices, default=ReferralStatus.DRAFT
    )
    purpose = models.CharField(max_length=30, help_text="of the grants that carry it")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    answer_due_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    alternative = models.CharField(max_length=300, blank=True)
    asked = models.CharField(max_length=300, blank=True, help_text="what the recipient asks")
    appointment = models.ForeignKey(
        Appointment, null=True, on_delete=models.SET_NULL, related_name="referrals"
    )
    outcome = models.CharField(max_length=20, choices=ReferralOutcome.choices, blank=True)
    outcome_note = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True)
    withdrawal = models.CharField(max_length=12, choices=WithdrawalReason.choices, blank=True)
    override_rule = models.CharField(max_length=60, blank=True)
    override_reason = models.CharField(max_length=300, blank=True)
    nudged_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_organization=models.F("to_organization")),
                name="a_referral_goes_to_another_organization",
            ),
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(status="withdrawn")
                | Q(sent_at__isnull=False, answer_due_on__isnull=False),
                name="a_sent_referral_has_an_answer_date",
            ),
            models.CheckConstraint(
                condition=~Q(status="completed") | ~Q(outcome=""),
                name="a_completed_referral_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(status="declined_with_alternative") | ~Q(alternative=""),
                name="a_declined_referral_names_an_alternative",
            ),
            models.CheckConstraint(
                condition=~Q(status="withdrawn") | ~Q(withdrawal=""),
                name="a_withdrawn_referral_says_why",
            ),
            models.CheckConstraint(
                condition=~_ANSWERED_YES | Q(answered_at__isnull=False),
                name="an_accepted_referral_was_answered",
            ),
            models.CheckConstraint(
                condition=Q(override_rule="") | ~Q(override_reason=""),
                name="whoever_overrides_a_rule_gives_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["to_organization", "status"])]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "network": Sensitivity.TECHNICAL,
            "person": Sensitivity.MATTER,
            "from_organization": Sensitivity.MATTER,
            "to_organization": Sensitivity.MATTER,
            "sender": Sensitivity.ORGANIZATIONAL,
            "responsible": Sensitivity.ORGANIZATIONAL,
            "contact_name": Sensitivity.ORGANIZATIONAL,
            "service": Sensitivity.MATTER,
            "question": Sensitivity.MATTER,
            "message": Sensitivity.MATTER,
            "status": Sensitivity.MATTER,
            "purpose": Sensitivity.TECHNICAL,
            "created_at": Sensitivity.TECHNICAL,
            "sent_at": Sensitivity.TECHNICAL,
            "answer_due_on": Sensitivity.TECHNICAL,
            "answered_at": Sensitivity.TECHNICAL,
            "alternative": Sensitivity.MATTER,
            "asked": Sensitivity.MATTER,
            "appointment": Sensitivity.MATTER,
            "outcome": Sensitivity.MATTER,
            "outcome_note": Sensitivity.MATTER,
            "closed_at": Sensitivity.TECHNICAL,
            "withdrawal": Sensitivity.MATTER,
            "override_rule": Sensitivity.MATTER,
            "override_reason": Sensitivity.MATTER,
            "nudged_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_overdue(self) -> bool:
        """Whether an answer is late; derived, so that no job has to run."""
        return (
            self.status in UNANSWERED
            and self.answer_due_on is not None
            and self.answer_due_on < clock.today()
        )


class ReferralLetter(models.Model):
    """The way for a partner without account: a signed link by mail, and a code sent apart.

    Whoever finds or forwards the mail alone learns nothing: the first opening needs the code,
    which the sender gives by telephone. Only its hash is stored; five wrong tries end the letter.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.OneToOneField(Referral, on_delete=models.CASCADE, related_name="letter")
    address = models.EmailField()
    code_hash = models.CharField(max_length=200)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "referral": Sensitivity.TECHNICAL,
            "address": Sensitivity.ORGANIZATIONAL,
            "code_hash": Sensitivity.TECHNICAL,
            "wrong_tries": Sensitivity.TECHNICAL,
            "created_at": Sensitivity.TECHNICAL,
            "expires_at": Sensitivity.TECHNICAL,
            "opened_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return str(self.id)
