"""Tables of partners that are too long to import while somebody waits for the page."""

from __future__ import annotations

import uuid

from django.db import models

from knotenpunkt.directory.enums import TableStatus
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Account, Organization


class TableImport(models.Model):
    """A long table of one house: checked, asked for, then imported as a whole or not at all.

    `table` is header and rows as they were checked; it is emptied as soon as they are in, or are
    not. `done` counts rows while the import runs: it is written past the transaction of the import,
    so that the page can show it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="table_imports"
    )
    asked_by = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    checked_at = models.DateTimeField()
    status = models.CharField(
        max_length=10, choices=TableStatus.choices, default=TableStatus.CHECKED
    )
    table = models.JSONField(default=dict)
    rows = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list, help_text="why it was refused, a line for each")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-checked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["checked", "waiting"], ended_at=None)
                | models.Q(status__in=["done", "refused"], ended_at__isnull=False),
                name="an_import_of_a_table_is_open_or_has_ended",
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "organization": Sensitivity.ORGANIZATIONAL,
            "asked_by": Sensitivity.ORGANIZATIONAL,
            "checked_at": Sensitivity.TECHNICAL,
            "status": Sensitivity.TECHNICAL,
            "table": Sensitivity.ORGANIZATIONAL,
            "rows": Sensitivity.TECHNICAL,
            "done": Sensitivity.TECHNICAL,
            "tries": Sensitivity.TECHNICAL,
            "created": Sensitivity.TECHNICAL,
            "updated": Sensitivity.TECHNICAL,
            "faults": Sensitivity.ORGANIZATIONAL,
            "ended_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.organization}: {self.rows}"
