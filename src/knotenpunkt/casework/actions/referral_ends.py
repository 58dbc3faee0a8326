"""How a referral ends or wakes up without anybody answering it by hand."""

from __future__ import annotations

from django.db import transaction

from knotenpunkt.casework import sharing
from knotenpunkt.casework.actions.notices import tell_staff
from knotenpunkt.casework.actions.referrals import ANSWER_WORKDAYS, accept_referral, locked
from knotenpunkt.casework.actions.steps import step
from knotenpunkt.casework.enums import (
    LIVE_REFERRALS,
    REFERRAL_STEPS,
    UNANSWERED,
    ReferralStatus,
    WithdrawalReason,
)
from knotenpunkt.casework.errors import IllegalStep
from knotenpunkt.casework.models import Referral
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import cancel_messages, record
from knotenpunkt.foundation.workdays import after_workdays
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.visits.models import Appointment


@transaction.atomic
def withdraw_referral(
    *, referral: Referral, by: Account | None, reason: str = WithdrawalReason.SENDER
) -> Referral:
    """Take it back: the recipients see it no longer and waiting mail is stopped."""
    referral = locked(referral)
    referral.withdrawal, referral.closed_at = reason, clock.now()
    if step(referral, REFERRAL_STEPS, ReferralStatus.WITHDRAWN, "withdrawal", "closed_at"):
        cancel_messages(about=referral.id)
        record("referral.withdrawn", referral, by=by)
    return referral


@transaction.atomic
def end_unshared_referrals(*, person: Person, by: Account | None) -> int:
    """End every running referral of a person that no living grant carries; returns how many.

    No state refuses (N03): what was sent is withdrawn, whatever had become of it.
    """
    rows = Referral.objects.filter(person=person, status__in=LIVE_REFERRALS)
    ended = [it for it in rows.order_by("pk") if not sharing.is_shared(it)]
    for referral in ended:
        withdraw_referral(referral=referral, by=by, reason=WithdrawalReason.CONSENT)
    return len(ended)


@transaction.atomic
def nudge_referral(*, referral: Referral, by: Account) -> Referral:
    """Remind the other side once a day. The reminder says nothing of the person."""
    referral = locked(referral)
    if referral.status not in UNANSWERED:
        raise IllegalStep("referral", referral.pk, referral.status, "nudged")
    today = clock.today()
    if referral.nudged_at is None or clock.local_day(referral.nudged_at) < today:
        referral.nudged_at = clock.now()
        referral.save(update_fields=["nudged_at"])
        tell_staff(
            referral.recipients.select_related("account"),
            purpose="referral.nudge",
            about=referral.id,
            once=f"referral.nudge/{referral.id}/{today}",
        )
        record("referral.nudged", referral, by=by)
    return referral


@transaction.atomic
def take_up_by_attendance(*, referral: Referral, by: Account | None) -> Referral:
    """The person was at the appointment: accepted by whoever saw her, and under way."""
    referral = locked(referral)
    if referral.status in UNANSWERED:
        member = referral.appointment.staff.first() if referral.appointment else None
        referral = accept_referral(
            referral=referral, by=None, contact_name=member.name if member else "-"
        )
        if member is not None and member.organization_id == referral.to_organization_id:
            referral.responsible = member
            referral.save(update_fields=["responsible"])
    if referral.status == ReferralStatus.ACCEPTED:
        step(referral, REFERRAL_STEPS, ReferralStatus.IN_PROGRESS)
        record("referral.started", referral, by=by)
    return referral


@transaction.atomic
def reopen_referral(*, referral: Referral, by: Account | None) -> Referral:
    """Its appointment was cancelled: it waits for an answer again, with a new date."""
    referral = locked(referral)
    referral.appointment, referral.answered_at = None, None
    referral.answer_due_on = after_workdays(clock.today(), ANSWER_WORKDAYS, referral.network.land)
    changed = ["appointment", "answered_at", "answer_due_on"]
    if referral.status == ReferralStatus.ACCEPTED:
        step(referral, REFERRAL_STEPS, ReferralStatus.OPENED, *changed)
    elif referral.status in UNANSWERED:
        referral.save(update_fields=changed)
    else:
        return referral
    record("referral.reopened", referral, by=by)
    return referral


@transaction.atomic
def follow_appointment(
    *, referral: Referral, appointment: Appointment, by: Account | None
) -> Referral:
    """Its appointment was moved: the referral goes with it."""
    referral = locked(referral)
    referral.appointment = appointment
    referral.save(update_fields=["appointment"])
    record("referral.moved", referral, by=by)
    return referral
