"""The day by machine: who comes, the code, the call, numbers for open hours, the load."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from knotenpunkt.foundation.models import IdempotencyRecord
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.models import ReadEntry
from knotenpunkt.visits.models import Appointment, InterpreterAssignment, QueueTicket
from tests.web import test_day
from tests.web.machine import Machine

leg, OWN = test_day.leg, test_day.OWN  # the fixture, and whose house it is at


@pytest.fixture
def machine(leg: Appointment, account: Callable[[str], Account]) -> Machine:
    return Machine(account(OWN))


@pytest.fixture
def stranger(leg: Appointment, account: Callable[[str], Account]) -> Machine:
    return Machine(account("st-hw01"))


def test_the_day_says_who_comes_and_not_why(
    leg: Appointment, machine: Machine, stranger: Machine
) -> None:
    ReadEntry.objects.all().delete()

    answer = machine.client.get("/api/v1/day")
    (line,) = answer.json()["contents"]

    assert (line["id"], line["given_name"], line["code"]) == (
        str(leg.pk), leg.visit.person.given_name, leg.visit.code,
    )  # fmt: skip
    assert leg.visit.person.family_name not in answer.content.decode()
    assert str(leg.service_id) not in answer.content.decode()
    assert list(ReadEntry.objects.values_list("person", "what")) == [
        (leg.visit.person_id, "api day")
    ]
    assert stranger.get("/day")["contents"] == []
    assert machine.client.get("/api/v1/day?day=0001-01-01").status_code == 422


def test_three_legs_of_a_day_need_as_many_queries_as_one(
    leg: Appointment, machine: Machine
) -> None:
    InterpreterAssignment.objects.all().delete()  # they are read where there are some
    others = leg.visit.appointments.exclude(pk=leg.pk)
    counts, lengths = [], []
    machine.get("/day")
    for organization in (None, leg.organization):
        if organization:
            others.update(organization=organization)
        with CaptureQueriesContext(connection) as queries:
            lengths.append(len(machine.get("/day")["contents"]))
        counts.append(len(queries))

    assert lengths == [1, 4]
    assert counts[0] == counts[1]


def test_the_code_of_her_slip_checks_in_once(
    leg: Appointment, machine: Machine, stranger: Machine
) -> None:
    body = {"code": leg.visit.code.lower()}

    elsewhere = stranger.post("/check-in", body)
    here = [machine.post("/check-in", body, "check-in-1") for _ in range(2)]
    again = machine.post("/check-in", body, "check-in-2")
    mismatch = machine.post("/check-in", {"code": "XXXX-XXXX"}, "check-in-1")
    none = machine.post("/check-in", {"code": "?"}, "check-in-3")

    assert here[0] == here[1]
    assert (here[0][1]["id"], here[0][1]["status"]) == (str(leg.pk), "checked_in")
    assert (elsewhere[0], again[0]) == (404, 404)
    assert (mismatch[0], mismatch[1]["type"]) == (422, "urn:knotenpunkt:key-reused")
    assert (none[0], none[1]["errors"][0]["place"]) == (422, "code")
    assert IdempotencyRecord.objects.count() == 1


def test_she_is_called_when_she_is_here_and_the_screen_shows_half_a_code(
    leg: Appointment, machine: Machine
) -> None:
    path, screen = f"/appointments/{leg.pk}", f"/locations/{leg.location_id}/calls"

    early = machine.post(f"{path}/call", key="call-her-1")
    before = machine.get(screen)
    machine.post(f"{path}/check-in", key="check-in-1")
    called = [machine.post(f"{path}/call", key="call-her-2") for _ in range(2)]

    assert (early[0], early[1]["type"], before) == (409, "urn:knotenpunkt:illegal-step", [])
    assert called[0] == called[1]
    assert [it["sign"] for it in machine.get(screen)] == [leg.visit.code[-4:]]


def test_a_number_is_given_once_for_a_key_and_belongs_to_her_visit(
    leg: Appointment, machine: Machine
) -> None:
    place = f"/locations/{leg.location_id}/tickets"
    body = {"language": "uk", "minutes": 10, "code": leg.visit.code}

    given = [machine.post(place, body, "ticket-1") for _ in range(2)]
    mismatch = machine.post(place, {**body, "minutes": 15}, "ticket-1")

    assert given[0] == given[1]
    assert (given[0][0], given[0][1]["sign"], given[0][1]["status"]) == (201, "W1", "waiting")
    assert (mismatch[0], mismatch[1]["type"]) == (422, "urn:knotenpunkt:key-reused")
    assert machine.get(place) == [given[0][1]]
    assert QueueTicket.objects.latest("issued_at").visit_id == leg.visit_id


def test_a_number_is_called_and_ended_once_for_each_key(
    leg: Appointment, machine: Machine, stranger: Machine
) -> None:
    place = f"/locations/{leg.location_id}/tickets"
    with time_machine.travel(leg.ends_at, tick=False):
        given = machine.post(place, {"language": "uk", "minutes": 10}, "ticket-1")[1]
        called = [machine.post(f"{place}/next", key="next-one-1") for _ in range(2)]
        nobody = machine.post(f"{place}/next", key="next-one-2")
        screen = machine.get(f"/locations/{leg.location_id}/calls")
        path = f"/tickets/{given['id']}/end"
        foreign = stranger.post(path, {"how": "served"})
        ended = [machine.post(path, {"how": "served"}, "end-it-1") for _ in range(2)]
        late = machine.post(path, {"how": "left"}, "end-it-2")
        left = machine.get(place)

    assert given["expected_at"] == leg.ends_at.isoformat().replace("+00:00", "Z")
    assert called[0] == called[1]
    assert (called[0][1]["id"], called[0][1]["status"]) == (given["id"], "called")
    assert [it["sign"] for it in screen] == ["W1"]
    assert (nobody[0], nobody[1]["type"]) == (409, "urn:knotenpunkt:nobody-fits")
    assert (nobody[1]["waiting"], foreign[0]) == (0, 404)
    assert ended[0] == ended[1]
    assert ended[0][1]["status"] == "served"
    assert (late[0], late[1]["type"]) == (409, "urn:knotenpunkt:illegal-step")
    assert left == []


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"language": "uk", "minutes": -5}, "minutes"),
        ({"language": "uk", "minutes": 10**30}, "minutes"),
        ({"language": "xx"}, "language"),
        ({"language": "uk", "code": "?"}, "code"),
        ({"language": "uk", "code": "XXXX-XXXX"}, "code"),
    ],
)
def test_a_number_for_nonsense_is_refused(
    body: dict[str, object], place: str, leg: Appointment, machine: Machine
) -> None:
    before = QueueTicket.objects.count()

    status, answer = machine.post(f"/locations/{leg.location_id}/tickets", body)

    assert (status, answer["errors"][0]["place"]) == (422, place)
    assert (QueueTicket.objects.count(), IdempotencyRecord.objects.count()) == (before, 0)


@pytest.mark.parametrize("address", ["tickets", "tickets/next"])
def test_there_is_no_number_at_no_place(address: str, machine: Machine) -> None:
    body = {"language": "uk"} if address == "tickets" else {}

    assert machine.post(f"/locations/{uuid4()}/{address}", body)[0] == 404


def test_who_looks_after_houses_sees_the_load_and_no_single_person(
    leg: Appointment, account: Callable[[str], Account]
) -> None:
    manager = Machine(account("st-jc01"))
    StaffMember.objects.filter(code="st-jc01").update(role=Role.MANAGER)

    load = manager.get(f"/locations/{leg.location_id}/load")
    others = [
        manager.client.get(f"/api/v1{path}").status_code
        for path in ("/day", f"/locations/{leg.location_id}/tickets")
    ]
    refused = manager.post(f"/locations/{leg.location_id}/tickets", {"language": "uk"})
    nowhere = manager.client.get(f"/api/v1/locations/{uuid4()}/load")

    hour = leg.starts_at.astimezone(dt.timezone(dt.timedelta(hours=1))).hour
    cell = load["whole"][load["hours"].index(hour)]
    assert 0 < cell["taken"] <= cell["open"]
    assert load["topics"]
    assert all(len(it["cells"]) == len(load["hours"]) for it in load["topics"])
    assert others == [403, 403]
    assert (refused[0], nowhere.status_code) == (403, 404)
