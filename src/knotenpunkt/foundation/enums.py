from __future__ import annotations

from django.db import models


class Channel(models.TextChoices):
    """How a message leaves the house."""

    EMAIL = "email"
    SMS = "sms"
