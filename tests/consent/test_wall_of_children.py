"""What hangs on a visit, a line, a task or a person is seen by whoever sees that."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from knotenpunkt.availability.models import CapacityPool, PoolMember
from knotenpunkt.casework.models import JointSession
from knotenpunkt.directory.models import Document
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import NOBODY, person_scope, viewer_scope
from knotenpunkt.network.models import Account, Network
from knotenpunkt.newcomers.models import PackedDocument, SecondFactor
from knotenpunkt.people.models import Person
from knotenpunkt.visits.models import (
    Appointment,
    Arrival,
    InterpreterAssignment,
    QueueTicket,
    RepairTask,
    Visit,
    WaitingEntry,
)
from knotenpunkt.web.scope import viewer_of
from tests.consent import test_wall_of_visits as visits
from tests.consent.conftest import tables_behind_the_wall, without_wall

booked = visits.booked  # the fixture
CHILDREN = (
    PoolMember, JointSession, PackedDocument, SecondFactor, Arrival, QueueTicket,
    RepairTask.lost.through, WaitingEntry.services.through, Appointment.staff.through,
    InterpreterAssignment,
)  # fmt: skip
Seen = dict[str, int]


@pytest.fixture
def children(booked: Visit, person: Person, counsellor: Account) -> Visit:
    """One row of each child, all Olena's; her line and the lost leg are there already."""
    leg, now, house = booked.appointments.all()[0], clock.now(), booked.organization
    PoolMember.objects.all().delete()
    for of_every_leg in (Appointment.staff.through, InterpreterAssignment):
        of_every_leg.objects.exclude(appointment__visit=booked).delete()
    PoolMember.objects.create(
        pool=CapacityPool.objects.all()[0], person=person, first_on=clock.today()
    )
    JointSession.objects.create(
        appointment=leg, question="Course?", arranged_by=counsellor.staff_member
    )
    PackedDocument.objects.create(visit=booked, document=Document.objects.all()[0])
    SecondFactor.objects.create(person=person, kind="word", secret_hash="x", created_at=now)
    Arrival.objects.create(appointment=leg)
    QueueTicket.objects.create(
        organization=house, location=leg.location, day=clock.today(), number=9, language="uk",
        minutes=15, visit=booked, issued_at=now,
    )  # fmt: skip
    return booked


def seen() -> Seen:
    return {it.__name__: it.objects.count() for it in CHILDREN if it.objects.exists()}  # type: ignore[attr-defined]


def as_staff(viewer: Account) -> Seen:
    with viewer_scope(viewer_of(viewer)):
        return seen()


def test_the_house_of_the_file_sees_them_but_for_her_word(
    children: Visit, counsellor: Account
) -> None:
    assert as_staff(counsellor) == {
        "PoolMember": 1, "JointSession": 1, "PackedDocument": 1, "Arrival": 1, "QueueTicket": 1,
        "RepairTask_lost": 1, "WaitingEntry_services": 1, "Appointment_staff": 4,
        "InterpreterAssignment": 2,
    }  # fmt: skip


def test_she_sees_her_own_but_not_what_offices_mend(children: Visit, person: Person) -> None:
    with person_scope(person.pk):
        found = seen()
    with person_scope(Person.objects.get(code="cl-02").pk):
        of_another = seen()

    assert found == {
        "PoolMember": 1, "JointSession": 1, "PackedDocument": 1, "SecondFactor": 1, "Arrival": 1,
        "QueueTicket": 1, "WaitingEntry_services": 1, "Appointment_staff": 4,
        "InterpreterAssignment": 2,
    }  # fmt: skip
    assert of_another == {}


@pytest.mark.parametrize("code", ["st-hw01", "st-abh04", "st-ki01"])
def test_strangers_and_those_who_look_after_the_house_see_none(
    code: str, children: Visit, account: Callable[[str], Account]
) -> None:
    assert as_staff(account(code)) == {}


def test_nobody_sees_any(children: Visit) -> None:
    assert tables_behind_the_wall(CHILDREN) == len(CHILDREN)
    with viewer_scope(NOBODY):
        assert seen() == {}


def test_nobody_writes_beside_a_row_that_she_does_not_see(
    children: Visit, stranger: Account
) -> None:
    document = Document.objects.all()[1]

    with viewer_scope(viewer_of(stranger)), pytest.raises(DatabaseError), transaction.atomic():
        PackedDocument.objects.create(visit=children, document=document)


@pytest.mark.parametrize(
    "table", ["visits_arrival", "visits_appointment_staff", "visits_interpreterassignment"]
)
def test_one_child_asks_for_one_parent_by_its_key(
    table: str, children: Visit, counsellor: Account
) -> None:
    """The plan, not the time: no table of parents is walked through to show one child."""
    with viewer_scope(viewer_of(counsellor)), connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT * FROM {table} WHERE appointment_id = %s",
                       [children.appointments.all()[0].pk])  # fmt: skip
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "visits_appointment_pkey" in plan
    assert "Seq Scan" not in plan


@pytest.fixture(params=[it._meta.db_table for it in CHILDREN])
def without_policy(
    request: pytest.FixtureRequest, loaded_network: Network
) -> Iterator[type[Model]]:
    """The fault that the tests above hunt for."""
    with without_wall(request.param):
        yield next(it for it in CHILDREN if it._meta.db_table == request.param)


def test_without_the_wall_the_tests_would_see_it(
    without_policy: type[Model], children: Visit, stranger: Account
) -> None:
    assert [*as_staff(stranger)] == [without_policy.__name__]
