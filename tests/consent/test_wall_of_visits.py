"""The second wall around persons, visits, appointments and lines: as the queries show them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model, Q

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.foundation.scope import NOBODY, person_scope, system_scope, viewer_scope
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Network, StaffMember
from knotenpunkt.people.actions import change_person
from knotenpunkt.people.models import (
    Consent,
    DuplicatePair,
    HeldToken,
    Household,
    Need,
    Person,
    ResidenceFacts,
    UnavailableWindow,
)
from knotenpunkt.people.queries import persons_shared_with, persons_visible_to
from knotenpunkt.visits.actions.incidents import cancel_for_organization
from knotenpunkt.visits.actions.waiting import join_line
from knotenpunkt.visits.interpreting import assignments_visible_to
from knotenpunkt.visits.models import (
    Appointment,
    ExternalAppointment,
    HandNotice,
    InterpreterAssignment,
    RepairTask,
    Visit,
    WaitingEntry,
    WaitingOffer,
)
from knotenpunkt.visits.queries import (
    appointments_visible_to,
    fixed_blocks_visible_to,
    hand_notices_visible_to,
    repair_tasks_visible_to,
    visits_visible_to,
    waiting_visible_to,
)
from knotenpunkt.web.scope import viewer_of
from tests.conftest import ROOT
from tests.consent.conftest import tables_behind_the_wall, without_wall
from tests.consent.test_wall import CAST

PERSONAL = (
    Person, Household, UnavailableWindow, HeldToken, Need, ResidenceFacts, DuplicatePair,
)  # fmt: skip
VISITS = (
    Visit, Appointment, WaitingEntry, WaitingOffer, ExternalAppointment, RepairTask, HandNotice,
)  # fmt: skip
UNDER_THE_WALL = PERSONAL + VISITS
# Rows about people that have no policy of their own, and why.
WITHOUT_A_POLICY = {
    "availability_occupancy": "whether somebody is free is asked across houses; keys and times",
    "cooperation_fairregistration": "guests of a fair: no file, no case; its organizer reads them",
    "cooperation_faircontact": "likewise, at the stall where they left a card",
    "foundation_idempotencyrecord": "found by the key that the caller alone has, kept a month",
    "foundation_outboxmessage": "the job that sends is its only reader; a page never lists it",
}
ABOUT_PEOPLE = {
    Sensitivity.CONTACT,
    Sensitivity.MATTER,
    Sensitivity.SENSITIVE,
    Sensitivity.ENTRUSTED,
}
AsAccount = Callable[[str], Account]


@pytest.fixture
def booked(
    visit: Visit, person: Person, counsellor: Account, confidential: Account,
    account: AsAccount, share: Callable[..., Consent],
) -> Visit:  # fmt: skip
    """Olena's visit at four houses, one of which cancels; lines and blocks of two houses."""
    share(account("st-aa06").staff_member, categories=["contact"])
    theirs = Person.objects.get(case_lead=confidential.staff_member, code="cl-22")
    services = [leg.service for leg in visit.appointments.all()[:1]]
    for subject, by in ((person, counsellor), (theirs, confidential)):
        join_line(
            person=subject, services=services, last_on=clock.today() + dt.timedelta(days=60), by=by
        )
        ExternalAppointment.objects.create(
            person=subject, organization=by.staff_member.organization, authority="Court",
            starts_at=clock.now(), ends_at=clock.now() + dt.timedelta(hours=1),
            entered_at=clock.now(),
        )  # fmt: skip
    HandNotice.objects.create(
        person=person, visit=visit, organization=visit.organization, once_key="k", language="uk",
        text="call her", created_at=clock.now(),
    )  # fmt: skip
    leg = visit.appointments.exclude(organization=counsellor.staff_member.organization)[0]
    cancel_for_organization(appointment=leg, by=None)
    return visit


def keys(rows: Any) -> set[Any]:
    return set(rows.values_list("pk", flat=True))


