"""Changes by machine: once for a key, 409 for who was slower, 422 for another body."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.models import Visit
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
