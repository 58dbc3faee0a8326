"""Changes by machine: once for a key, 409 for who was slower, 422 for another body."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.models import Visit, WaitingEntry
from knotenpunkt.visits.planning.options import options_to_move
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import VisitWish
from tests.web.machine import Machine


@pytest.fixture
def visit(person: Person, wish: Callable[..., VisitWish], counsellor: Account) -> Visit:
    needs = wish("cl-01", "of-bb-anmeldung", "of-vz-konto")
    plan = propose_visits(needs).proposals[0].plan
    held = hold_visit(person=person, plan=plan, wish=needs, by=counsellor)
    return confirm_visit(visit=held, by=counsellor)


def test_a_change_is_held_once_for_a_key_and_overtaken_for_an_old_version(
    visit: Visit, counsellor: Account
) -> None:
    machine = Machine(counsellor)
    leg = visit.appointments.get(service__code="of-vz-konto")
    plan = options_to_move(visit, leg)[0].plan.model_dump(mode="json")
    path = f"/visits/{visit.id}/changes"

    first = machine.post(path, {"plan": plan, "version": visit.version})
    again = machine.post(path, {"plan": plan, "version": visit.version})
    other_body = machine.post(path, {"plan": plan, "version": 7})
    old = machine.post(path, {"plan": plan, "version": 7}, key="another-key")

    assert first[0] == 200
    assert first == again
    assert Visit.objects.filter(changes=visit).count() == 1
    assert (other_body[0], other_body[1]["type"]) == (422, "urn:knotenpunkt:key-reused")
    assert (old[0], old[1]["type"]) == (409, "urn:knotenpunkt:overtaken")


def test_one_appointment_is_cancelled_and_a_stranger_finds_nothing(
    visit: Visit, counsellor: Account, other_authority: Account
) -> None:
    leg = visit.appointments.get(service__code="of-vz-konto")
    path = f"/visits/{visit.id}/appointments/{leg.id}/cancel"

    stranger = Machine(other_authority).post(path)
    mine = Machine(counsellor).post(path, {"version": visit.version})

    leg.refresh_from_db()
    assert (stranger[0], mine[0]) == (404, 200)
    assert leg.status == "cancelled_by_person"


def test_without_a_key_or_with_nonsense_nothing_happens(visit: Visit, counsellor: Account) -> None:
    machine = Machine(counsellor)

    short = machine.post(f"/visits/{visit.id}/extend", key="x")
    bad = machine.post(f"/visits/{visit.id}/changes", {"plan": {"legs": []}, "version": 0})

    assert (short[0], bad[0]) == (422, 422)


def test_who_has_a_time_waits_for_an_earlier_one(visit: Visit, counsellor: Account) -> None:
    machine = Machine(counsellor)
    body = {"person": str(visit.person_id), "visit": str(visit.pk), "last_on": "2027-03-12"}

    joined = [machine.post("/waiting", body, "join-line-2") for _ in range(2)]

    services = sorted(str(it.service_id) for it in visit.appointments.all())
    assert joined[0] == joined[1]
    assert (joined[0][0], joined[0][1]["visit"]) == (201, str(visit.pk))
    assert (joined[0][1]["services"], WaitingEntry.objects.count()) == (services, 1)


def test_a_move_by_machine_from_the_options_to_the_new_visit(
    visit: Visit, counsellor: Account, other_authority: Account
) -> None:
    machine = Machine(counsellor)
    leg = visit.appointments.get(service__code="of-vz-konto")
    path = f"/visits/{visit.id}/appointments/{leg.id}/options"

    found = machine.get(f"{path}?how=move")
    chosen = found["options"][0]
    held = machine.post(
        f"/visits/{visit.id}/changes", {"plan": chosen["plan"], "version": found["version"]}
    )[1]
    preview = machine.get(f"/visits/{held['id']}/preview")
    booked = machine.post(f"/visits/{held['id']}/confirm", key="confirm-change-1")

    new = chosen["plan"]["legs"][chosen["new_leg"]]
    assert new["service"] == str(leg.service_id)
    assert [it["id"] for it in preview["ends"]] == [str(leg.id)]
    assert [(it["service"], it["starts_at"]) for it in preview["begins"]] == [
        (new["service"], new["starts_at"])
    ]
    assert len(preview["stays"]) == 1
    assert preview["free_again"] == [str(it.pk) for it in leg.staff.all()]
    assert preview["have_a_talk"] == new["staff"]
    assert (booked[0], booked[1]["status"]) == (200, "booked")


def test_who_else_and_one_need_more_are_options_too(
    visit: Visit, counsellor: Account, other_authority: Account
) -> None:
    machine, stranger = Machine(counsellor), Machine(other_authority)
    leg = visit.appointments.get(service__code="of-bb-anmeldung")
    more = Service.objects.get(code="of-gk-orient")
    one, add = f"/visits/{visit.id}/appointments/{leg.id}/options", f"/visits/{visit.id}/additions"

    swaps = machine.get(f"{one}?how=swap")["options"]
    added = machine.get(f"{add}?service={more.pk}")["options"]
    refused = [
        machine.client.get(f"/api/v1{path}").status_code
        for path in (
            f"{one}?how=fly", f"{add}?service={uuid4()}", f"/visits/{visit.id}/preview",
            f"/visits/{uuid4()}/additions?service={more.pk}",
        )
    ]  # fmt: skip
    foreign = [
        stranger.client.get(f"/api/v1{path}").status_code
        for path in (f"{one}?how=swap", f"{add}?service={more.pk}")
    ]
    machine.post(f"/visits/{visit.id}/cancel")
    over = machine.client.get(f"/api/v1{add}?service={more.pk}")

    start = leg.starts_at.isoformat().replace("+00:00", "Z")
    assert {it["plan"]["legs"][it["new_leg"]]["starts_at"] for it in swaps} <= {start}
    assert not any(it["is_same_staff"] for it in swaps)
    assert [len(it["plan"]["legs"]) for it in added] == [3] * len(added)
    assert added
    assert (refused, foreign, over.status_code) == ([422, 422, 404, 404], [404, 404], 409)
