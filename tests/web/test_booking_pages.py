"""Pages of repair, waiting list, change and fixed blocks: who may open them, how they refuse."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.availability.actions.pools import enrol
from knotenpunkt.availability.models import CapacityPool
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import cancel_appointment, confirm_visit, hold_visit
from knotenpunkt.visits.actions.incidents import cancel_for_organization
from knotenpunkt.visits.models import (
    Appointment,
    ExternalAppointment,
    RepairTask,
    Visit,
    WaitingEntry,
)
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import VisitWish
from knotenpunkt.web.desk.navigation import booking_tabs_for, entries_for

Wish = Callable[..., VisitWish]


def client_of(account: Account) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(account)
    return client


@pytest.fixture
def desk(counsellor: Account) -> Client:
    return client_of(counsellor)


def book(code: str, wish: Wish, by: Account) -> Visit:
    person = Person.objects.select_related("network").get(code=code)
    needs = wish(code, "of-vz-konto", "of-bb-anmeldung")
    plan = propose_visits(needs).proposals[0].plan
    return confirm_visit(visit=hold_visit(person=person, plan=plan, wish=needs, by=by), by=by)


@pytest.fixture
def visit(person: Person, wish: Wish, counsellor: Account) -> Visit:
    return book("cl-01", wish, counsellor)


def lose_one(visit: Visit, by: Account) -> RepairTask:
    leg = visit.appointments.get(service__code="of-bb-anmeldung")
    task = cancel_for_organization(appointment=leg, by=by)
    assert task is not None
    return task


def test_a_hurt_visit_is_repaired_from_its_page(
    desk: Client, visit: Visit, counsellor: Account
) -> None:
    task = lose_one(visit, counsellor)
    listed = desk.get(reverse("desk:repair")).content.decode()

    decide = reverse("desk:repair_decide", args=[task.id])
    shown = desk.post(decide, {"decision": "propose"}, follow=True).content.decode()
    desk.post(decide, {"decision": "confirm"})

    task.refresh_from_db()
    assert visit.code in listed
    assert "Book this replacement" in shown
    assert task.status == "repaired"
    assert desk.post(decide, {"decision": "confirm"}).status_code in (302, 409)
    assert desk.post(decide, {"decision": "burn"}).status_code == 422


def test_a_stranger_finds_neither_task_nor_line_nor_change(
    visit: Visit, counsellor: Account, other_authority: Account
) -> None:
    task = lose_one(visit, counsellor)
    stranger = client_of(other_authority)
    leg = visit.appointments.first()
    assert leg is not None

    for name, args in (
        ("desk:repair_task", [task.id]),
        ("desk:visit_change", [visit.id]),
        ("desk:visit_options", [visit.id, leg.id]),
        ("desk:fixed_blocks", [visit.person_id]),
        ("desk:waiting_join", [visit.person_id]),
    ):
        theirs = stranger.get(reverse(name, args=args))
        nothing = stranger.get(reverse(name, args=[uuid4() for _ in args]))
        assert (theirs.status_code, nothing.status_code) == (404, 404)


def test_two_tabs_and_the_slower_one_sees_how_it_is_now(
    desk: Client, visit: Visit, counsellor: Account
) -> None:
    first, second = visit.appointments.order_by("position")
    page = desk.get(reverse("desk:visit_options", args=[visit.id, first.id]), {"how": "move"})
    plan = page.context["options"][0][0].plan.model_dump_json()
    cancel_appointment(appointment=second, by=counsellor)

    answer = desk.post(
        reverse("desk:visit_change_hold", args=[visit.id]),
        {"plan": plan, "version": visit.version},
    )

    assert answer.status_code == 409
    assert "nothing was overwritten" in answer.content.decode()
    assert not Visit.objects.filter(changes=visit).exists()


def test_a_whole_visit_is_cancelled_as_it_was_seen(
    desk: Client, visit: Visit, counsellor: Account
) -> None:
    address = reverse("desk:visit_cancel", args=[visit.id])
    seen = {"version": visit.version}
    cancel_appointment(appointment=visit.appointments.all()[0], by=counsellor)

    old = desk.post(address, seen)
    visit.refresh_from_db()
    status = visit.status
    desk.post(address, {"version": visit.version})

    visit.refresh_from_db()
    assert (old.status_code, status) == (409, "booked")
    assert "nothing was overwritten" in old.content.decode()
    assert visit.status == "cancelled"


def test_a_move_is_previewed_and_then_booked(desk: Client, visit: Visit) -> None:
    leg = visit.appointments.get(service__code="of-vz-konto")
    page = desk.get(reverse("desk:visit_options", args=[visit.id, leg.id]), {"how": "move"})
    option = page.context["options"][0][0]

    preview = desk.post(
        reverse("desk:visit_change_hold", args=[visit.id]),
        {"plan": option.plan.model_dump_json(), "version": visit.version},
        follow=True,
    )
    visit.refresh_from_db()
    before = visit.status
    change = Visit.objects.get(changes=visit)
    desk.post(reverse("desk:visit_confirm", args=[change.id]))

    visit.refresh_from_db()
    assert "For whom something changes" in preview.content.decode()
    assert (before, visit.status, visit.replaced_by) == ("booked", "replaced", change)


def test_waiting_for_an_earlier_time_from_the_persons_page(
    desk: Client, visit: Visit, person: Person
) -> None:
    address = reverse("desk:waiting_join", args=[person.id])

    bad = desk.post(address, {"last_on": "2020-01-01"})
    good = desk.post(address, {"visit": str(visit.id), "last_on": "2027-03-12"}, follow=True)

    assert bad.status_code == 422
    assert "wants an earlier time" in good.content.decode()
    assert WaitingEntry.objects.get().visit == visit


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": "2020-01-01"},
        {"ends": "08:00"},
        {"day": "2027-03-28", "starts": "02:30"},
        {"authority": ""},
    ],
)
def test_a_fixed_block_that_cannot_be_is_refused(
    desk: Client, person: Person, wrong: dict[str, str]
) -> None:
    data = {
        "authority": "Jobcenter", "day": "2027-03-03", "starts": "09:00", "ends": "09:30",
        "way_minutes": "30",
    } | wrong  # fmt: skip

    answer = desk.post(reverse("desk:fixed_blocks", args=[person.id]), data)

    assert answer.status_code == 422
    assert ExternalAppointment.objects.count() == 0


def test_a_fixed_block_is_moved_on_its_page(desk: Client, person: Person) -> None:
    data = {
        "authority": "Jobcenter", "day": "2027-03-03", "starts": "09:00", "ends": "09:30",
        "way_minutes": "30",
    }  # fmt: skip
    desk.post(reverse("desk:fixed_blocks", args=[person.id]), data)
    block = ExternalAppointment.objects.get()
    address = reverse("desk:fixed_block_change", args=[block.id])

    shown = desk.get(address).content.decode()
    bad = desk.post(address, {**data, "ends": "08:00"})
    desk.post(address, {**data, "starts": "10:00", "ends": "10:30"})

    block.refresh_from_db()
    assert 'value="09:00"' in shown
    assert bad.status_code == 422
    assert f"{block.starts_at:%H:%M}" == "09:00"  # UTC


def test_a_person_enters_a_programme_and_leaves_it_on_her_page(
    desk: Client, person: Person, counsellor: Account
) -> None:
    pool = CapacityPool.objects.create(
        organization=counsellor.staff_member.organization, code="page", programme="Modul 9",
        funder="Land", first_on=dt.date(2027, 1, 1),
    )  # fmt: skip
    address = reverse("desk:person_pools", args=[person.id])

    bad = desk.post(address, {"pool": str(pool.id), "last_on": "2020-01-01"})
    desk.post(address, {"pool": str(pool.id)})
    on_her_page = desk.get(reverse("desk:person", args=[person.id])).content.decode()
    left = desk.post(reverse("desk:pool_leave", args=[person.id, pool.id]), follow=True)

    assert bad.status_code == 422
    assert "Modul 9" in on_her_page
    assert "No programme pays for her" in left.content.decode()
    assert not person.pool_memberships.exists()


def test_only_whose_programme_it_is_or_a_coordinator_lets_people_in(
    desk: Client, person: Person, visit: Visit, counsellor: Account
) -> None:
    other = visit.appointments.get(service__code="of-bb-anmeldung").organization
    pool = CapacityPool.objects.create(
        organization=other, code="page", programme="Modul 9", funder="Bund",
        first_on=dt.date(2027, 1, 1),
    )  # fmt: skip
    address = reverse("desk:person_pools", args=[person.id])
    leave = reverse("desk:pool_leave", args=[person.id, pool.id])

    shown = desk.get(address).content.decode()
    refused = desk.post(address, {"pool": str(pool.id)})
    enrol(pool=pool, person=person, by=counsellor)
    not_hers = desk.post(leave)
    StaffMember.objects.filter(account=counsellor).update(role="coordinator")
    coordinator = client_of(Account.objects.get(pk=counsellor.pk))
    ended = coordinator.post(leave)
    entered = coordinator.post(address, {"pool": str(pool.id)})

    assert "Modul 9" not in shown
    assert (refused.status_code, not_hers.status_code) == (422, 404)
    assert (ended.status_code, entered.status_code) == (302, 302)
    assert person.pool_memberships.filter(pool=pool).exists()


def test_the_ledger_says_who_used_what_and_codes_only_of_own_visits(
    visit: Visit, account: Callable[[str], Account], counsellor: Account
) -> None:
    leg = visit.appointments.get(service__code="of-bb-anmeldung")
    pool = CapacityPool.objects.create(
        organization=leg.organization, code="page", programme="Modul 9",
        funder="Bund", first_on=dt.date(2027, 1, 1),
    )  # fmt: skip
    Appointment.objects.filter(pk=leg.pk).update(pool="ring_fenced", capacity_pool=pool)
    address = reverse("desk:pool_ledger", args=[pool.id])

    def page_of(role: str, organization: object) -> HttpResponse:
        StaffMember.objects.filter(account=counsellor).update(role=role, organization=organization)
        return client_of(Account.objects.get(pk=counsellor.pk)).get(address)  # type: ignore[return-value]

    own = page_of("coordinator", visit.organization).content.decode()
    house = page_of("manager", leg.organization).content.decode()
    stranger = page_of("lead", visit.organization)

    assert (visit.code in own, "Bund" in own) == (True, True)
    assert (visit.code in house, visit.organization.name in house) == (False, True)  # type: ignore[union-attr]
    assert stranger.status_code == 404


@pytest.mark.parametrize("role", ["worker", "manager", "lead", "front_desk"])
def test_repair_line_and_capacity_are_one_entry_with_the_tabs_of_the_role(
    role: str, counsellor: Account
) -> None:
    StaffMember.objects.filter(account=counsellor).update(role=role)
    client = client_of(Account.objects.get(pk=counsellor.pk))
    figures = ["capacity", "pools", "outreach", "benefit"]
    tabs = {
        "worker": ["repair", "waiting", "programmes"],
        "manager": [*figures, "programmes", "cohorts"],
        "lead": ["repair", "waiting", *figures, "programmes", "cohorts"],
        "front_desk": [],
    }[role]

    bar = [it.url_name for it in entries_for(role) if it.key == "booking"]
    pages = [client.get(reverse(f"desk:{name}")) for name in tabs]

    assert [it.key for it in booking_tabs_for(role)] == tabs
    assert bar == ([f"desk:{tabs[0]}"] if tabs else [])
    for page in pages:
        assert page.status_code == 200
        assert page.content.decode().count('aria-current="page"') == 2  # in the bar, in the tabs


def test_a_plan_of_two_thousand_legs_is_refused(desk: Client, visit: Visit) -> None:
    leg = visit.appointments.all()[0]
    one = {
        "service": str(leg.service_id), "location": str(leg.location_id), "language": "de",
        "staff": [str(leg.staff.all()[0].pk)], "starts_at": leg.starts_at.isoformat(),
        "ends_at": leg.ends_at.isoformat(),
    }  # fmt: skip

    answer = desk.post(
        reverse("desk:visit_change_hold", args=[visit.id]),
        {"plan": json.dumps({"legs": [one] * 2000}), "version": visit.version},
    )

    assert answer.status_code == 422
    assert not Visit.objects.filter(changes=visit).exists()


def test_three_tasks_need_no_more_queries_than_one(
    desk: Client, visit: Visit, wish: Wish, counsellor: Account
) -> None:
    lose_one(visit, counsellor)
    desk.get(reverse("desk:repair"))
    with CaptureQueriesContext(connection) as one:
        desk.get(reverse("desk:repair"))
    for code in ("cl-07", "cl-15"):
        Person.objects.filter(code=code).update(languages=["uk", "ru"])
        other = book(code, wish, counsellor)
        lose_one(other, counsellor)
    with CaptureQueriesContext(connection) as three:
        page = desk.get(reverse("desk:repair"))

    assert len(page.context["page"]) == 3
    assert len(one) == len(three)
