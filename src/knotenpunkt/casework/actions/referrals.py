"""The life of a referral: draft, send, open, answer, close. It never ends without an outcome."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from knotenpunkt.casework import sharing
from knotenpunkt.casework.actions.notices import tell_staff
from knotenpunkt.casework.actions.steps import step
from knotenpunkt.casework.enums import (
    REFERRAL_STEPS,
    ReferralOutcome,
    ReferralStatus,
)
from knotenpunkt.casework.errors import Incomplete, NotResponsibleToday
from knotenpunkt.casework.models import Referral
from knotenpunkt.casework.responsibility import warning_for
from knotenpunkt.casework.signals import referral_answered
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import cancel_messages, record
from knotenpunkt.foundation.workdays import after_workdays
from knotenpunkt.network.models import Account, Organization, StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.routing.actions import override_responsibility
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.models import Appointment
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.planning.wish import wish_of

ANSWER_WORKDAYS = 10


@dataclass(frozen=True)
class ReferralDraft:
    """What a sender fills in. `recipients` are named persons of the organization, never "all"."""

    to_organization: Organization
    recipients: tuple[StaffMember, ...]
    question: str
    message: str = ""
    service: Service | None = None
    appointment: Appointment | None = None
    answer_workdays: int = ANSWER_WORKDAYS
    purpose: str = "counselling"


def locked(referral: Referral) -> Referral:
    """Return the referral as it is now, locked until the transaction ends."""
    return Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)


@transaction.atomic
def draft_referral(*, person: Person, draft: ReferralDraft, by: Account) -> Referral:
    """Write a draft; nobody but the own house sees it. Raises `Incomplete`."""
    if not draft.recipients:
        raise Incomplete("recipients")
    if any(it.organization_id != draft.to_organization.pk for it in draft.recipients):
        raise Incomplete("recipients")
    member, now = by.staff_member, clock.now()
    referral = Referral.objects.create(
        network=person.network,
        person=person,
        from_organization=member.organization,
        to_organization=draft.to_organization,
        sender=member,
        responsible=member,
        service=draft.service,
        appointment=draft.appointment,
        question=draft.question,
        message=draft.message,
        created_at=now,
        purpose=draft.purpose,
        answer_due_on=after_workdays(clock.today(), draft.answer_workdays, person.network.land),
    )
    referral.recipients.set(draft.recipients)
    record("referral.drafted", referral, by=by)
    return referral


@transaction.atomic
def send_referral(*, referral: Referral, by: Account, override_reason: str = "") -> Referral:
    """Send it to the named recipients. Sending twice is harmless.

    Raises `NotShared` without a living grant for every recipient, `NotResponsibleToday` if the
    rules name another organization and no reason is given (invariant 32).
    """
    referral = locked(referral)
    if referral.status == ReferralStatus.SENT:
        return referral
    sharing.require_grant(referral)
    warning = warning_for(referral.person, referral.to_organization, referral.service)
    if warning and not override_reason.strip():
        raise NotResponsibleToday(warning.rule, warning.responsible)
    if warning:
        referral.override_rule, referral.override_reason = warning.rule, override_reason.strip()
        override_responsibility(
            matter=warning.matter,
            chosen=referral.to_organization,
            rules=warning.rule_ids,
            reason=referral.override_reason,
            on=clock.today(),
            by=by,
        )
    referral.sent_at = clock.now()
    step(
        referral, REFERRAL_STEPS, ReferralStatus.SENT,
        "sent_at", "override_rule", "override_reason",
    )  # fmt: skip
    record("referral.sent", referral, by=by)
    tell_staff(
        referral.recipients.select_related("account"),
        purpose="referral.sent",
        about=referral.id,
        once=f"referral.sent/{referral.id}",
    )
    return referral


@transaction.atomic
def open_referral(*, referral: Referral, by: Account | None) -> Referral:
    """Note that a recipient has looked; later looks change nothing."""
    referral = locked(referral)
    if referral.status == ReferralStatus.SENT:
        step(referral, REFERRAL_STEPS, ReferralStatus.OPENED)
        record("referral.opened", referral, by=by)
    return referral


@transaction.atomic
def accept_referral(
    *, referral: Referral, by: Account | None, contact_name: str = "", note: str = ""
) -> Referral:
    """Take it up: the accepting person becomes the one responsible person.

    By mail, without account, `contact_name` says who it is there; the sender stays responsible.
    """
    referral = locked(referral)
    if by is None and not contact_name.strip():
        raise Incomplete("contact_name")
    if by is not None:
        referral.responsible = by.staff_member
    referral.contact_name = contact_name.strip() or (by.staff_member.name if by else "")
    referral.answered_at = clock.now()
    referral.outcome_note = note.strip()
    changed = ("responsible", "contact_name", "answered_at", "outcome_note")
    if step(referral, REFERRAL_STEPS, ReferralStatus.ACCEPTED, *changed):
        record("referral.accepted", referral, by=by)
        referral_answered.send(Referral, referral=referral)
    return referral


@transaction.atomic
def accept_with_time(
    *, referral: Referral, plan: BookingPlan, by: Account, note: str = ""
) -> Referral:
    """Take it up and book the first appointment at once, all of it or nothing.

    Raises what booking raises: `TimesTaken`, `BadPlan`, `TooManyHolds`.
    """
    person = Person.objects.select_related("network").get(pk=referral.person_id)
    today = clock.today()
    wish = wish_of(person, tuple(leg.service for leg in plan.legs), today, today)
    held = hold_visit(person=person, plan=plan, wish=wish, by=by)
    visit = confirm_visit(visit=held, by=by)
    referral = accept_referral(referral=referral, by=by, note=note)
    referral.appointment = visit.appointments.order_by("position").first()
    referral.save(update_fields=["appointment"])
    return referral


@transaction.atomic
def decline_referral(*, referral: Referral, alternative: str, by: Account | None) -> Referral:
    """Say no and name what may help instead (invariant 30). Raises `Incomplete`."""
    referral = locked(referral)
    if not alternative.strip():
        raise Incomplete("alternative")
    referral.alternative = alternative.strip()
    referral.answered_at = clock.now()
    if step(referral, REFERRAL_STEPS, ReferralStatus.DECLINED, "alternative", "answered_at"):
        cancel_messages(about=referral.id)
        record("referral.declined", referral, by=by)
        referral_answered.send(Referral, referral=referral)
    return referral


@transaction.atomic
def ask_about_referral(*, referral: Referral, asked: str, by: Account | None) -> Referral:
    """Ask the sender for more; the answer date stays."""
    referral = locked(referral)
    if not asked.strip():
        raise Incomplete("asked")
    referral.asked = asked.strip()
    if step(referral, REFERRAL_STEPS, ReferralStatus.MORE_INFO, "asked"):
        record("referral.question_asked", referral, by=by)
        referral_answered.send(Referral, referral=referral)
    return referral


@transaction.atomic
def add_information(*, referral: Referral, message: str, by: Account) -> Referral:
    """Answer the recipient's question; it is her turn again."""
    referral = locked(referral)
    if not message.strip():
        raise Incomplete("message")
    referral.message = "\n\n".join(part for part in (referral.message, message.strip()) if part)
    referral.asked = ""
    if step(referral, REFERRAL_STEPS, ReferralStatus.OPENED, "message", "asked"):
        record("referral.information_added", referral, by=by)
    return referral


@transaction.atomic
def complete_referral(
    *, referral: Referral, outcome: str, by: Account | None, note: str = ""
) -> Referral:
    """Close it with an outcome. Raises `Incomplete` without one (invariant 29)."""
    referral = locked(referral)
    if outcome not in ReferralOutcome.values:
        raise Incomplete("outcome")
    referral.outcome, referral.closed_at = outcome, clock.now()
    referral.outcome_note = note.strip() or referral.outcome_note
    changed = ("outcome", "outcome_note", "closed_at")
    if step(referral, REFERRAL_STEPS, ReferralStatus.COMPLETED, *changed):
        record("referral.completed", referral, by=by)
        referral_answered.send(Referral, referral=referral)
    return referral
