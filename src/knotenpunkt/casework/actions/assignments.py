"""From the central team to one named person; both are responsible until she accepts."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from knotenpunkt.casework import sharing
from knotenpunkt.casework.actions.notices import tell_staff
from knotenpunkt.casework.actions.steps import step
from knotenpunkt.casework.enums import ASSIGNMENT_STEPS, AssignmentStatus
from knotenpunkt.casework.errors import Incomplete, NotShared
from knotenpunkt.casework.models import AssessedNeed, Assignment, NeedsAssessment
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.workdays import after_workdays
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.actions import change_person
from knotenpunkt.people.enums import Purpose
from knotenpunkt.people.models import Person

ACCEPT_WORKDAYS = 10  # S2-16


@transaction.atomic
def assess_needs(
    *, person: Person, words: str, needs: Mapping[str, int], by: Account
) -> NeedsAssessment:
    """Write the one assessment of a person: urgency by area of life, and what matters most."""
    if not words.strip() or not any(needs.values()):
        raise Incomplete("words" if any(needs.values()) else "needs")
    assessment, _is_new = NeedsAssessment.objects.update_or_create(
        person=person,
        defaults={
            "organization": by.staff_member.organization,
            "author": by.staff_member,
            "words": words.strip(),
            "at": clock.now(),
        },
    )
    assessment.needs.all().delete()
    AssessedNeed.objects.bulk_create(
        AssessedNeed(assessment=assessment, area=area, urgency=urgency)
        for area, urgency in needs.items()
        if urgency
    )
    record("needs.assessed", assessment, by=by)
    return assessment


@transaction.atomic
def open_assignment(*, person: Person, kind: str, by: Account) -> Assignment:
    """Put a person into the queue; who is in it already stays where she is."""
    open_one = Assignment.objects.filter(person=person).exclude(status=AssignmentStatus.HANDED_OVER)
    found = open_one.select_for_update(of=("self",)).first()
    if found is not None:
        return found
    assignment = Assignment.objects.create(
        person=person,
        organization=by.staff_member.organization,
        kind=kind,
        opened_by=by.staff_member,
        opened_at=clock.now(),
    )
    record("assignment.opened", assignment, by=by)
    return assignment


def _locked(assignment: Assignment) -> Assignment:
    rows = Assignment.objects.select_for_update(of=("self",)).select_related("person__network")
    return rows.get(pk=assignment.pk)


@transaction.atomic
def assign(*, assignment: Assignment, to: StaffMember, by: Account) -> Assignment:
    """Name who takes over. Raises `Incomplete` without an assessment, `NotShared` without a yes.

    Inside one house no consent is needed; to another one the packet travels by a living grant.
    """
    assignment = _locked(assignment)
    if not NeedsAssessment.objects.filter(person=assignment.person).exists():
        raise Incomplete("assessment")
    if to.organization_id != assignment.organization_id and sharing.missing(
        [to], assignment.person, Purpose.COUNSELLING, assignment.organization
    ):
        raise NotShared([to.name])
    assignment.assigned_to, assignment.assigned_at = to, clock.now()
    assignment.accept_by = after_workdays(
        clock.today(), ACCEPT_WORKDAYS, assignment.person.network.land
    )
    changed = ("assigned_to", "assigned_at", "accept_by")
    if step(assignment, ASSIGNMENT_STEPS, AssignmentStatus.ASSIGNED, *changed):
        record("assignment.assigned", assignment, by=by)
        tell_staff(
            [to],
            purpose="assignment.assigned",
            about=assignment.pk,
            once=f"assignment/{assignment.pk}/{assignment.assigned_at:%Y%m%d%H%M%S}",
        )
    return assignment


@transaction.atomic
def accept_assignment(*, assignment: Assignment, by: Account) -> Assignment:
    """Take the lead; until this moment both were responsible."""
    assignment = _locked(assignment)
    assignment.accepted_at = clock.now()
    if step(assignment, ASSIGNMENT_STEPS, AssignmentStatus.ACCEPTED, "accepted_at"):
        record("assignment.accepted", assignment, by=by)
    return assignment


@transaction.atomic
def bounce_assignment(*, assignment: Assignment, reason: str, by: Account) -> Assignment:
    """Send it back with a reason; the central team stays responsible."""
    assignment = _locked(assignment)
    if not reason.strip():
        raise Incomplete("reason")
    assignment.bounced_because = reason.strip()
    if step(assignment, ASSIGNMENT_STEPS, AssignmentStatus.BOUNCED, "bounced_because"):
        record("assignment.bounced", assignment, by=by)
    return assignment


@transaction.atomic
def hand_over(*, assignment: Assignment, by: Account) -> Assignment:
    """Finish the warm hand-over: they met; inside one house the file follows."""
    assignment = _locked(assignment)
    assignment.handed_over_at = clock.now()
    if not step(assignment, ASSIGNMENT_STEPS, AssignmentStatus.HANDED_OVER, "handed_over_at"):
        return assignment
    person, member = assignment.person, assignment.assigned_to
    if member is not None and member.organization_id == person.organization_id:
        windows = [
            (it.weekday, it.starts_at, it.ends_at) for it in person.unavailable_windows.all()
        ]
        change_person(person=person, by=by, fields={"case_lead": member}, windows=windows)
    record("assignment.handed_over", assignment, by=by)
    return assignment
