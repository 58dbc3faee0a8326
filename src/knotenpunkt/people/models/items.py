from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Organization, StaffMember
from knotenpunkt.people.enums import Category, Layer
from knotenpunkt.people.models.persons import Person


class Item(models.Model):
    """One thing an organization knows of a person: the unit that is shared or not shared."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="items")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(
        StaffMember, null=True, on_delete=models.SET_NULL, related_name="items"
    )
    category = models.CharField(max_length=30, choices=Category.choices)
    layer = models.PositiveSmallIntegerField(choices=Layer.choices)
    title = models.CharField(max_length=120, blank=True)
    body = models.TextField()
    is_from_person = models.BooleanField(
        default=False, help_text="she said or brought it herself (Art. 20 GDPR)"
    )
    is_about_third_party = models.BooleanField(default=False)
    endangers_service = models.BooleanField(
        default=False, help_text="§ 64(2) SGB VIII: sharing it would endanger the help"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    sealed_until = models.DateField(null=True, help_text="erasure asked; kept by duty until then")
    sealed_because = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["subject", "-created_at"], name="items_of_a_person"),
            models.Index(fields=["organization", "-created_at"], name="items_of_an_organization"),
            models.Index(fields=["-created_at", "id"], name="items_newest_first"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(category__in=Category.values), name="an_item_has_a_known_category"
            ),
            models.CheckConstraint(condition=Q(layer__range=(1, 4)), name="there_are_four_layers"),
            models.CheckConstraint(
                condition=~Q(layer=Layer.ENTRUSTED) | Q(author__isnull=False),
                name="an_entrusted_item_has_an_author",
            ),
            models.CheckConstraint(
                condition=Q(sealed_until__isnull=True) | ~Q(sealed_because=""),
                name="a_sealed_item_says_why",
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "subject": Sensitivity.MATTER,
            "organization": Sensitivity.MATTER,
            "author": Sensitivity.ORGANIZATIONAL,
            "category": Sensitivity.MATTER,
            "layer": Sensitivity.TECHNICAL,
            "title": Sensitivity.ENTRUSTED,
            "body": Sensitivity.ENTRUSTED,
            "is_from_person": Sensitivity.TECHNICAL,
            "is_about_third_party": Sensitivity.TECHNICAL,
            "endangers_service": Sensitivity.SENSITIVE,
            "created_at": Sensitivity.TECHNICAL,
            "changed_at": Sensitivity.TECHNICAL,
            "sealed_until": Sensitivity.TECHNICAL,
            "sealed_because": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return self.title or self.category
