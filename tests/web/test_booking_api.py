"""All of booking by machine: repair, waiting list, fixed blocks, pools, the day; once for a key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from knotenpunkt.availability.models import CapacityPool, PoolMember
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation.models import IdempotencyRecord
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.actions.waiting import offer_freed_times
from knotenpunkt.visits.models import (
    Appointment,
    ExternalAppointment,
    Incident,
    RepairTask,
    Visit,
    WaitingEntry,
)
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import VisitWish
from tests.web.machine import Machine

CODE = "of-bb-anmeldung"


@pytest.fixture
def machine(counsellor: Account) -> Machine:
    return Machine(counsellor)


@pytest.fixture
def visit(person: Person, wish: Callable[..., VisitWish], counsellor: Account) -> Visit:
    needs = wish("cl-01", CODE)
    plan = propose_visits(needs).proposals[0].plan
    held = hold_visit(person=person, plan=plan, wish=needs, by=counsellor)
    return confirm_visit(visit=held, by=counsellor)


@pytest.fixture
def leg(visit: Visit) -> Appointment:
    return visit.appointments.select_related("visit").get()


@pytest.fixture
def house(leg: Appointment, account: Callable[[str], Account]) -> Machine:
    """The machine of the office where the appointment is, acting for who has it."""
    member = leg.staff.exclude(account=None).first()
    assert member is not None
    return Machine(account(member.code))


def outage(leg: Appointment) -> dict[str, Any]:
    day = leg.starts_at.date().isoformat()
    return {
        "kind": "staff_absent",
        "first_on": day,
        "last_on": day,
        "staff_member": str(leg.staff.get().pk),
    }


def test_an_absence_is_reported_once_and_the_visit_repaired(
    visit: Visit, leg: Appointment, house: Machine, machine: Machine
) -> None:
    hurt = house.post("/incidents/affected", outage(leg))[1]["appointments"]
    body = {**outage(leg), "seen": hurt}

    reported = [house.post("/incidents", body, "incident-1") for _ in range(2)]
    tasks = machine.get("/repairs")["contents"]
    path = f"/repairs/{tasks[0]['id']}"
    proposed = [machine.post(f"{path}/propose", key="propose-1") for _ in range(2)]
    repaired = [machine.post(f"{path}/confirm", key="confirm-1") for _ in range(2)]

    assert hurt == [str(leg.pk)]
    assert reported[0] == reported[1]
    assert (reported[0][0], reported[0][1]["tasks"], Incident.objects.count()) == (201, 1, 1)
    assert [(it["visit"], it["status"]) for it in tasks] == [(str(visit.pk), "open")]
    assert [it["id"] for it in tasks[0]["lost"]] == [str(leg.pk)]
    assert proposed[0] == proposed[1]
    assert proposed[0][1]["status"] == "held"
    assert repaired[0] == repaired[1]
    assert (repaired[0][0], repaired[0][1]["status"]) == (200, "repaired")
    assert machine.get(path)["status"] == "repaired"


def test_whom_an_incident_hurts_has_to_be_seen_first(leg: Appointment, house: Machine) -> None:
    before = Incident.objects.count()

    status, body = house.post("/incidents", {**outage(leg), "seen": []})

    assert (status, body["type"]) == (409, "urn:knotenpunkt:affected-changed")
    assert (Incident.objects.count(), RepairTask.objects.count()) == (before, 0)


@pytest.mark.parametrize(("decision", "status"), [("drop", "dropped"), ("settle", "settled")])
def test_a_task_is_dropped_or_settled_once(
    decision: str, status: str, leg: Appointment, house: Machine, machine: Machine
) -> None:
    house.post("/incidents", outage(leg))
    path = f"/repairs/{machine.get('/repairs')['contents'][0]['id']}"

    answers = [machine.post(f"{path}/{decision}") for _ in range(2)]
    other = machine.post(f"{path}/{'settle' if decision == 'drop' else 'drop'}", key="another-1")

    assert answers[0] == answers[1]
    assert (answers[0][0], answers[0][1]["status"]) == (200, status)
    assert (other[0], other[1]["type"]) == (409, "urn:knotenpunkt:illegal-step")


def test_cancelling_a_whole_visit_asks_for_the_version_that_was_seen(
    visit: Visit, machine: Machine
) -> None:
    seen = machine.get(f"/visits/{visit.pk}")["version"]
    path = f"/visits/{visit.pk}/cancel"

    old = machine.post(path, {"version": seen + 1}, "cancel-old")
    new = [machine.post(path, {"version": seen}, "cancel-new") for _ in range(2)]

    assert (old[0], old[1]["type"]) == (409, "urn:knotenpunkt:overtaken")
    assert new[0] == new[1]
    assert (new[0][0], new[0][1]["status"]) == (200, "cancelled")


@pytest.fixture
def waiting(person: Person) -> dict[str, Any]:
    service = Service.objects.get(code=CODE)
    person.needs.get_or_create(service=service)
    return {"person": str(person.pk), "services": [str(service.pk)], "last_on": "2027-03-12"}


def test_a_place_in_line_an_offer_and_both_answers(
    waiting: dict[str, Any], machine: Machine, person: Person
) -> None:
    joined = [machine.post("/waiting", waiting, "join-line-1") for _ in range(2)]
    entry = WaitingEntry.objects.get()
    services = frozenset(entry.services.values_list("pk", flat=True))
    offer_freed_times(network=person.network, services=services)
    first = machine.get("/waiting")["contents"][0]["offer"]
    declined = [machine.post(f"/offers/{first['id']}/decline", key="decline-1") for _ in range(2)]
    offer_freed_times(network=person.network, services=services)
    second = machine.get("/waiting")["contents"][0]["offer"]
    taken = [machine.post(f"/offers/{second['id']}/take", key="take-it-1") for _ in range(2)]
    late = machine.post(f"/offers/{first['id']}/take", key="take-it-2")

    assert joined[0] == joined[1]
    assert (joined[0][0], joined[0][1]["status"]) == (201, "waiting")
    assert declined[0] == declined[1]
    assert declined[0][1]["status"] == "cancelled"
    assert taken[0] == taken[1]
    assert (taken[0][0], taken[0][1]["status"]) == (200, "booked")
    assert (late[0], late[1]["type"]) == (409, "urn:knotenpunkt:offer-gone")
    assert machine.get("/waiting")["contents"] == []


def test_who_leaves_the_line_has_left(waiting: dict[str, Any], machine: Machine) -> None:
    entry = machine.post("/waiting", waiting)[1]["id"]

    left = [machine.post(f"/waiting/{entry}/leave", key="leave-line-1") for _ in range(2)]

    assert left[0] == left[1]
    assert (left[0][0], left[0][1]["status"]) == (200, "left")


def test_a_fixed_block_is_entered_moved_and_taken_out(person: Person, machine: Machine) -> None:
    start = dt.datetime(2027, 3, 3, 9, tzinfo=dt.UTC)
    body = block(start)
    path = f"/persons/{person.pk}/fixed-blocks"

    entered = [machine.post(path, body, "enter-block-1") for _ in range(2)]
    one = f"/fixed-blocks/{entered[0][1]['id']}"
    later = start + dt.timedelta(hours=2)
    moved = [machine.post(f"{one}/change", block(later), "move-block-1") for _ in range(2)]
    listed = machine.get(path)
    removed = [machine.post(f"{one}/remove", key="remove-block-1") for _ in range(2)]
    again = machine.post(f"{one}/change", body, "move-block-2")

    assert entered[0] == entered[1]
    assert moved[0] == moved[1]
    assert [it["starts_at"] for it in listed] == [later.isoformat().replace("+00:00", "Z")]
    assert removed[0] == removed[1]
    assert (again[0], again[1]["type"]) == (409, "urn:knotenpunkt:illegal-step")
    assert (ExternalAppointment.objects.count(), machine.get(path)) == (1, [])


def block(start: dt.datetime, minutes: int = 60) -> dict[str, Any]:
    end = start + dt.timedelta(minutes=minutes)
    return {
        "authority": "Gericht",
        "starts_at": start.isoformat(),
        "ends_at": end.isoformat(),
    }


def test_a_fixed_block_over_an_appointment_is_refused_then_displaces(
    leg: Appointment, person: Person, machine: Machine
) -> None:
    path = f"/persons/{person.pk}/fixed-blocks"

    refused = machine.post(path, block(leg.starts_at))
    entered = machine.post(path, {**block(leg.starts_at), "displace": True}, "another-key")

    assert (refused[0], refused[1]["type"]) == (409, "urn:knotenpunkt:collides")
    assert entered[0] == 201
    assert RepairTask.objects.get().visit == leg.visit


@pytest.fixture
def pool(counsellor: Account) -> CapacityPool:
    return CapacityPool.objects.create(
        organization=counsellor.staff_member.organization,
        code="api",
        programme="KIM",
        funder="Land",
        first_on=dt.date(2027, 1, 1),
    )


def test_a_person_enters_a_programme_and_leaves_it(
    pool: CapacityPool, person: Person, machine: Machine
) -> None:
    path = f"/pools/{pool.pk}/members"

    entered = [machine.post(path, {"person": str(person.pk)}, "enrol-her-1") for _ in range(2)]
    during = PoolMember.objects.filter(pool=pool, person=person).count()
    left = [machine.post(f"{path}/{person.pk}/leave", key="leave-pool-1") for _ in range(2)]

    assert entered[0] == entered[1]
    assert (entered[0][0], entered[0][1]["is_in"], during) == (200, True, 1)
    assert left[0] == left[1]
    assert (left[0][1]["is_in"], PoolMember.objects.filter(pool=pool).count()) == (False, 0)


def test_a_pool_is_released_and_accounted_for_by_who_answers_for_it(
    pool: CapacityPool, leg: Appointment, counsellor: Account
) -> None:
    StaffMember.objects.filter(account=counsellor).update(role=Role.LEAD)
    Appointment.objects.filter(pk=leg.pk).update(pool="ring_fenced", capacity_pool=pool)
    lead = Machine(Account.objects.get(pk=counsellor.pk))
    days = {"first": "2027-03-01", "last": "2027-03-05", "note": "nobody left in line"}

    shown = next(it for it in lead.get("/pools") if it["id"] == str(pool.pk))
    released = [lead.post(f"/pools/{pool.pk}/release", days, "release-1") for _ in range(2)]
    past = lead.post(f"/pools/{pool.pk}/release", {**days, "first": "2026-01-01"}, "release-2")
    lines = lead.get(f"/pools/{pool.pk}/ledger")["contents"]

    assert (shown["funder"], shown["appointments"], shown["members"]) == ("Land", 1, 0)
    assert released[0] == released[1]
    assert (released[0][0], pool.releases.count()) == (201, 1)
    assert (past[0], past[1]["errors"][0]["place"]) == (422, "first")
    assert [(it["use"], it["code"]) for it in lines] == [("ahead", leg.visit.code)]


def test_she_is_here_it_runs_late_and_the_talk_took_place(leg: Appointment, house: Machine) -> None:
    path = f"/appointments/{leg.pk}"

    here = [house.post(f"{path}/check-in", key="check-in-1") for _ in range(2)]
    late = [house.post(f"{path}/delay", {"minutes": 10}, "delay-it-1") for _ in range(2)]
    done = house.post(f"{path}/outcome", {"outcome": "attended"}, "outcome-1")
    undone = house.post(f"{path}/outcome", {"outcome": "not_here"}, "outcome-2")

    assert here[0] == here[1]
    assert (here[0][0], here[0][1]["status"]) == (200, "checked_in")
    assert late[0] == late[1]
    assert (late[0][1]["delay_minutes"], late[0][1]["following"]) == (10, [])
    assert (done[0], done[1]["status"]) == (200, "attended")
    assert (undone[0], undone[1]["type"]) == (409, "urn:knotenpunkt:illegal-step")


ADDRESSES = {
    "/visits/{visit}/confirm": {},
    "/visits/{visit}/cancel": {},
    "/visits/{visit}/extend": {},
    "/repairs/{id}/propose": {},
    "/repairs/{id}/confirm": {},
    "/repairs/{id}/drop": {},
    "/repairs/{id}/settle": {},
    "/waiting/{id}/leave": {},
    "/offers/{id}/take": {},
    "/offers/{id}/decline": {},
    "/persons/{person}/fixed-blocks": block(dt.datetime(2027, 3, 3, 9, tzinfo=dt.UTC)),
    "/fixed-blocks/{id}/remove": {},
    "/pools/{id}/members/{person}/leave": {},
    "/appointments/{leg}/check-in": {},
    "/appointments/{leg}/delay": {"minutes": 5},
    "/appointments/{leg}/outcome": {"outcome": "attended"},
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_a_stranger_may_not_see_is_not_there(
    address: str, leg: Appointment, account: Callable[[str], Account]
) -> None:
    stranger, nobody = Machine(account("st-hw01")), str(uuid4())
    there = {"visit": leg.visit_id, "leg": leg.pk, "person": leg.visit.person_id, "id": nobody}
    not_there = dict.fromkeys(there, nobody)

    answers = [
        stranger.send(address.format(**ids), ADDRESSES[address]) for ids in (there, not_there)
    ]

    assert [it.status_code for it in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert IdempotencyRecord.objects.count() == 0


@pytest.mark.parametrize(
    ("role", "address", "body"),
    [
        (Role.READER, "/waiting", {}),
        (Role.FRONT_DESK, "/incidents", {}),
        (Role.MANAGER, "/waiting", {}),
        (Role.WORKER, "/pools/{id}/release", {}),
        (Role.MANAGER, "/appointments/{id}/check-in", {}),
    ],
)
def test_another_role_is_refused_before_anything_is_read(
    role: Role, address: str, body: dict[str, Any], counsellor: Account
) -> None:
    StaffMember.objects.filter(account=counsellor).update(role=role)
    machine = Machine(Account.objects.get(pk=counsellor.pk))

    status, answer = machine.post(address.format(id=uuid4()), body)

    assert (status, answer["type"]) == (403, "urn:knotenpunkt:not-your-role")


BAD: list[tuple[str, str, Any]] = [
    ("a block in the past", "/persons/{person}/fixed-blocks",
     block(dt.datetime(2027, 2, 1, 9, tzinfo=dt.UTC))),
    ("a block that runs backwards", "/persons/{person}/fixed-blocks",
     block(dt.datetime(2027, 3, 3, 9, tzinfo=dt.UTC), -30)),
    ("a block of three days", "/persons/{person}/fixed-blocks",
     block(dt.datetime(2027, 3, 3, 9, tzinfo=dt.UTC), 3 * 24 * 60)),
    ("a time without offset", "/persons/{person}/fixed-blocks",
     {"authority": "x", "starts_at": "2027-03-28T02:30:00", "ends_at": "2027-03-28T03:30:00"}),
    ("a delay below zero", "/appointments/{leg}/delay", {"minutes": -1}),
    ("an outcome nobody knows", "/appointments/{leg}/outcome", {"outcome": "lost"}),
    ("a line for nothing", "/waiting", {"person": "{person}", "last_on": "2027-03-12"}),
    ("a line that has ended", "/waiting",
     {"person": "{person}", "services": [str(uuid4())], "last_on": "2026-03-12"}),
    ("a visit of nobody in line", "/waiting",
     {"person": "{person}", "visit": str(uuid4()), "last_on": "2027-03-12"}),
    ("an absence of nobody", "/incidents",
     {"kind": "staff_absent", "first_on": "2027-03-01", "last_on": "2027-03-01"}),
    ("an absence that has passed", "/incidents",
     {"kind": "organization_cancels", "first_on": "2026-03-01", "last_on": "2026-03-01"}),
    ("a plan of two thousand legs", "/visits", 2000),
]  # fmt: skip


@pytest.mark.parametrize(("name", "address", "body"), BAD, ids=[it[0] for it in BAD])
def test_bad_input_gets_a_clear_error_and_changes_nothing(
    name: str, address: str, body: Any, leg: Appointment, machine: Machine
) -> None:
    before = Visit.objects.count()
    person = str(leg.visit.person_id)
    body = long_visit(leg, body) if isinstance(body, int) else body
    body = {key: person if value == "{person}" else value for key, value in body.items()}
    owner = (
        Machine(leg.staff.exclude(account=None).get().account) if "{leg}" in address else machine
    )

    status, answer = owner.post(address.format(person=person, leg=leg.pk), body)

    assert (status, answer["status"]) == (422, 422), answer
    assert answer["title"]
    assert Visit.objects.count() == before
    assert [Incident.objects.count(), WaitingEntry.objects.count()] == [0, 0]
    assert (ExternalAppointment.objects.count(), IdempotencyRecord.objects.count()) == (0, 0)


def long_visit(leg: Appointment, legs: int) -> dict[str, Any]:
    start, end = leg.starts_at.isoformat(), leg.ends_at.isoformat()
    one = {
        "service": str(leg.service_id), "location": str(leg.location_id), "language": "de",
        "staff": [str(leg.staff.get().pk)], "starts_at": start, "ends_at": end,
    }  # fmt: skip
    return {"person": str(leg.visit.person_id), "plan": {"legs": [one] * legs}}


def test_a_visit_of_ten_thousand_legs_is_not_even_read(leg: Appointment, machine: Machine) -> None:
    status, answer = machine.post("/visits", long_visit(leg, 10_000))

    assert (status, answer["type"]) == (413, "urn:knotenpunkt:too-large")
    assert Visit.objects.filter(status="held").count() == 0
