"""Binding appointments of authorities: immovable, respected, never made or imitated by us."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from knotenpunkt.network.models import Account
from knotenpunkt.people.messages import known_purposes
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.actions.fixed_blocks import Block, enter_fixed_block, remove_fixed_block
from knotenpunkt.visits.actions.repairing import confirm_repair, propose_repair, settle
from knotenpunkt.visits.errors import Collides, IllegalStep, TimesTaken
from knotenpunkt.visits.models import ExternalAppointment, RepairTask, Visit
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import VisitWish
from tests.conftest import ROOT

Wish = Callable[..., VisitWish]
HALF_HOUR = dt.timedelta(minutes=30)


@pytest.fixture
def needs(wish: Wish) -> VisitWish:
    return wish("cl-01", "of-bb-anmeldung")


def over(start: dt.datetime) -> Block:
    return Block("Jobcenter", start, start + HALF_HOUR, "Haus 2", way_minutes=15)


def test_planning_keeps_clear_of_a_block_and_of_the_way_to_it(
    person: Person, needs: VisitWish, counsellor: Account
) -> None:
    before = propose_visits(needs).proposals[0].plan
    block = over(before.legs[0].starts_at)

    enter_fixed_block(person=person, block=block, by=counsellor)

    start, end = block.during
    after = [it.plan.legs[0] for it in propose_visits(needs).proposals]
    assert after
    assert not [leg for leg in after if leg.starts_at < end and start < leg.ends_at]
    with pytest.raises(TimesTaken):
        hold_visit(person=person, plan=before, wish=needs, by=counsellor)


def test_a_block_over_a_booked_appointment_is_asked_about_first(
    person: Person, needs: VisitWish, counsellor: Account
) -> None:
    visit = book(person, needs, counsellor)
    leg = visit.appointments.get()

    with pytest.raises(Collides) as error:
        enter_fixed_block(person=person, block=over(leg.starts_at), by=counsellor)

    assert error.value.appointments == [leg.id]
    assert ExternalAppointment.objects.count() == 0


def test_what_yields_to_a_block_becomes_a_task_and_is_repaired_around_it(
    person: Person, needs: VisitWish, counsellor: Account
) -> None:
    visit = book(person, needs, counsellor)
    leg = visit.appointments.get()

    block = enter_fixed_block(
        person=person, block=over(leg.starts_at), by=counsellor, displace=True
    )
    task = RepairTask.objects.get(visit=visit)
    with pytest.raises(IllegalStep):
        settle(task=task, by=counsellor)
    new = confirm_repair(task=propose_repair(task=task, by=counsellor), by=counsellor)

    moved = new.appointments.get()
    assert moved.ends_at <= block.starts_at or moved.starts_at >= block.ends_at


def test_two_letters_that_contradict_each_other_are_not_solved_by_us(
    person: Person, counsellor: Account
) -> None:
    start = dt.datetime(2027, 3, 2, 8, tzinfo=dt.UTC)
    enter_fixed_block(person=person, block=over(start), by=counsellor)

    with pytest.raises(Collides):
        enter_fixed_block(person=person, block=over(start), by=counsellor, displace=True)


def test_a_block_that_was_called_off_frees_the_time(
    person: Person, needs: VisitWish, counsellor: Account
) -> None:
    plan = propose_visits(needs).proposals[0].plan
    block = enter_fixed_block(person=person, block=over(plan.legs[0].starts_at), by=counsellor)

    for _ in range(2):
        remove_fixed_block(block=block, by=counsellor)

    assert propose_visits(needs).proposals[0].plan == plan


def book(person: Person, needs: VisitWish, by: Account) -> Visit:
    plan = propose_visits(needs).proposals[0].plan
    return confirm_visit(visit=hold_visit(person=person, plan=plan, wish=needs, by=by), by=by)


SUMMONS = ("meldeaufforderung", "einladung", "vorladung", "summons", "sanktion", "sanction")


def imitations(texts: dict[str, dict[str, str]]) -> list[str]:
    """Return the purposes whose text sounds like an act of an authority."""
    return [
        purpose
        for purpose, languages in texts.items()
        if any(word in text.lower() for text in languages.values() for word in SUMMONS)
    ]


def test_no_message_imitates_a_summons_and_one_that_did_would_be_found() -> None:
    texts = {purpose: dict(found) for purpose, found in known_purposes().items()}

    assert imitations(texts) == []
    assert imitations(texts | {"planted": {"de": "Einladung nach § 309 SGB III"}}) == ["planted"]


def makers(folder: Path) -> set[str]:
    """Return the files that make fixed blocks."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and "ExternalAppointment.objects.create" in ast.unparse(
                node.func
            ):
                found.add(path.name)
    return found


def test_only_what_a_colleague_enters_makes_a_block() -> None:
    assert makers(ROOT / "src" / "knotenpunkt") == {"fixed_blocks.py"}
