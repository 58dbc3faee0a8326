"""Closing a talk with two taps, and what to remember on which day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from knotenpunkt.casework.enums import TalkOutcome
from knotenpunkt.casework.errors import Incomplete
from knotenpunkt.casework.models import FollowUp, TalkRecord
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.visits.models import Appointment


@dataclass(frozen=True)
class TalkEnd:
    """What the counsellor taps: an outcome, and in how many days to look again (None: never)."""

    outcome: str
    agreed: str = ""
    note: str = ""
    follow_up_days: int | None = None


@transaction.atomic
def close_talk(
    *, person: Person, end: TalkEnd, by: Account, appointment: Appointment | None = None
) -> TalkRecord:
    """Write down how the talk ended. Closing the same appointment again corrects the record."""
    if end.outcome not in TalkOutcome.values:
        raise Incomplete("outcome")
    member = by.staff_member
    fields = {
        "person": person,
        "organization": member.organization,
        "author": member,
        "at": clock.now(),
        "outcome": end.outcome,
        "agreed": end.agreed.strip(),
        "note": end.note.strip(),
    }
    if appointment is None or _is_closed_by_another_house(appointment, member):
        talk = TalkRecord.objects.create(**fields)
    else:
        talk, _is_new = TalkRecord.objects.update_or_create(
            appointment=appointment, defaults=fields
        )
    record("talk.closed", talk, by=by)
    if end.follow_up_days is not None:
        note_follow_up(
            person=person,
            due_on=clock.today() + dt.timedelta(days=end.follow_up_days),
            text=end.agreed,
            by=by,
        )
    return talk


def _is_closed_by_another_house(appointment: Appointment, member: StaffMember) -> bool:
    """In a joint session each house keeps a record of its own; the first has the appointment."""
    with system_scope("whether the other house of a joint session has closed it"):
        rows = TalkRecord.objects.filter(appointment=appointment)
        return rows.exclude(organization=member.organization_id).exists()


@transaction.atomic
def note_follow_up(*, person: Person, due_on: dt.date, text: str, by: Account) -> FollowUp:
    """Remind the own staff member of a person on a day; the same reminder is kept once."""
    follow_up, is_new = FollowUp.objects.get_or_create(
        person=person,
        staff_member=by.staff_member,
        due_on=due_on,
        text=text.strip()[:200],
        done_at=None,
        defaults={"created_at": clock.now()},
    )
    if is_new:
        record("follow_up.noted", follow_up, by=by)
    return follow_up


@transaction.atomic
def settle_follow_up(*, follow_up: FollowUp, by: Account, is_done: bool = True) -> FollowUp:
    """Tick it off, or take the tick back."""
    follow_up = FollowUp.objects.select_for_update(of=("self",)).get(pk=follow_up.pk)
    if bool(follow_up.done_at) != is_done:
        follow_up.done_at = clock.now() if is_done else None
        follow_up.save(update_fields=["done_at"])
        record("follow_up.done" if is_done else "follow_up.reopened", follow_up, by=by)
    return follow_up
