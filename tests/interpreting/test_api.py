"""Interpreters by machine: each step once for a key, no wish dropped, nothing of the person."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from knotenpunkt.availability.models import Interpreter
from knotenpunkt.foundation.models import IdempotencyRecord, OutboxMessage
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.visits.interpreting import candidates
from knotenpunkt.visits.models import InterpreterAssignment, Visit
from tests.interpreting.looks import refreshed, taken
from tests.web.machine import Machine


@pytest.fixture
def machine(coordinator: Account) -> Machine:
    return Machine(coordinator)


@pytest.fixture
def path(assignment: InterpreterAssignment) -> str:
    return f"/interpreting/{assignment.pk}"


def test_from_the_question_to_the_allowance_once_for_each_key(
    path: str, machine: Machine, assignment: InterpreterAssignment
) -> None:
    Interpreter.objects.filter(pk=assignment.interpreter_id).update(email="helga@example.org")

    answers = [
        [machine.post(f"{path}/{step}", key=f"{step}-number-1") for _ in range(2)]
        for step in ("offer", "accept", "done", "settle")
    ]

    assert [first == again for first, again in answers] == [True] * 4
    assert [(it[0][0], it[0][1]["status"]) for it in answers] == [
        (200, "offered"), (200, "accepted"), (200, "done"), (200, "settled"),
    ]  # fmt: skip
    assert answers[0][0][1]["answer_at"].startswith("http")
    assert [it[0][1]["answer_at"] for it in answers[1:]] == ["", "", ""]
    assert answers[3][0][1]["expense_allowance_cents"] == 2500
    assert OutboxMessage.objects.filter(purpose="interpreting.offer").count() <= 1


def test_a_key_is_for_one_step_and_an_impossible_step_keeps_none(
    path: str, machine: Machine
) -> None:
    machine.post(f"{path}/accept", key="accept-it-1")

    mismatch = machine.post(f"{path}/done", key="accept-it-1")
    impossible = machine.post(f"{path}/settle", key="settle-it-1")

    assert (mismatch[0], mismatch[1]["type"]) == (422, "urn:knotenpunkt:key-reused")
    assert (impossible[0], impossible[1]["type"]) == (409, "urn:knotenpunkt:illegal-step")
    assert IdempotencyRecord.objects.count() == 1
    assert machine.get(path)["status"] == "accepted"


def test_a_condition_is_asked_for_before_the_telephone_comes_in(
    path: str, machine: Machine, assignment: InterpreterAssignment
) -> None:
    InterpreterAssignment.objects.filter(pk=assignment.pk).update(gender_wish="only_female")

    refused = machine.post(f"{path}/telephone", {}, "telephone-1")
    still = refreshed(assignment).status
    agreed = [
        machine.post(f"{path}/telephone", {"person_agreed": True}, "telephone-2") for _ in range(2)
    ]

    assert (refused[0], refused[1]["type"], still) == (
        409, "urn:knotenpunkt:wish-open", "requested",
    )  # fmt: skip
    assert agreed[0] == agreed[1]
    assert agreed[0][1]["status"] == "telephone"
    assert agreed[0][1]["interpreter"]["is_remote"]


def test_only_who_can_is_asked_instead(
    path: str, machine: Machine, assignment: InterpreterAssignment
) -> None:
    first = assignment.interpreter
    barred = Interpreter.objects.get(code="in-11")  # speaks Tigrinya
    could = next(it.interpreter for it in candidates(assignment) if not it.reasons)

    refused = machine.post(f"{path}/another", {"interpreter": str(barred.pk)}, "another-1")
    unknown = machine.post(f"{path}/another", {"interpreter": str(uuid4())}, "another-2")
    before = taken(assignment, first)
    asked = [
        machine.post(f"{path}/another", {"interpreter": str(could.pk)}, "another-3")
        for _ in range(2)
    ]

    assert (refused[0], refused[1]["reasons"]) == (409, ["language"])
    assert (unknown[0], before) == (404, True)
    assert asked[0] == asked[1]
    assert asked[0][1]["interpreter"]["id"] == str(could.pk)
    assert not taken(assignment, first)


def test_lists_know_day_and_status_and_nothing_of_the_person(
    path: str, machine: Machine, assignment: InterpreterAssignment
) -> None:
    leg = assignment.appointment
    day = leg.starts_at.date().isoformat()

    of_day = machine.client.get(f"/api/v1/interpreting?day={day}")
    detail = machine.client.get(f"/api/v1{path}")
    asked = machine.get("/interpreting?status=offered")
    far = machine.client.get("/api/v1/interpreting?day=0001-01-01")

    assert str(assignment.pk) in {it["id"] for it in of_day.json()["contents"]}
    assert [it["reasons"] for it in detail.json()["candidates"]] == [
        list(it.reasons) for it in candidates(assignment)
    ]
    assert asked["contents"] == []
    assert far.status_code == 422
    text = of_day.content.decode() + detail.content.decode()
    for hidden in (
        "Olena", leg.visit.code, str(leg.visit.person_id), str(leg.visit_id),
        str(leg.service_id), leg.service.name["de"],
    ):  # fmt: skip
        assert hidden not in text


def test_three_need_no_more_queries_than_one(
    visit: Visit, assignment: InterpreterAssignment, machine: Machine
) -> None:
    for leg in visit.appointments.filter(interpreter_assignment=None):
        InterpreterAssignment.objects.create(
            appointment=leg, interpreter=assignment.interpreter, status="requested"
        )
    rows = InterpreterAssignment.objects.filter(appointment__visit=visit)
    counts, lengths = [], []
    machine.get("/interpreting")
    for status in ("released", "requested"):
        rows.exclude(pk=assignment.pk).update(status=status)
        with CaptureQueriesContext(connection) as queries:
            lengths.append(len(machine.get("/interpreting")["contents"]))
        counts.append(len(queries))

    assert lengths == [1, 4]
    assert counts[0] == counts[1]


@pytest.mark.parametrize("role", [Role.LEAD, Role.FRONT_DESK, Role.MANAGER, Role.INTERPRETER])
def test_other_roles_are_refused_and_the_unknown_is_not_there(
    role: Role, path: str, machine: Machine, account: Callable[[str], Account]
) -> None:
    StaffMember.objects.filter(code="st-jc05").update(role=role)
    other = Machine(account("st-jc05"))

    refused = [
        other.post(f"{path}/accept")[0], other.post(f"{path}/telephone")[0],
        other.client.get("/api/v1/interpreting").status_code,
    ]  # fmt: skip
    unknown = machine.post(f"/interpreting/{uuid4()}/accept")
    forgotten = machine.post(f"{path}/forget")

    assert refused == [403, 403, 403]
    assert (unknown[0], forgotten[0]) == (404, 422)
    assert IdempotencyRecord.objects.count() == 0
