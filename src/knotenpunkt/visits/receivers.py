"""What one part of a visit hears of another."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from knotenpunkt.directory.actions.freshness import note_evidence
from knotenpunkt.directory.enums import FieldPart, SignKind
from knotenpunkt.directory.signals import locations_merging
from knotenpunkt.network.models import Account, Location
from knotenpunkt.people.models import Person
from knotenpunkt.people.signals import person_goes
from knotenpunkt.visits.actions.deleting import delete_visits_of
from knotenpunkt.visits.actions.incidents import report_move
from knotenpunkt.visits.actions.interpreting import note_done
from knotenpunkt.visits.actions.waiting import note_given_back, note_taken
from knotenpunkt.visits.enums import InterpreterStatus
from knotenpunkt.visits.models import Appointment, InterpreterAssignment, Visit
from knotenpunkt.visits.signals import appointment_attended, times_freed, visit_confirmed

THERE = (InterpreterStatus.ACCEPTED, InterpreterStatus.TELEPHONE)


@receiver(appointment_attended)
def interpreter_was_there(
    appointment: Appointment, by: Account | None = None, **_kwargs: Any
) -> None:
    """A talk that took place had the interpreter who had said yes."""
    found = InterpreterAssignment.objects.filter(appointment=appointment, status__in=THERE)
    for assignment in found:
        note_done(assignment=assignment, by=by)


@receiver(appointment_attended)
def the_service_is_there(appointment: Appointment, **_kwargs: Any) -> None:
    """A talk that took place says: somebody is there, at this place, in these hours."""
    note_evidence(service=appointment.service, part=FieldPart.HOURS, kind=SignKind.APPOINTMENT_HELD)


@receiver(locations_merging)
def look_at_what_is_booked_there(
    old: Location, into: Location, by: Account | None = None, **_kwargs: Any
) -> None:
    """What is booked at a place that merges becomes work: new ways, and people to be told."""
    report_move(old=old, into=into, by=by)


@receiver(times_freed)
def offer_to_the_line(visit: Visit, services: frozenset[UUID], **_kwargs: Any) -> None:
    """Hold a time that was just given back for the first in line, in the same transaction."""
    note_given_back(visit=visit, services=services)


@receiver(visit_confirmed)
def offer_was_taken(
    visit: Visit, is_offer: bool, by: Account | None = None, **_kwargs: Any
) -> None:
    """Whoever got what was offered to her stands in line no longer."""
    if is_offer:
        note_taken(visit=visit, by=by)


@receiver(person_goes)
def delete_visits(person: Person, **_kwargs: Any) -> None:
    delete_visits_of(person)
