from django.db import models
from django.utils.translation import gettext_lazy as _


class PlaceStatus(models.TextChoices):
    """What became of one person of a cohort."""

    ASKED = "asked", _("not yet planned")
    PROPOSED = "proposed", _("proposed")
    WAITING = "waiting", _("no room")
    BOOKED = "booked", _("booked")
    GONE = "gone", _("could not be booked")


class GoneReason(models.TextChoices):
    """Why a proposal could not be booked, or nobody could be planned."""

    TAKEN = "taken", _("Somebody else has taken a time of it meanwhile.")
    INVALID = "invalid", _("Her conditions or the offer have changed meanwhile.")
    HAS_VISIT = "has_visit", _("She has an appointment for one of these matters already.")
    HOLDS = "holds", _("Other visits are still held for this person.")
    MISSING = "missing", _("Something must come first that none of her matters brings.")
