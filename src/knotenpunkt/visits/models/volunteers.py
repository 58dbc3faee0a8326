"""How somebody becomes a volunteer interpreter. Nothing here says where she comes from."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from knotenpunkt.availability.enums import InterpreterRank
from knotenpunkt.availability.models import Interpreter
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Network


class VolunteerStep(models.TextChoices):
    """What is done before the first assignment, in the usual order; values are columns."""

    TALK = "talk_on"
    TRAINING = "training_on"
    CONFIDENTIALITY = "confidentiality_on"
    EXPENSES = "expenses_on"


class InterpreterPath(models.Model):
    """The way of one volunteer from the first talk to the first assignment (S4-15).

    A former client is here like everyone else: no key leads to her file, and none from it to here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    languages = ArrayField(models.CharField(max_length=8))
    begun_on = models.DateField()
    talk_on = models.DateField(null=True)
    training_on = models.DateField(null=True)
    confidentiality_on = models.DateField(null=True, help_text="she signed the commitment")
    expenses_on = models.DateField(null=True, help_text="the allowance was explained and agreed")
    rank = models.CharField(max_length=20, choices=InterpreterRank.choices, blank=True)
    interpreter = models.OneToOneField(
        Interpreter, null=True, on_delete=models.CASCADE, related_name="path"
    )

    class Meta:
        ordering = ["begun_on", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(interpreter=None)
                | Q(
                    talk_on__isnull=False,
                    training_on__isnull=False,
                    confidentiality_on__isnull=False,
                    expenses_on__isnull=False,
                )
                & ~Q(rank=""),
                name="nobody_interprets_before_every_step",
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "network": Sensitivity.TECHNICAL,
            "name": Sensitivity.ORGANIZATIONAL,
            "email": Sensitivity.ORGANIZATIONAL,
            "languages": Sensitivity.ORGANIZATIONAL,
            "begun_on": Sensitivity.ORGANIZATIONAL,
            "talk_on": Sensitivity.ORGANIZATIONAL,
            "training_on": Sensitivity.ORGANIZATIONAL,
            "confidentiality_on": Sensitivity.ORGANIZATIONAL,
            "expenses_on": Sensitivity.ORGANIZATIONAL,
            "rank": Sensitivity.ORGANIZATIONAL,
            "interpreter": Sensitivity.ORGANIZATIONAL,
        }

    def __str__(self) -> str:
        return self.name

    @property
    def missing(self) -> list[VolunteerStep]:
        """Return the steps that are not done yet."""
        return [step for step in VolunteerStep if getattr(self, step) is None]

    def done_on(self, step: VolunteerStep) -> dt.date | None:
        found: dt.date | None = getattr(self, step)
        return found
