"""What a person does by herself, from her own phone."""

from __future__ import annotations

import uuid

from django.db import models

from knotenpunkt.directory.models import Document
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.newcomers.enums import FactorKind
from knotenpunkt.people.models import Person
from knotenpunkt.visits.models import Visit


class SecondFactor(models.Model):
    """What she knows beside her code. Only a slow hash (scrypt) of it is stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="second_factors")
    kind = models.CharField(max_length=8, choices=FactorKind.choices)
    secret_hash = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], name="a_person_has_one_second_factor_of_a_kind"
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "person": Sensitivity.CONTACT,
            "kind": Sensitivity.TECHNICAL,
            "secret_hash": Sensitivity.CONTACT,
            "created_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return self.kind


class PackedDocument(models.Model):
    """A paper that she has ticked: it lies ready for the visit."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="packed_documents")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "document"], name="a_paper_is_packed_once_for_a_visit"
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "visit": Sensitivity.MATTER,
            "document": Sensitivity.MATTER,
        }

    def __str__(self) -> str:
        return str(self.document_id)
