"""Interpreters: asked, answering, by telephone, settled; no wish is dropped."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import time_machine

from knotenpunkt.availability.models import Interpreter
from knotenpunkt.foundation.models import AuditEntry
from knotenpunkt.network.models import Account
from knotenpunkt.people.enums import GenderWish
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import (
    hold_visit,
    note_attended,
)
from knotenpunkt.visits.actions.interpreting import (
    accept,
    ask_another,
    decline,
    note_done,
    offer,
    settle,
    switch_to_telephone,
)
from knotenpunkt.visits.allowance import NoAllowanceRule, allowance_cents
from knotenpunkt.visits.enums import InterpreterStatus
from knotenpunkt.visits.errors import CannotInterpret, IllegalStep, WishOpen
from knotenpunkt.visits.interpreting import candidates
from knotenpunkt.visits.models import InterpreterAssignment, Visit
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import VisitWish
from tests.interpreting.looks import refreshed, taken

DAY = dt.timedelta(days=1)


def test_from_the_question_to_the_allowance(
    assignment: InterpreterAssignment, coordinator: Account
) -> None:
    states = []
    for do in (
        lambda it: offer(assignment=it, address="https://x/", by=coordinator),
        lambda it: accept(assignment=it, by=None),
        lambda it: note_done(assignment=it, by=coordinator),
        lambda it: settle(assignment=it, by=coordinator),
        lambda it: settle(assignment=it, by=coordinator),
    ):
        states.append(do(assignment).status)

    assert states == ["offered", "accepted", "done", "settled", "settled"]
    assert refreshed(assignment).expense_allowance_cents == 2500


def test_whoever_says_no_is_free_again(
    assignment: InterpreterAssignment, coordinator: Account
) -> None:
    asked = assignment.interpreter
    offer(assignment=assignment, address="https://x/", by=coordinator)

    declined = decline(assignment=assignment, by=None)

    assert declined.status == InterpreterStatus.UNFILLED
    assert not taken(assignment, asked)
    with pytest.raises(IllegalStep):
        accept(assignment=assignment, by=None)


def test_the_telephone_comes_in_and_takes_nobodys_time(
    assignment: InterpreterAssignment, coordinator: Account
) -> None:
    volunteer = assignment.interpreter

    switched = [switch_to_telephone(assignment=assignment, by=coordinator) for _ in range(2)]

    assert {it.status for it in switched} == {InterpreterStatus.TELEPHONE}
    assert switched[0].interpreter.is_remote
    assert not taken(assignment, volunteer)


@pytest.mark.parametrize("condition", [GenderWish.ONLY_FEMALE, GenderWish.ONLY_MALE])
def test_a_condition_on_the_gender_is_never_dropped_silently(
    condition: GenderWish, assignment: InterpreterAssignment, coordinator: Account
) -> None:
    InterpreterAssignment.objects.filter(pk=assignment.pk).update(gender_wish=condition)

    with pytest.raises(WishOpen):
        switch_to_telephone(assignment=assignment, by=coordinator)
    before = refreshed(assignment).status
    switch_to_telephone(assignment=assignment, by=coordinator, person_agreed=True)

    assert before == InterpreterStatus.REQUESTED
    assert AuditEntry.objects.filter(action="interpreting.telephone_against_wish").count() == 1


def test_the_wish_of_the_booking_stands_on_the_assignment(
    person: Person, olenas_wish: VisitWish, counsellor: Account
) -> None:
    wish = replace(olenas_wish, interpreter_gender=GenderWish.ONLY_FEMALE)
    plan = propose_visits(wish).proposals[0].plan

    visit = hold_visit(person=person, plan=plan, wish=wish, by=counsellor)

    rows = InterpreterAssignment.objects.filter(appointment__visit=visit)
    assert {it.gender_wish for it in rows} == {GenderWish.ONLY_FEMALE}
    assert {it.interpreter.gender for it in rows} == {"f"}


def reasons_of(assignment: InterpreterAssignment) -> dict[str, tuple[str, ...]]:
    return {it.interpreter.code: it.reasons for it in candidates(assignment)}


def test_each_reason_is_named(assignment: InterpreterAssignment) -> None:
    service, leg = assignment.appointment.service, assignment.appointment
    other = "in-02" if assignment.interpreter.code != "in-02" else "in-01"
    service.interpreter_class, service.has_legal_effect = "qualified", True
    assignment.gender_wish = "only_male" if other == "in-01" else "only_female"
    Interpreter.objects.filter(code=other).update(notice_workdays=5)

    with time_machine.travel(leg.starts_at - DAY):
        found = reasons_of(assignment)

    assert set(found[other]) >= {"class", "legal_effect", "notice", "gender"}
    assert found["in-90"] == ("gender",)


def test_only_who_can_is_asked(assignment: InterpreterAssignment, coordinator: Account) -> None:
    barred = Interpreter.objects.get(code="in-11")  # speaks Tigrinya

    with pytest.raises(CannotInterpret):
        ask_another(assignment=assignment, interpreter=barred, by=coordinator)

    assert refreshed(assignment).interpreter == assignment.interpreter


def test_one_interpreter_through_the_visit(visit: Visit) -> None:
    on_site = {
        it.interpreter_id
        for it in InterpreterAssignment.objects.filter(
            appointment__visit=visit, interpreter__is_remote=False
        )
    }

    assert len(on_site) == 1


@pytest.mark.parametrize(
    ("minutes", "cents"), [(30, 2500), (120, 2500), (121, 3500), (180, 3500), (181, 4500)]
)
def test_the_allowance_follows_the_rule(minutes: int, cents: int) -> None:
    assert allowance_cents(dt.date(2027, 3, 2), minutes) == cents


def test_before_the_first_rule_there_is_none() -> None:
    with pytest.raises(NoAllowanceRule):
        allowance_cents(dt.date(2020, 1, 1), 30)


def test_one_visit_is_one_call_out(visit: Visit, coordinator: Account) -> None:
    rows = list(
        InterpreterAssignment.objects.filter(
            appointment__visit=visit, interpreter__is_remote=False
        ).order_by("appointment__starts_at")
    )
    for it in rows:
        accept(assignment=it, by=coordinator)
        note_done(assignment=it, by=coordinator)

    paid = [settle(assignment=it, by=coordinator).expense_allowance_cents for it in rows]

    assert paid[0]
    assert set(paid[1:]) <= {0}


def test_the_talk_that_took_place_had_its_interpreter(
    assignment: InterpreterAssignment, counsellor: Account
) -> None:
    accept(assignment=assignment, by=None)

    note_attended(appointment=assignment.appointment, by=counsellor)

    assert refreshed(assignment).status == InterpreterStatus.DONE
