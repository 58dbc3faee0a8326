"""Work passes to a colleague. Grants do not: what a partner shared stays with the one it named."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from knotenpunkt.casework import sharing
from knotenpunkt.casework.actions.notices import tell_staff
from knotenpunkt.casework.models import (
    AgreedStep,
    Assignment,
    CaseConference,
    ConferenceSeat,
    FollowUp,
    PlanStep,
    Referral,
)
from knotenpunkt.casework.queries.leaving import KINDS
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.models import StaffMember
from knotenpunkt.people.enums import Purpose
from knotenpunkt.people.models import Person


def take_over(*, kind: str, old: StaffMember, new: StaffMember) -> None:
    """Move what is open of this kind. Kinds this app does not know are left alone."""
    movers = {
        "persons": _persons,
        "referrals": _referrals,
        "conferences": _conferences,
        "agreed_steps": _agreed_steps,
        "plan_steps": _plan_steps,
        "assignments": _assignments,
        "follow_ups": _follow_ups,
    }
    if kind in movers:
        with system_scope("hand over the work of somebody who leaves"):
            movers[kind](old, new)


def _rows(kind: str, member: StaffMember) -> list[Any]:
    found = KINDS[kind].rows(member).order_by("pk").values_list("pk", flat=True)
    return list(dict.fromkeys(found))


def _persons(old: StaffMember, new: StaffMember) -> None:
    Person.objects.filter(case_lead=old).update(case_lead=new)


def _referrals(old: StaffMember, new: StaffMember) -> None:
    """Own referrals move. A received one moves to whom the person said yes to, else goes back.

    Exactly one person is responsible at any time: the sender, until a grant covers the successor.
    """
    found = Referral.objects.filter(pk__in=_rows("referrals", old)).select_related(
        "person", "from_organization", "sender__account"
    )
    for referral in found:
        is_own = referral.from_organization_id == new.organization_id
        is_covered = is_own or not sharing.missing(
            [new], referral.person, referral.purpose, referral.from_organization
        )
        referral.responsible = new if is_covered else referral.sender
        if referral.sender_id == old.pk:
            referral.sender = new
        referral.save(update_fields=["responsible", "sender"])
        if is_covered and not is_own:
            referral.recipients.add(new)
        if not is_covered:
            tell_staff(
                [referral.sender],
                purpose="referral.recipient_left",
                about=referral.pk,
                once=f"left/{referral.pk}/{old.pk}",
            )


def _conferences(old: StaffMember, new: StaffMember) -> None:
    """The seat moves along; who lacks a grant sees a red light there until the person says yes."""
    for conference in CaseConference.objects.filter(pk__in=_rows("conferences", old)):
        if conference.chair_id == old.pk:
            conference.chair = new
        if conference.requested_by_id == old.pk:
            conference.requested_by = new
        conference.save(update_fields=["chair", "requested_by"])
        seats = ConferenceSeat.objects.filter(conference=conference)
        if not seats.filter(staff_member=new).exists():
            seats.filter(staff_member=old).update(staff_member=new)


def _agreed_steps(old: StaffMember, new: StaffMember) -> None:
    mine = AgreedStep.objects.filter(owner=old, done_at=None)
    mine.filter(deputy=new).update(deputy=None)
    mine.update(owner=new)


def _plan_steps(old: StaffMember, new: StaffMember) -> None:
    """A step in the plan of another house goes back to its counsellor unless a grant covers."""
    found = PlanStep.objects.filter(owner=old, done_at=None).select_related(
        "goal__plan__person__case_lead", "goal__plan__organization"
    )
    for step in found:
        plan = step.goal.plan
        is_own = plan.organization_id == new.organization_id
        is_covered = is_own or not sharing.missing(
            [new], plan.person, Purpose.CARE_PLAN, plan.organization
        )
        step.owner = new if is_covered else plan.person.case_lead
        step.is_hers = step.owner is None
        step.save(update_fields=["owner", "is_hers"])


def _assignments(old: StaffMember, new: StaffMember) -> None:
    live = Assignment.objects.filter(pk__in=_rows("assignments", old))
    live.filter(opened_by=old).update(opened_by=new)
    live.filter(assigned_to=old).update(assigned_to=new)


def _follow_ups(old: StaffMember, new: StaffMember) -> None:
    """Reminders about the own file move; those about somebody shared with her by name end."""
    open_ones = FollowUp.objects.filter(staff_member=old, done_at=None)
    in_file = Q(person__organization=new.organization_id)
    open_ones.exclude(in_file).update(done_at=clock.now())
    open_ones.filter(in_file).update(staff_member=new)
