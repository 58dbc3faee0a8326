"""States of a fair, of its stalls and of those who come, and the steps between them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class FairStatus(models.TextChoices):
    PLANNED = "planned", _("planned")
    ANNOUNCED = "announced", _("announced")
    OPEN = "open", _("open for sign-up")
    HELD = "held", _("held")
    POSTPONED = "postponed", _("postponed")
    ONLINE = "online", _("online only")
    CANCELLED = "cancelled", _("cancelled")
    EVALUATED = "evaluated", _("evaluated")


class StallStatus(models.TextChoices):
    ASKED = "asked", _("asked")
    CONFIRMED = "confirmed", _("confirmed")
    DECLINED = "declined", _("declined")


class ComingStatus(models.TextChoices):
    """Whether someone who signed up still comes."""

    REGISTERED = "registered", _("signed up")
    ASKED_AGAIN = "asked_again", _("asked again")
    CONFIRMED = "confirmed", _("comes")
    ONLINE = "online", _("comes online")
    WITHDRAWN = "withdrawn", _("does not come")


_F = FairStatus
FAIR_STEPS: Mapping[str, frozenset[str]] = {
    _F.PLANNED: frozenset({_F.ANNOUNCED, _F.OPEN, _F.POSTPONED, _F.CANCELLED}),
    _F.ANNOUNCED: frozenset({_F.OPEN, _F.POSTPONED, _F.ONLINE, _F.CANCELLED}),
    _F.OPEN: frozenset({_F.HELD, _F.POSTPONED, _F.ONLINE, _F.CANCELLED}),
    _F.ONLINE: frozenset({_F.HELD, _F.POSTPONED, _F.CANCELLED}),
    _F.HELD: frozenset({_F.EVALUATED}),
}
TAKES_SIGN_UPS = (_F.PLANNED, _F.ANNOUNCED, _F.OPEN, _F.ONLINE)
COMING = (ComingStatus.REGISTERED, ComingStatus.CONFIRMED)