def shown(viewer: Account) -> dict[type[Model], set[Any]]:
    """Return what the queries show: persons of the own file, by grant, and who comes here."""
    visits, legs = visits_visible_to(viewer), appointments_visible_to(viewer)
    tasks = repair_tasks_visible_to(viewer)
    touched = Q(pk__in=visits) | Q(appointments__in=legs) | Q(repair_tasks__in=tasks)
    known = Visit.objects.filter(touched)
    persons = keys(persons_visible_to(viewer, merged=True)) | keys(persons_shared_with(viewer))
    if viewer.staff_member.role == Role.DATA_PROTECTION_OFFICER:  # keys of files to delete
        persons |= keys(Person.objects.filter(organization=viewer.staff_member.organization))
    return {
        Person: persons | set(known.values_list("person_id", flat=True)),
        Visit: keys(known),
        Appointment: keys(legs) | keys(Appointment.objects.filter(visit__repair_tasks__in=tasks)),
        WaitingEntry: keys(waiting_visible_to(viewer)),
        ExternalAppointment: keys(fixed_blocks_visible_to(viewer, with_removed=True)),
        RepairTask: keys(tasks),
        HandNotice: keys(hand_notices_visible_to(viewer)),
    }


def agrees(viewer: Account) -> bool:
    expected = shown(viewer)
    with viewer_scope(viewer_of(viewer)):
        return expected == {it: keys(it.objects) for it in expected}  # type: ignore[attr-defined]


@pytest.mark.parametrize("code", CAST)
def test_wall_and_queries_agree(code: str, booked: Visit, account: AsAccount) -> None:
    assert agrees(account(code))


# The two who coordinate interpreters see where one is needed: the test below.
ROLES = sorted(set(Role) - {Role.INTERPRETER_COORDINATOR, Role.COORDINATOR})


@pytest.mark.parametrize("role", ROLES)
def test_wall_and_queries_agree_for_every_role(
    role: str, booked: Visit, counsellor: Account
) -> None:
    StaffMember.objects.filter(account=counsellor).update(role=role)

    assert agrees(Account.objects.get(pk=counsellor.pk))


def test_the_cast_sees_different_things(booked: Visit, account: AsAccount) -> None:
    def seen(code: str) -> tuple[int, int, int]:
        with viewer_scope(viewer_of(account(code))):
            legs = Appointment.objects.filter(visit=booked).count()
            return Person.objects.count(), Visit.objects.filter(pk=booked.pk).count(), legs

    houses = set(booked.appointments.values_list("organization__code", flat=True))
    assert len(houses) == 4
    assert {code: seen(code)[1:] for code in ("st-ki03", "st-ki01", "st-hw01", "st-abh04")} == {
        "st-ki03": (1, 4), "st-ki01": (0, 0), "st-hw01": (0, 0), "st-abh04": (0, 0),
    }  # fmt: skip
    assert seen("st-aa06")[0] == len(keys(persons_visible_to(account("st-aa06")))) + 1


def test_a_house_sees_its_own_leg_and_who_comes(booked: Visit, person: Person) -> None:
    for leg in booked.appointments.exclude(organization=booked.organization):
        desk = StaffMember.objects.filter(
            organization=leg.organization, role=Role.WORKER, left_on=None, account__isnull=False
        ).first()
        if desk is None or booked.repair_tasks.filter(organization=leg.organization).exists():
            continue
        with viewer_scope(viewer_of(desk.account)):
            assert list(Appointment.objects.filter(visit=booked)) == [leg]
            assert Person.objects.filter(pk=person.pk).exists()
            assert not Need.objects.filter(person=person).exists()
            assert not UnavailableWindow.objects.filter(person=person).exists()


def test_who_coordinates_interpreters_sees_their_talks_and_no_person(
    booked: Visit, person: Person, stranger: Account
) -> None:
    StaffMember.objects.filter(account=stranger).update(role=Role.INTERPRETER_COORDINATOR)
    interpreted = booked.appointments.filter(interpreter_assignment__isnull=False)
    coordinator = Account.objects.get(pk=stranger.pk)
    asked = keys(assignments_visible_to(coordinator))

    with viewer_scope(viewer_of(coordinator)):
        assert keys(Appointment.objects) <= keys(interpreted)
        assert keys(InterpreterAssignment.objects) == asked != set()
        assert not Person.objects.filter(pk=person.pk).exists()


