"""Words of the exchange among staff."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class GoneBecause(models.TextChoices):
    WITHDRAWN = "withdrawn", _("withdrawn by its author")
    REMOVED = "removed", _("removed by the coordination")


class ClearedBecause(models.TextChoices):
    """Why words that look like client data are none. Choices, so that no reason tells a name."""

    COLLEAGUE = "colleague", _("it is a colleague, an office or its number")
    OF_NOBODY = "of_nobody", _("a date, number or word that belongs to nobody")
    INVENTED = "invented", _("it is an invented example")


class Section(models.TextChoices):
    """Parts of a newsletter, in their order."""

    SERVICES = "services", _("New services")
    CARDS = "cards", _("Changed knowledge cards")
    LAW = "law", _("What changes in the law")
    QUESTIONS = "questions", _("Questions that were answered")
    FAIRS = "fairs", _("Fairs")
