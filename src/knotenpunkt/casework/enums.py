"""States of shared work, and the steps between them: the only place that knows them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReferralStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    SENT = "sent", _("sent")
    OPENED = "opened", _("opened")
    MORE_INFO = "more_info", _("question asked")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined_with_alternative", _("declined, with an alternative")
    IN_PROGRESS = "in_progress", _("in progress")
    COMPLETED = "completed", _("completed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ReferralOutcome(models.TextChoices):
    """What came of a referral; without one it cannot be closed (invariant 29)."""

    HELPED = "helped", _("the matter is solved")
    PARTLY = "partly", _("partly solved, continues there")
    PASSED_ON = "passed_on", _("passed on")
    NOT_ENTITLED = "not_entitled", _("no claim, explained")
    NOT_REACHED = "not_reached", _("the person could not be reached")
    NOT_WANTED = "not_wanted", _("the person decided otherwise")


class WithdrawalReason(models.TextChoices):
    CONSENT = "consent", _("the person took her consent back")
    SENDER = "sender", _("the sender took it back")
    CORRECTED = "corrected", _("sent by mistake")


class TalkOutcome(models.TextChoices):
    """How a talk ended; nothing here speaks of absence (counts only, invariant 15)."""

    SOLVED = "solved", _("solved")
    CONTINUES = "continues", _("continues")
    PASSED_ON = "passed_on", _("passed on")


_R = ReferralStatus
REFERRAL_STEPS: Mapping[str, frozenset[str]] = {
    _R.DRAFT: frozenset({_R.SENT, _R.WITHDRAWN}),
    _R.SENT: frozenset({_R.OPENED, _R.ACCEPTED, _R.DECLINED, _R.MORE_INFO, _R.WITHDRAWN}),
    _R.OPENED: frozenset({_R.ACCEPTED, _R.DECLINED, _R.MORE_INFO, _R.WITHDRAWN}),
    _R.MORE_INFO: frozenset({_R.OPENED, _R.ACCEPTED, _R.DECLINED, _R.WITHDRAWN}),
    _R.ACCEPTED: frozenset({_R.OPENED, _R.IN_PROGRESS, _R.COMPLETED, _R.WITHDRAWN}),
    _R.IN_PROGRESS: frozenset({_R.COMPLETED, _R.WITHDRAWN}),
}
# Waiting for an answer: these can be overdue.
UNANSWERED = (_R.SENT, _R.OPENED, _R.MORE_INFO)
LIVE_REFERRALS = (*UNANSWERED, _R.ACCEPTED, _R.IN_PROGRESS)
SHOWN_TO_RECIPIENT = (*LIVE_REFERRALS, _R.DECLINED, _R.COMPLETED)


class ConferenceMode(models.TextChoices):
    ANONYMOUS = "anonymous", _("anonymous")
    NAMED = "named", _("with the name, by consent")


class ConferenceStatus(models.TextChoices):
    REQUESTED = "requested", _("requested")
    CONSENT_CHECKED = "consent_checked", _("consent is there")
    SCHEDULED = "scheduled", _("scheduled")
    HELD = "held", _("held, minutes can be corrected")
    MINUTES_RELEASED = "minutes_released", _("minutes released")
    CLOSED = "closed", _("closed")
    CANCELLED_NO_CONSENT = "cancelled_no_consent", _("cancelled, no consent")
    TURNED_ANONYMOUS = "turned_anonymous", _("turned anonymous")


_C = ConferenceStatus
CONFERENCE_STEPS: Mapping[str, frozenset[str]] = {
    _C.REQUESTED: frozenset(
        {_C.CONSENT_CHECKED, _C.SCHEDULED, _C.TURNED_ANONYMOUS, _C.CANCELLED_NO_CONSENT}
    ),
    _C.CONSENT_CHECKED: frozenset({_C.SCHEDULED, _C.TURNED_ANONYMOUS, _C.CANCELLED_NO_CONSENT}),
    _C.SCHEDULED: frozenset({_C.HELD, _C.TURNED_ANONYMOUS, _C.CANCELLED_NO_CONSENT}),
    _C.TURNED_ANONYMOUS: frozenset({_C.SCHEDULED, _C.HELD, _C.CANCELLED_NO_CONSENT}),
    _C.HELD: frozenset({_C.MINUTES_RELEASED}),
    _C.MINUTES_RELEASED: frozenset({_C.CLOSED}),
}
IN_PREPARATION = (_C.REQUESTED, _C.CONSENT_CHECKED, _C.SCHEDULED)
BEFORE_MINUTES = (*IN_PREPARATION, _C.TURNED_ANONYMOUS)