@pytest.mark.parametrize("model", UNDER_THE_WALL)
def test_nobody_sees_nothing(model: type, booked: Visit) -> None:
    with viewer_scope(NOBODY):
        assert model.objects.count() == 0  # type: ignore[attr-defined]


def test_the_person_sees_her_own(booked: Visit, person: Person) -> None:
    with person_scope(person.pk):
        assert list(Person.objects.all()) == [person]
        assert set(Visit.objects.values_list("person", flat=True)) == {person.pk}
        assert Appointment.objects.filter(visit=booked).count() == 4
        assert not Appointment.objects.exclude(visit__person=person).exists()
        assert WaitingEntry.objects.count() == ExternalAppointment.objects.count() == 1
        assert UnavailableWindow.objects.exclude(person=person).count() == 0


def test_a_confidential_file_changes_hands(account: AsAccount, confidential: Account) -> None:
    theirs = Person.objects.get(case_lead=confidential.staff_member, code="cl-22")
    colleague = account("st-mb01").staff_member
    ResidenceFacts.objects.update_or_create(person=theirs, defaults={"title": "§ 25 (2)"})

    with viewer_scope(viewer_of(confidential)):
        before = ResidenceFacts.objects.filter(person=theirs).count()
        change_person(person=theirs, by=confidential, fields={"case_lead": colleague})

        assert (before, ResidenceFacts.objects.filter(person=theirs).count()) == (1, 0)


def test_every_table_that_leads_to_a_person_is_behind_the_wall_or_says_why(db: None) -> None:
    assert tables_behind_the_wall(UNDER_THE_WALL) == len(UNDER_THE_WALL)
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        walled = {row[0] for row in cursor.fetchall()}
    about = {
        it._meta.db_table for it in models_leading_to(Person) | models_with_fields_about_people()
    }

    assert about - walled == set(WITHOUT_A_POLICY)
    assert len(about & walled) > 45


def models_with_fields_about_people() -> set[type[Model]]:
    """Return the models that say of a field that it tells something of somebody."""
    return {
        it
        for it in apps.get_models()
        if ABOUT_PEOPLE & set(getattr(getattr(it, "Privacy", None), "fields", {}).values())
    }


def models_leading_to(target: type[Model]) -> set[type[Model]]:
    """Return the model and all whose foreign keys lead to it, however far; links are models."""
    found: set[type[Model]] = {target}
    models = apps.get_models(include_auto_created=True)
    while True:
        more = {
            it for it in models if any(field.related_model in found for field in it._meta.fields)
        }
        if more <= found:
            return found
        found |= more


WITH_CONTROL = ("people_person", "visits_visit", "visits_appointment", "visits_waitingentry")


@pytest.fixture(params=WITH_CONTROL)
def without_policy(request: pytest.FixtureRequest, loaded_network: Network) -> Iterator[None]:
    """The fault that the tests above hunt for."""
    with without_wall(request.param):
        yield


def test_without_the_wall_the_tests_would_see_it(
    without_policy: None, booked: Visit, account: AsAccount
) -> None:
    assert not agrees(account("st-hw01"))


def test_a_scope_inside_a_scope_asks_the_database_once(db: None) -> None:
    with system_scope("outside"), system_scope("inside"), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('knotenpunkt.kind', true)")
        assert cursor.fetchone() == ("system",)


ACTION = re.compile(r"(@in_system_scope\([^\n]*\n)?@transaction\.atomic[^\n]*\ndef ([a-z]\w+)")


def test_every_action_of_a_visit_acts_for_the_whole_of_it() -> None:
    folder = ROOT / "src" / "knotenpunkt" / "visits" / "actions"
    # Who wants to interpret has no visit: her way is walked by those who see it.
    files = [path for path in folder.glob("*.py") if path.name != "volunteers.py"]
    found = [it for path in files for it in ACTION.findall(path.read_text())]

    assert len(found) >= 40
    assert [name for scope, name in found if not scope] == []
    assert ACTION.findall("@transaction.atomic\ndef forgotten(") == [("", "forgotten")]
