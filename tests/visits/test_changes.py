"""Changing a booked visit: whole, held, seen before it counts, and never half."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from knotenpunkt.availability.models import Occupancy
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import cancel_appointment, confirm_visit, hold_visit
from knotenpunkt.visits.actions.changing import hold_change
from knotenpunkt.visits.enums import AppointmentStatus, VisitStatus
from knotenpunkt.visits.errors import BadPlan, Overtaken
from knotenpunkt.visits.models import Appointment, Visit
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.planning.mending import ahead_of, planned
from knotenpunkt.visits.planning.options import (
    options_to_add,
    options_to_move,
    options_to_swap,
)
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import VisitWish
from knotenpunkt.visits.queries import newest_of
from knotenpunkt.visits.signals import appointment_moved


@pytest.fixture
def visit(person: Person, wish: Callable[..., VisitWish], counsellor: Account) -> Visit:
    """Three appointments, booked."""
    Person.objects.filter(pk=person.pk).update(phone="+4915112345678")
    needs = wish("cl-01", "of-bb-anmeldung", "of-kim-erst", "of-vz-konto")
    plan = propose_visits(needs).proposals[0].plan
    return confirm_visit(
        visit=hold_visit(person=person, plan=plan, wish=needs, by=counsellor), by=counsellor
    )


def leg(visit: Visit, code: str) -> Appointment:
    return visit.appointments.get(service__code=code)


def taken(visit: Visit) -> set[tuple[object, object]]:
    """Return (part, from) of the person's time."""
    rows = Occupancy.objects.filter(holder=visit.id, kind="person")
    return {(row.part, row.during.lower) for row in rows}


def move(visit: Visit, code: str, by: Account) -> Visit:
    option = options_to_move(visit, leg(visit, code))[0]
    change = hold_change(visit=visit, plan=option.plan, seen_version=visit.version, by=by)
    return confirm_visit(visit=change, by=by)


def test_moving_one_appointment_makes_a_new_visit_and_the_old_code_leads_there(
    visit: Visit, counsellor: Account
) -> None:
    kept = {it.id for it in visit.appointments.all()} - {leg(visit, "of-vz-konto").id}

    new = move(visit, "of-vz-konto", counsellor)

    visit.refresh_from_db()
    assert (visit.status, new.status) == (VisitStatus.REPLACED, VisitStatus.BOOKED)
    assert newest_of(visit) == new
    assert {it.id for it in visit.appointments.all()} == {
        new.appointments.get(service__code="of-vz-konto").moved_from_id
    }
    assert set(visit.appointments.values_list("status", flat=True)) == {
        AppointmentStatus.RESCHEDULED
    }
    assert kept < {it.id for it in new.appointments.all()}
    assert new.appointments.count() == 3


def test_after_a_change_exactly_the_new_times_are_taken(visit: Visit, counsellor: Account) -> None:
    new = move(visit, "of-vz-konto", counsellor)

    assert taken(visit) == set()
    assert taken(new) == {(it.id, it.starts_at) for it in new.appointments.all()}
    assert not Occupancy.objects.filter(holder=new.id).exclude(expires_at=None).exists()
    staff = Occupancy.objects.filter(holder=new.id, kind="staff").count()
    assert staff == sum(it.staff.count() for it in new.appointments.all())


def test_while_a_change_is_held_the_old_times_stay(visit: Visit, counsellor: Account) -> None:
    before = taken(visit)
    option = options_to_move(visit, leg(visit, "of-vz-konto"))[0]

    hold_change(visit=visit, plan=option.plan, seen_version=visit.version, by=counsellor)

    visit.refresh_from_db()
    assert visit.status == VisitStatus.BOOKED
    assert taken(visit) == before


