from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


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


class TargetGroup(models.TextChoices):
    """For whom a service is meant in particular; none named means everyone."""

    NEWLY_ARRIVED = "newly_arrived"
    UKRAINE = "ukraine"  # § 24 AufenthG
    ASYLUM_PROCEDURE = "asylum_procedure"  # Aufenthaltsgestattung, Duldung
    RECOGNIZED = "recognized"
    SKILLED_WORKERS = "skilled_workers"
    FAMILIES = "families"
    CHILDREN = "children"
    YOUNG_PEOPLE = "young_people"
    WOMEN = "women"
    JOBSEEKERS = "jobseekers"
    ILL_OR_DISABLED = "ill_or_disabled"


class AccessChannel(models.TextChoices):
    """Digital ways to an organization (S0-15)."""

    PORTAL = "portal"
    APP = "app"
    MAILBOX = "mailbox"
    PHONE = "phone"
    VIDEO = "video"


class SuggestionStatus(models.TextChoices):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


SUGGESTION_STEPS: dict[str, frozenset[str]] = {
    SuggestionStatus.OPEN: frozenset({SuggestionStatus.ACCEPTED, SuggestionStatus.DECLINED}),
    SuggestionStatus.ACCEPTED: frozenset(),
    SuggestionStatus.DECLINED: frozenset(),
}


class SynonymOrigin(models.TextChoices):
    PRODUCT = "product"  # comes with the product
    ZERO_HIT = "zero_hit"  # made from a search that found nothing
    STAFF = "staff"


class TranslationState(models.TextChoices):
    """How a translated text came to be; `outdated` is derived, never stored."""

    DRAFT = "draft"  # no native reader has seen it
    MACHINE = "machine"
    REVIEWED = "reviewed"
    OUTDATED = "outdated"


class ExceptionKind(models.TextChoices):
    """What is different on the days of a schedule exception."""

    CLOSED = "closed"
    OTHER_HOURS = "other_hours"
    BY_APPOINTMENT = "by_appointment"


class FieldPart(models.TextChoices):
    """Parts of a service that are confirmed one by one."""

    CONTENT = "content", _("What is offered and for whom")
    HOURS = "hours", _("Opening hours and places")
    CONTACT = "contact", _("Telephone, mail, people")
    PAPERS = "papers", _("Papers to bring")
    LINK = "link", _("Web page")


class SignKind(models.TextChoices):
    """What speaks for or against a part of an entry being right."""

    CONFIRMED = "confirmed", _("still right")
    CHANGED = "changed", _("changed")
    APPOINTMENT_HELD = "appointment_held", _("appointment held")
    REFERRAL_ANSWERED = "referral_answered", _("referral answered")
    LINK_WORKS = "link_works", _("page answers")
    LINK_BROKEN = "link_broken", _("page does not answer")
    MAIL_BOUNCED = "mail_bounced", _("mail came back")
    NOBODY_THERE = "nobody_there", _("nobody was there")


# What HSDS calls the life of a service, both ways.
HSDS_STATUS: dict[str, str] = {
    ServiceStatus.DRAFT: "inactive",
    ServiceStatus.VERIFIED: "active",
    ServiceStatus.PAUSED: "temporarily closed",
    ServiceStatus.ENDED: "defunct",
}
STATUS_OF_HSDS: dict[str, str] = {hsds: ours for ours, hsds in HSDS_STATUS.items()}


class TableStatus(models.TextChoices):
    """Life of a long table: checked, asked for, then in the directory or refused."""

    CHECKED = "checked"
    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
