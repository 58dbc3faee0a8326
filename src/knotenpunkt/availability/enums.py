from __future__ import annotations

from django.db import models


class ResourceKind(models.TextChoices):
    """Everything that can be in one place at a time."""

    STAFF = "staff"
    ROOM = "room"
    INTERPRETER = "interpreter"
    PERSON = "person"
    SEAT = "seat"


class OccupancyReason(models.TextChoices):
    APPOINTMENT = "appointment"
    EXTERNAL = "external"  # a binding appointment elsewhere: immovable, never made by us
    ABSENCE = "absence"  # illness, training
    BUSY = "busy"  # imported from the organization's own calendar


class Pool(models.TextChoices):
    """Whose capacity it is (S2-18: no current person has to stand back)."""

    REGULAR = "regular"
    RING_FENCED = "ring_fenced"


class InterpreterRank(models.TextChoices):
    """Class of an interpreter, weakest first; `sworn_or_phone` serves every talk."""

    VOLUNTEER = "volunteer"
    QUALIFIED = "qualified"
    SWORN_OR_PHONE = "sworn_or_phone"
