"""What shared work does when something happens below: it listens, it is never called."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from knotenpunkt.casework.actions.conferences import delete_conferences_about, drop_ended_grants
from knotenpunkt.casework.actions.leaving import take_over
from knotenpunkt.casework.actions.referral_ends import (
    end_unshared_referrals,
    follow_appointment,
    reopen_referral,
    take_up_by_attendance,
)
from knotenpunkt.casework.enums import LIVE_REFERRALS
from knotenpunkt.casework.models import Referral
from knotenpunkt.casework.queries.leaving import open_work
from knotenpunkt.casework.signals import referral_answered
from knotenpunkt.directory.actions.freshness import note_evidence
from knotenpunkt.directory.enums import FieldPart, SignKind
from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.network.leaving import OpenWork
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.network.signals import what_is_open, work_handed_over
from knotenpunkt.people.models import Grant, Person
from knotenpunkt.people.signals import grants_ended, person_goes
from knotenpunkt.visits.models import Appointment
from knotenpunkt.visits.signals import (
    appointment_attended,
    appointment_cancelled,
    appointment_moved,
)


def _carried_by(appointment: Appointment) -> list[Referral]:
    rows = Referral.objects.filter(appointment=appointment, status__in=LIVE_REFERRALS)
    return list(rows.order_by("pk"))


@receiver(appointment_attended)
@in_system_scope("an appointment closes the loop of its referral")
def close_the_loop(*, appointment: Appointment, by: Account | None, **_more: Any) -> None:
    """She was there: the referral is answered, whoever forgot to press a button."""
    for referral in _carried_by(appointment):
        take_up_by_attendance(referral=referral, by=by)


@receiver(appointment_cancelled)
@in_system_scope("a cancelled appointment opens its referral again")
def open_again(*, appointment: Appointment, by: Account | None, **_more: Any) -> None:
    """Its appointment is gone: the referral waits for an answer again, with a new date."""
    for referral in _carried_by(appointment):
        reopen_referral(referral=referral, by=by)


@receiver(appointment_moved)
@in_system_scope("a referral goes with its appointment")
def move_along(*, old: Appointment, new: Appointment, by: Account | None, **_more: Any) -> None:
    for referral in _carried_by(old):
        follow_appointment(referral=referral, appointment=new, by=by)


@receiver(referral_answered)
def the_owner_can_be_reached(*, referral: Referral, **_more: Any) -> None:
    """An answer says: whoever owns the service can be reached, and knows of it."""
    if referral.service is not None:
        note_evidence(
            service=referral.service, part=FieldPart.CONTACT, kind=SignKind.REFERRAL_ANSWERED
        )


@receiver(grants_ended)
@in_system_scope("what rests on ended grants ends, wherever it is")
def end_what_rests_on_grants(
    *, person: Person, grants: list[Grant], by: Account | None, **_more: Any
) -> None:
    """She took her consent back: what rested on it ends in the same transaction."""
    end_unshared_referrals(person=person, by=by)
    drop_ended_grants(person=person, grants=grants, by=by)


@receiver(what_is_open)
def say_what_is_open(*, staff_member: StaffMember, **_more: Any) -> list[OpenWork]:
    return open_work(staff_member)


@receiver(work_handed_over)
def move_work(*, kind: str, old: StaffMember, new: StaffMember, **_more: Any) -> None:
    take_over(kind=kind, old=old, new=new)


@receiver(person_goes)
def delete_named_conferences(*, person: Person, **_more: Any) -> None:
    """A named conference goes with the file; an anonymous one concerns nobody and stays."""
    delete_conferences_about(person)
