from __future__ import annotations

from django.db import models

from knotenpunkt.foundation.privacy import Sensitivity


class ReadSeal(models.Model):
    """One link of the chain over the read log: it holds the hash of the link before.

    The database writes it at the commit that wrote the entry. One chain a month, so that a month
    can be deleted whole when its time has come. It outlives the entry: a lawful deletion marks
    the seal, any other leaves a gap that `check_read_log` names.
    """

    id = models.BigAutoField(primary_key=True)
    month = models.DateField(help_text="first day of the month, UTC")
    position = models.PositiveIntegerField()
    entry_id = models.BigIntegerField()
    content_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["month", "position"]
        constraints = [
            models.UniqueConstraint(fields=["month", "position"], name="a_chain_has_one_order"),
            models.UniqueConstraint(fields=["entry_id"], name="an_entry_is_sealed_once"),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "month": Sensitivity.TECHNICAL,
            "position": Sensitivity.TECHNICAL,
            "entry_id": Sensitivity.TECHNICAL,
            "content_hash": Sensitivity.TECHNICAL,
            "hash": Sensitivity.TECHNICAL,
            "erased_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} / {self.position}"
