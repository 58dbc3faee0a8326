from __future__ import annotations

from django.db import models


class FactorKind(models.TextChoices):
    """What a person shows beside the code of her visit to see and change what is known of her."""

    PHONE = "phone"
    EMAIL = "email"
    WORD = "word"