def test_a_quarter_of_an_hour_over_ones_own_time_is_possible(
    person: Person, wish: Callable[..., VisitWish], counsellor: Account
) -> None:
    """The new time lies partly on the old one of the same desk and person."""
    needs = wish("cl-01", "of-kim-erst")
    plan = propose_visits(needs).proposals[0].plan
    held = hold_visit(person=person, plan=plan, wish=needs, by=counsellor)
    visit = confirm_visit(visit=held, by=counsellor)
    old = leg(visit, "of-kim-erst")
    near = [
        it
        for it in options_to_move(visit, old)
        if it.leg.starts_at < old.ends_at and old.starts_at < it.leg.ends_at and it.is_same_staff
    ]

    change = hold_change(visit=visit, plan=near[0].plan, seen_version=visit.version, by=counsellor)
    new = confirm_visit(visit=change, by=counsellor)

    assert taken(new) == {(it.id, it.starts_at) for it in new.appointments.all()}


def test_the_person_is_told_once_in_her_language(visit: Visit, counsellor: Account) -> None:
    new = move(visit, "of-vz-konto", counsellor)

    told = OutboxMessage.objects.filter(about=new.id, channel="sms")
    assert [(it.purpose, it.language) for it in told] == [("visit.changed", "uk")]
    assert new.code in told[0].body


def test_whoever_was_slower_learns_it_and_changes_nothing(
    visit: Visit, counsellor: Account
) -> None:
    """Two tabs show the same visit; both change it."""
    seen = visit.version
    first = options_to_move(visit, leg(visit, "of-vz-konto"))[0]
    cancel_appointment(appointment=leg(visit, "of-kim-erst"), by=counsellor, seen_version=seen)

    with pytest.raises(Overtaken):
        hold_change(visit=visit, plan=first.plan, seen_version=seen, by=counsellor)
    with pytest.raises(Overtaken):
        cancel_appointment(appointment=leg(visit, "of-vz-konto"), by=counsellor, seen_version=seen)

    assert Visit.objects.filter(changes=visit).count() == 0


def test_a_change_that_was_overtaken_while_held_is_not_confirmed(
    visit: Visit, counsellor: Account
) -> None:
    options = options_to_move(visit, leg(visit, "of-vz-konto"))
    changes = [
        hold_change(visit=visit, plan=it.plan, seen_version=visit.version, by=counsellor)
        for it in (options[0], options[-1])
    ]
    confirm_visit(visit=changes[0], by=counsellor)

    with pytest.raises(Overtaken):
        confirm_visit(visit=changes[1], by=counsellor)

    assert taken(changes[0]) != set()


def test_a_forged_change_that_forgets_an_appointment_is_refused(
    visit: Visit, counsellor: Account
) -> None:
    legs = tuple(planned(it) for it in ahead_of(visit))

    with pytest.raises(BadPlan):
        hold_change(
            visit=visit,
            plan=BookingPlan(legs=legs[:-1]),
            seen_version=visit.version,
            by=counsellor,
        )


def test_who_else_could_do_it_at_the_same_time(visit: Visit) -> None:
    old = leg(visit, "of-bb-anmeldung")

    found = options_to_swap(visit, old)

    assert found
    assert {it.leg.starts_at for it in found} == {old.starts_at}
    assert not any(it.is_same_staff for it in found)


def test_one_more_need_fits_around_what_is_booked(
    visit: Visit, counsellor: Account, service: Callable[..., object]
) -> None:
    more = service("of-gk-orient")
    before = {it.id for it in visit.appointments.all()}

    option = options_to_add(visit, more.id)[0]  # type: ignore[attr-defined]
    change = hold_change(visit=visit, plan=option.plan, seen_version=visit.version, by=counsellor)
    new = confirm_visit(visit=change, by=counsellor)

    assert before < {it.id for it in new.appointments.all()}
    assert new.appointments.count() == 4


def test_who_listens_hears_of_the_move(visit: Visit, counsellor: Account) -> None:
    heard: list[tuple[Appointment, Appointment]] = []

    def hear(old: Appointment, new: Appointment, **_: object) -> None:
        heard.append((old, new))

    appointment_moved.connect(hear)
    move(visit, "of-vz-konto", counsellor)
    appointment_moved.disconnect(hear)

    assert [(old.visit_id, new.moved_from_id) for old, new in heard] == [(visit.id, heard[0][0].id)]
