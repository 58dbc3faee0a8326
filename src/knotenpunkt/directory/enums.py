from __future__ import annotations

from django.db import models


class InterpreterClass(models.TextChoices):
    """The lowest class of interpreter a talk accepts, weakest first (`RANK`)."""

    NONE = "none"  # no talk that needs a shared language
    VOLUNTEER = "volunteer"
    QUALIFIED = "qualified"
    SWORN_OR_PHONE = "sworn_or_phone"


class ServiceMode(models.TextChoices):
    IN_PERSON = "in_person"
    GROUP = "group"
    PHONE = "phone"
    VIDEO = "video"


class ServiceStatus(models.TextChoices):
    """Life of an entry in the directory."""

    DRAFT = "draft"
    VERIFIED = "verified"
    PAUSED = "paused"
    ENDED = "ended"
