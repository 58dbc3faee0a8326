from __future__ import annotations

from django.db import models


class Gender(models.TextChoices):
    FEMALE = "f"
    MALE = "m"
    DIVERSE = "d"
    UNKNOWN = "u"


class BirthPrecision(models.TextChoices):
    """How much of a birth date is known; 1 January usually means the year alone."""

    UNKNOWN = "unknown"
    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    ASSESSED = "assessed"


class GenderWish(models.TextChoices):
    """A wish for the interpreter; `ONLY` is a condition and never dropped silently."""

    NONE = "none"
    PREFER_FEMALE = "prefer_female"
    ONLY_FEMALE = "only_female"
    ONLY_MALE = "only_male"
