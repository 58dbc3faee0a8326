"""Taking a packet into the own file: whoever takes over types nothing again."""

from __future__ import annotations

from django.db import transaction

from knotenpunkt.casework.actions.assignments import assess_needs
from knotenpunkt.casework.actions.plans import add_goal, write_strengths
from knotenpunkt.casework.enums import AssignmentStatus
from knotenpunkt.casework.errors import IllegalStep, NotShared
from knotenpunkt.casework.models import Assignment
from knotenpunkt.casework.queries.packets import CONTACT_FIELDS, Packet, packet_of
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account
from knotenpunkt.people.actions import create_person
from knotenpunkt.people.enums import Category
from knotenpunkt.people.models import Person

TAKEN_UP = (AssignmentStatus.ACCEPTED, AssignmentStatus.HANDED_OVER)


@transaction.atomic
def take_packet(*, assignment: Assignment, by: Account) -> Person:
    """Write what the person said yes to into a file of the own house; twice is once.

    Notes stay with whoever wrote them: they are read by grant, not copied. Raises `NotShared`
    without a living yes to another house, `IllegalStep` before it is accepted.
    """
    assignment = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    packet = packet_of(assignment, by)
    if packet is None:
        raise NotShared([by.staff_member.name])
    if assignment.status not in TAKEN_UP:
        raise IllegalStep("assignment", assignment.pk, assignment.status, "packet_taken")
    if packet.own_file is not None:
        return packet.own_file
    fields = {name: getattr(packet.person, name) for name in CONTACT_FIELDS}
    if Category.LANGUAGE_LEVEL in packet.categories:
        fields["german_level"] = packet.person.german_level
    taken = create_person(by=by, fields=fields)
    _copy_contents(packet, taken, by)
    record("assignment.packet_taken", assignment, by=by)
    return taken


def _copy_contents(packet: Packet, taken: Person, by: Account) -> None:
    if packet.assessment is not None:
        needs = {need.area: need.urgency for need in packet.assessment.needs.all()}
        assess_needs(person=taken, words=packet.assessment.words, needs=needs, by=by)
    if packet.plan is None:
        return
    plan = write_strengths(
        person=taken, words=packet.plan.strengths, german=packet.plan.strengths_german, by=by
    )
    for goal in packet.plan.goals.all():
        add_goal(plan=plan, area=goal.area, words=goal.words, german=goal.words_german, by=by)
