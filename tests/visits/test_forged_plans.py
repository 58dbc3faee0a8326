"""A plan is checked again when it is held: what never was valid is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from knotenpunkt.availability.models import Interpreter, Occupancy
from knotenpunkt.network.models import Account, Location, StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import hold_visit
from knotenpunkt.visits.errors import BadPlan, TimesTaken
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.plan import BookingPlan, Malformed, PlannedLeg, read_plan
from knotenpunkt.visits.planning.catalogue import Named
from knotenpunkt.visits.planning.proposals import Proposals
from knotenpunkt.visits.planning.validity import faults_of
from knotenpunkt.visits.planning.wish import VisitWish

MINUTE = dt.timedelta(minutes=1)


def move(leg: PlannedLeg, by: dt.timedelta) -> dict[str, Any]:
    return {"starts_at": leg.starts_at + by, "ends_at": leg.ends_at + by}


FORGERIES: dict[str, Callable[[PlannedLeg], dict[str, Any]]] = {
    "at night": lambda leg: move(leg, dt.timedelta(hours=12)),
    "in the past": lambda leg: move(leg, -dt.timedelta(days=60)),
    "in a year": lambda leg: move(leg, dt.timedelta(days=365)),
    "off the grid": lambda leg: move(leg, 2 * MINUTE),
    "shorter": lambda leg: {"ends_at": leg.ends_at - 5 * MINUTE},
    "longer": lambda leg: {"ends_at": leg.ends_at + 5 * MINUTE},
    "elsewhere": lambda leg: {"location": Location.objects.get(code="site-fiktau").id},
    "someone else": lambda leg: {"staff": (StaffMember.objects.get(code="st-abh02").id,)},
    "nobody": lambda leg: {"staff": (leg.service,)},
    "unknown service": lambda leg: {"service": leg.location},
    "wrong interpreter": lambda leg: {"interpreter": Interpreter.objects.get(code="in-11").id},
    "unknown interpreter": lambda leg: {"interpreter": leg.service},
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_forged_leg_is_refused(
    forgery: str, person: Person, olenas_wish: VisitWish, proposals: Proposals, counsellor: Account
) -> None:
    first, *others = proposals.proposals[0].plan.legs
    forged = BookingPlan(legs=(first.model_copy(update=FORGERIES[forgery](first)), *others))
    before = set(Occupancy.objects.values_list("pk", flat=True))

    with pytest.raises((BadPlan, TimesTaken)):
        hold_visit(person=person, plan=forged, wish=olenas_wish, by=counsellor)

    assert not Visit.objects.filter(person=person).exists()
    assert set(Occupancy.objects.values_list("pk", flat=True)) == before


@pytest.mark.parametrize("forgery", [*FORGERIES, "none"])
def test_the_check_that_reads_only_what_is_named_finds_what_the_whole_one_finds(
    forgery: str,
    olenas_wish: VisitWish,
    proposals: Proposals,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, *others = proposals.proposals[0].plan.legs
    change = FORGERIES[forgery](first) if forgery in FORGERIES else {}
    forged = BookingPlan(legs=(first.model_copy(update=change), *others))
    narrow = faults_of(forged, olenas_wish)

    monkeypatch.setattr(Named, "by", lambda plan: None)

    assert faults_of(forged, olenas_wish) == narrow
    assert bool(narrow) is (forgery != "none")


def test_a_need_before_what_it_needs_is_refused(
    wish: Callable[..., VisitWish], person: Person, counsellor: Account
) -> None:
    from knotenpunkt.visits.planning.proposals import propose_visits

    right = wish("cl-01", "of-bb-anmeldung", "of-ki-seiteneinstieg")
    plan = propose_visits(right).proposals[0].plan
    without = BookingPlan(legs=plan.legs[1:])

    with pytest.raises(BadPlan) as error:
        hold_visit(person=person, plan=without, wish=right, by=counsellor)

    assert [fault.rule for fault in error.value.faults] == ["something must come first"]


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", '{"legs": []}', '{"legs": [{}]}', "x" * 9]
)
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        read_plan(text)


def test_ten_thousand_legs_are_refused(proposals: Proposals) -> None:
    leg = proposals.proposals[0].plan.legs[0].model_dump_json()

    with pytest.raises(Malformed):
        read_plan(f'{{"legs": [{",".join([leg] * 10_000)}]}}')
