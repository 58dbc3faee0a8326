"""Capacity that vanishes after it was booked: nothing is silently dropped, the least is changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import permutations

import pytest
import time_machine
from django.db import transaction

from knotenpunkt.availability.models import Occupancy
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.models import Account, Location, StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import cancel_visit, confirm_visit, hold_visit
from knotenpunkt.visits.actions.incidents import (
    Report,
    cancel_for_organization,
    report_incident,
)
from knotenpunkt.visits.actions.repairing import (
    confirm_all,
    confirm_repair,
    drop_lost,
    propose_all,
    propose_repair,
    settle,
)
from knotenpunkt.visits.affected import affected_appointments
from knotenpunkt.visits.enums import (
    AppointmentStatus,
    IncidentKind,
    RepairStatus,
    VisitStatus,
)
from knotenpunkt.visits.errors import AffectedChanged, IllegalStep, NoReplacement
from knotenpunkt.visits.models import Appointment, RepairTask, Visit
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import VisitWish

NEEDS = ("of-bb-anmeldung", "of-kim-erst", "of-vz-konto")
Wish = Callable[..., VisitWish]


@pytest.fixture
def book(wish: Wish, counsellor: Account) -> Callable[..., Visit]:
    def make(code: str, *needs: str) -> Visit:
        person = Person.objects.select_related("network").get(code=code)
        wanted = wish(code, *needs)
        plan = propose_visits(wanted).proposals[0].plan
        held = hold_visit(person=person, plan=plan, wish=wanted, by=counsellor)
        return confirm_visit(visit=held, by=counsellor)

    return make


@pytest.fixture
def visit(person: Person, book: Callable[..., Visit]) -> Visit:
    Person.objects.filter(pk=person.pk).update(phone="+4915112345678")
    return book("cl-01", *NEEDS)


def absence_of(appointment: Appointment, days: int = 0) -> Report:
    member = appointment.staff.get()
    day = appointment.starts_at.date()
    return Report(
        network=appointment.visit.network,
        kind=IncidentKind.STAFF_ABSENT,
        first_on=day,
        last_on=day + dt.timedelta(days=days),
        staff_member=member,
        organization=member.organization,
    )


def only_task(visit: Visit) -> RepairTask:
    return RepairTask.objects.get(visit=visit)


def test_whom_an_absence_hurts_stays_visible_and_becomes_a_task(
    visit: Visit, counsellor: Account
) -> None:
    lost = visit.appointments.get(service__code="of-bb-anmeldung")

    report_incident(report=absence_of(lost), by=counsellor)

    visit.refresh_from_db()
    lost.refresh_from_db()
    task = only_task(visit)
    assert (visit.status, lost.status) == (VisitStatus.DISRUPTED, AppointmentStatus.BOOKED)
    assert Occupancy.objects.filter(part=lost.id).exists()
    assert list(task.lost.all()) == [lost]
    assert task.owner == visit.person.case_lead
    assert dt.date(2027, 2, 22) <= task.due_on < lost.starts_at.date()


def test_the_gentlest_replacement_is_held_and_leaves_the_others_alone(
    visit: Visit, counsellor: Account
) -> None:
    lost = visit.appointments.get(service__code="of-bb-anmeldung")
    before = {it.id: it.starts_at for it in visit.appointments.exclude(pk=lost.pk)}
    report_incident(report=absence_of(lost), by=counsellor)

    task = propose_repair(task=only_task(visit), by=counsellor)
    new = confirm_repair(task=task, by=counsellor)

    task.refresh_from_db()
    after = new.appointments.get(service__code="of-bb-anmeldung")
    assert (task.status, new.status) == (RepairStatus.REPAIRED, VisitStatus.REPAIRED)
    assert {it.id: it.starts_at for it in new.appointments.exclude(pk=after.pk)} == before
    assert after.starts_at == lost.starts_at
    assert not set(after.staff.all()) & set(lost.staff.all())
    assert not Occupancy.objects.filter(holder=visit.id).exists()


def test_everyone_concerned_is_told_once(visit: Visit, counsellor: Account) -> None:
    lost = visit.appointments.get(service__code="of-bb-anmeldung")
    report_incident(report=absence_of(lost), by=counsellor)
    task = propose_repair(task=only_task(visit), by=counsellor)
    OutboxMessage.objects.all().delete()

    for _ in range(2):
        confirm_repair(task=task, by=counsellor)

    told = OutboxMessage.objects.order_by("purpose").values_list("purpose", "language")
    assert list(told) == [
        ("staff.moved_away", "de"),
        ("staff.moved_here", "de"),
        ("visit.staff_changed", "uk"),
    ]
    bodies = " ".join(OutboxMessage.objects.values_list("body", flat=True))
    assert visit.person.given_name not in bodies


def test_proposing_twice_holds_once(visit: Visit, counsellor: Account) -> None:
    lost = visit.appointments.get(service__code="of-bb-anmeldung")
    report_incident(report=absence_of(lost), by=counsellor)

    first = propose_repair(task=only_task(visit), by=counsellor)
    second = propose_repair(task=only_task(visit), by=counsellor)

    assert first.proposal == second.proposal
    assert Visit.objects.filter(changes=visit).count() == 1


def test_a_replacement_that_expired_is_looked_for_again(visit: Visit, counsellor: Account) -> None:
    lost = visit.appointments.get(service__code="of-bb-anmeldung")
    report_incident(report=absence_of(lost), by=counsellor)
    first = propose_repair(task=only_task(visit), by=counsellor).proposal

    with time_machine.travel(dt.datetime(2027, 2, 23, 8, 1, tzinfo=dt.UTC)):
        second = propose_repair(task=only_task(visit), by=counsellor).proposal

    assert first is not None
    assert second is not None
    first.refresh_from_db()
    assert (first.status, second.status) == (VisitStatus.EXPIRED, VisitStatus.HELD)


def test_an_office_cancels_and_the_person_learns_at_once(visit: Visit, counsellor: Account) -> None:
    lost = visit.appointments.get(service__code="of-bb-anmeldung")

    task = cancel_for_organization(appointment=lost, by=counsellor)
    again = cancel_for_organization(appointment=lost, by=counsellor)

    lost.refresh_from_db()
    visit.refresh_from_db()
    assert (lost.status, visit.status, again) == ("cancelled_by_organization", "disrupted", None)
    told = OutboxMessage.objects.filter(about=visit.id, channel="sms")
    assert list(told.values_list("purpose", flat=True)) == ["visit.office_cancelled"]
    assert task is not None
    new = confirm_repair(task=propose_repair(task=task, by=counsellor), by=counsellor)
    after = new.appointments.get(service__code="of-bb-anmeldung")
    assert not set(after.staff.all()) & set(lost.staff.all()) or after.starts_at != lost.starts_at


def test_even_the_only_appointment_is_not_dropped(
    book: Callable[..., Visit], counsellor: Account
) -> None:
    visit = book("cl-01", "of-bb-anmeldung")

    task = cancel_for_organization(appointment=visit.appointments.get(), by=counsellor)

    assert task is not None
    new = confirm_repair(task=propose_repair(task=task, by=counsellor), by=counsellor)
    assert new.appointments.get().status == AppointmentStatus.BOOKED


def close_for_a_week(visit: Visit, location: Location) -> Report:
    return Report(
        network=visit.network,
        kind=IncidentKind.LOCATION_CLOSED,
        first_on=dt.date(2027, 3, 1),
        last_on=dt.date(2027, 3, 7),
        location=location,
    )


def test_a_closed_place_makes_a_task_of_every_visit_and_one_action_repairs_all(
    visit: Visit, book: Callable[..., Visit], counsellor: Account
) -> None:
    book("cl-07", "of-vz-konto")
    location = visit.appointments.get(service__code="of-vz-konto").location
    hurt = affected_appointments(close_for_a_week(visit, location))
    visits = {it.visit_id for it in hurt}

    incident = report_incident(report=close_for_a_week(visit, location), by=counsellor)
    opened = {it.visit_id for it in incident.tasks.all()}
    proposed = propose_all(tasks=incident.tasks.all(), by=counsellor)
    booked = confirm_all(tasks=incident.tasks.filter(status="proposed"), by=counsellor)

    assert opened == visits
    assert proposed.done == booked.done >= 1
    assert proposed.done + len(proposed.left) == len(visits)
    still_hurt = affected_appointments(close_for_a_week(visit, location))
    assert {it.visit_id for it in still_hurt} == {task.visit_id for task in proposed.left}


def change_of(task: RepairTask) -> tuple[int, dt.timedelta]:
    """Return how many appointments the held replacement moves, and by how much in all."""
    assert task.proposal is not None
    moved = task.proposal.appointments.exclude(moved_from=None).select_related("moved_from")
    shifts = [abs(it.starts_at - it.moved_from.starts_at) for it in moved if it.moved_from]
    return len(shifts), sum(shifts, dt.timedelta())


def repaired_in(order: Sequence[RepairTask], by: Account) -> tuple[int, dt.timedelta]:
    """Propose for all in this order; return how many found one, less, and how much they move."""
    with transaction.atomic():
        outcome = propose_all(tasks=order, by=by)
        found = [change_of(RepairTask.objects.get(pk=it.pk)) for it in order]
        transaction.set_rollback(True)
    return len(order) - outcome.done, sum((shift for _moved, shift in found), dt.timedelta())


def test_no_order_of_repairing_a_day_changes_less_than_that_of_the_page(
    book: Callable[..., Visit], counsellor: Account
) -> None:
    visits = [book(code, "of-vz-konto") for code in ("cl-01", "cl-07", "cl-02", "cl-03")]
    incident = report_incident(report=absence_of(visits[0].appointments.get()), by=counsellor)
    tasks = list(incident.tasks.order_by("due_on", "pk"))

    every_order = {repaired_in(order, counsellor) for order in permutations(tasks)}
    as_on_the_page = repaired_in(tasks, counsellor)

    assert len(tasks) > 1
    assert as_on_the_page == min(every_order)


def test_a_merged_place_is_repaired_at_its_successor(visit: Visit, counsellor: Account) -> None:
    lost = visit.appointments.get(service__code="of-vz-konto")
    successor = Location.objects.exclude(pk=lost.location_id).get(code="site-fiktau")
    report = Report(
        network=visit.network,
        kind=IncidentKind.LOCATION_MOVES,
        first_on=lost.starts_at.date(),
        last_on=None,
        location=lost.location,
        successor=successor,
    )

    report_incident(report=report, by=counsellor)
    task = propose_repair(task=only_task(visit), by=counsellor)
    new = confirm_repair(task=task, by=counsellor)

    assert not new.appointments.filter(location=lost.location).exists()
    assert new.appointments.filter(location=successor).exists()


def test_nothing_is_closed_while_someone_has_not_seen_whom_it_hurts(
    visit: Visit, counsellor: Account
) -> None:
    location = visit.appointments.get(service__code="of-vz-konto").location
    report = close_for_a_week(visit, location)
    seen = frozenset(affected_appointments(report).values_list("pk", flat=True))
    cancel_visit(visit=visit, by=counsellor)

    with pytest.raises(AffectedChanged):
        report_incident(report=report, by=counsellor, seen=seen)

    assert RepairTask.objects.count() == 0
    assert location.closures.count() == 0


def test_dropping_what_is_lost_keeps_the_rest(visit: Visit, counsellor: Account) -> None:
    lost = visit.appointments.get(service__code="of-vz-konto")
    report_incident(report=absence_of(lost), by=counsellor)

    for _ in range(2):
        drop_lost(task=only_task(visit), by=counsellor)

    visit.refresh_from_db()
    states = dict(visit.appointments.values_list("service__code", "status"))
    assert visit.status == VisitStatus.REPAIRED
    assert states.pop("of-vz-konto") == AppointmentStatus.CANCELLED_BY_ORGANIZATION
    assert set(states.values()) == {AppointmentStatus.BOOKED}


def test_it_can_take_place_after_all_unless_it_was_cancelled(
    visit: Visit, counsellor: Account
) -> None:
    lost = visit.appointments.get(service__code="of-vz-konto")
    report_incident(report=absence_of(lost), by=counsellor)
    settle(task=only_task(visit), by=counsellor)
    visit.refresh_from_db()
    assert visit.status == VisitStatus.REPAIRED

    task = cancel_for_organization(appointment=lost, by=counsellor)

    assert task is not None
    with pytest.raises(IllegalStep):
        settle(task=task, by=counsellor)


def test_a_cancelled_visit_needs_no_repair_and_frees_its_replacement(
    visit: Visit, counsellor: Account
) -> None:
    lost = visit.appointments.get(service__code="of-bb-anmeldung")
    report_incident(report=absence_of(lost), by=counsellor)
    held = propose_repair(task=only_task(visit), by=counsellor).proposal

    cancel_visit(visit=visit, by=counsellor)

    assert held is not None
    assert only_task(visit).status == RepairStatus.SETTLED
    assert not Occupancy.objects.filter(holder__in=[visit.id, held.id]).exists()


def test_where_nothing_fits_somebody_has_to_decide(visit: Visit, counsellor: Account) -> None:
    lost = visit.appointments.get(service__code="of-kim-erst")
    others = StaffMember.objects.filter(services=lost.service).exclude(pk=lost.staff.get().pk)
    others.update(left_on=dt.date(2027, 2, 1))
    report_incident(report=absence_of(lost, days=60), by=counsellor)

    with pytest.raises(NoReplacement) as error:
        propose_repair(task=only_task(visit), by=counsellor)

    visit.refresh_from_db()
    assert error.value.lost == [lost.id]
    assert (visit.status, only_task(visit).status) == ("disrupted", "open")
