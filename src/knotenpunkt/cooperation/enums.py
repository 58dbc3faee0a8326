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


class LegalForm(models.TextChoices):
    """The legal form in which a party signs; the names of the forms are German law."""

    REGIONAL_AUTHORITY = "regional_authority", _("district or municipality")
    FEDERAL_AGENCY = "federal_agency", _("federal corporation under public law")
    JOINT_FACILITY = "joint_facility", _("joint facility (§ 44b SGB II)")
    PUBLIC_INSTITUTION = "public_institution", _("institution under public law (AöR)")
    CHAMBER = "chamber", _("chamber")
    ASSOCIATION = "association", _("registered association (e. V.)")
    NON_PROFIT_COMPANY = "non_profit_company", _("non-profit company (gGmbH)")
    FOUNDATION = "foundation", _("foundation")
    PARISH = "parish", _("parish or religious community")
    OTHER = "other", _("another legal form")


class Stage(models.TextChoices):
    """How close partners have grown, from loose contact to one door (S3-17)."""

    LOOSE = "loose", _("loose contact")
    AGREEMENT = "agreement", _("agreement")
    SHARED_PLACE = "shared_place", _("shared place")
    ONE_STOP = "one_stop", _("one door for all")


class AgreementState(models.TextChoices):
    """Where an agreement stands on a day. It follows from its dates and is stored nowhere."""

    NEGOTIATING = "negotiating", _("being negotiated")
    SIGNED = "signed", _("signed, not in force yet")
    IN_FORCE = "in_force", _("in force")
    EXPIRED = "expired", _("validity has ended")
    TERMINATED = "terminated", _("terminated")


class Unit(models.TextChoices):
    """What a promise is counted in."""

    COUNT = "count", _("number")
    PERCENT = "percent", _("percent")
    HOURS = "hours", _("hours")
    WORKDAYS = "workdays", _("working days")


class Direction(models.TextChoices):
    """Whether a target is to be reached or not to be passed."""

    AT_LEAST = "at_least", _("at least")
    AT_MOST = "at_most", _("at most")


class Part(models.TextChoices):
    """What a party does in a task."""

    LEADS = "leads", _("has the lead")
    HELPS = "helps", _("takes part")


class MeetingStatus(models.TextChoices):
    PLANNED = "planned", _("planned")
    HELD = "held", _("held")
    CANCELLED = "cancelled", _("cancelled")


class PointKind(models.TextChoices):
    """A topic is talked about; a decision has a house that does it until a day."""

    TOPIC = "topic", _("to talk about")
    DECISION = "decision", _("decided")
