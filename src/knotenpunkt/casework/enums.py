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
TAKEN_UP = (_R.ACCEPTED, _R.IN_PROGRESS)
LIVE_REFERRALS = (*UNANSWERED, *TAKEN_UP)
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


class AssignmentKind(models.TextChoices):
    """Why somebody else takes over the lead."""

    INTAKE = "intake", _("new, from the central team")
    REGIME_CHANGE = "regime_change", _("change of law book")
    AGE_25 = "age_25", _("turns 25")
    AGE_27 = "age_27", _("turns 27")


class AssignmentStatus(models.TextChoices):
    INTAKE = "intake", _("not assigned yet")
    ASSIGNED = "assigned", _("assigned, both responsible")
    BOUNCED = "bounced", _("sent back")
    ACCEPTED = "accepted", _("accepted")
    HANDED_OVER = "handed_over", _("handed over")


_S = AssignmentStatus
ASSIGNMENT_STEPS: Mapping[str, frozenset[str]] = {
    _S.INTAKE: frozenset({_S.ASSIGNED}),
    _S.ASSIGNED: frozenset({_S.ACCEPTED, _S.BOUNCED}),
    _S.BOUNCED: frozenset({_S.ASSIGNED}),
    _S.ACCEPTED: frozenset({_S.HANDED_OVER}),
}


class Urgency(models.IntegerChoices):
    NONE = 0, _("no matter")
    SOON = 1, _("soon")
    NOW = 2, _("now")


class AreaOfLife(models.TextChoices):
    WORK = "work", _("work and training")
    SCHOOL = "school", _("school and childcare")
    GERMAN = "german", _("German")
    HOUSING = "housing", _("housing")
    MONEY = "money", _("money")
    HEALTH = "health", _("health")
    FAMILY = "family", _("family")
    PAPERS = "papers", _("papers")
    PEOPLE = "people", _("friends and neighbours")


class StageKind(models.TextChoices):
    SCHOOL = "school", _("school")
    APPRENTICESHIP = "apprenticeship", _("apprenticeship")
    STUDY = "study", _("study")
    WORK = "work", _("work")
    FAMILY = "family", _("family, care")
    OTHER = "other", _("other")


class LevelEvidence(models.TextChoices):
    CERTIFICATE = "certificate", _("certificate")
    TEST = "test", _("placement test")
    ESTIMATE = "estimate", _("estimate")


class OfficialPlanKind(models.TextChoices):
    """Plans of authorities: named and linked, never copied."""

    JOBCENTRE = "jobcentre_plan", _("plan of the Jobcenter (§ 15 SGB II)")
    AGENCY = "agency_plan", _("agreement of the Agentur für Arbeit (§ 37 SGB III)")
    YOUTH = "youth_care_plan", _("help plan of the youth office (§ 36 SGB VIII)")
    COURSE = "integration_course", _("integration course")
