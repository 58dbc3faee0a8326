"""Interpreters: asked, answered by a signed link, by telephone, settled; no wish is dropped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.availability.models import Interpreter, Occupancy
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.models import AuditEntry, OutboxMessage
from knotenpunkt.network.models import Account
from knotenpunkt.people.enums import GenderWish
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import (
    cancel_appointment,
    cancel_visit,
    confirm_visit,
    hold_visit,
    note_attended,
)
from knotenpunkt.visits.actions.changing import hold_change
from knotenpunkt.visits.actions.interpreting import (
    accept,
    ask_another,
    decline,
    note_done,
    offer,
    offer_key,
    settle,
    switch_to_telephone,
)
from knotenpunkt.visits.allowance import NoAllowanceRule, allowance_cents
from knotenpunkt.visits.enums import InterpreterStatus
from knotenpunkt.visits.errors import CannotInterpret, IllegalStep, WishOpen
from knotenpunkt.visits.interpreting import assignments_visible_to, candidates
from knotenpunkt.visits.models import InterpreterAssignment, Visit
from knotenpunkt.visits.planning.options import options_to_move
from knotenpunkt.visits.planning.proposals import Proposals, propose_visits
from knotenpunkt.visits.planning.wish import VisitWish

DAY = dt.timedelta(days=1)


@pytest.fixture
def visit(
    person: Person, olenas_wish: VisitWish, proposals: Proposals, counsellor: Account
) -> Visit:
    plan = proposals.proposals[0].plan
    held = hold_visit(person=person, plan=plan, wish=olenas_wish, by=counsellor)
    return confirm_visit(visit=held, by=counsellor)


@pytest.fixture
def coordinator(account: Callable[[str], Account]) -> Account:
    return account("st-ki08")


@pytest.fixture
def assignment(visit: Visit) -> InterpreterAssignment:
    """A volunteer who is asked to interpret for Olena."""
    found = InterpreterAssignment.objects.filter(
        appointment__visit=visit, interpreter__is_remote=False
    ).select_related("interpreter", "appointment__visit__network", "appointment__service")
    first = found.order_by("appointment__starts_at").first()
    assert first is not None
    return first


def refreshed(assignment: InterpreterAssignment) -> InterpreterAssignment:
    return InterpreterAssignment.objects.select_related("interpreter").get(pk=assignment.pk)


def taken(assignment: InterpreterAssignment, interpreter: Interpreter) -> bool:
    return Occupancy.objects.filter(
        part=assignment.appointment_id, resource=interpreter.id
    ).exists()


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


# Pages


def page(account: Account) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(account)
    return client


def answer_path(assignment: InterpreterAssignment) -> str:
    return reverse("interpreting:answer", args=[offer_key(assignment)])


def test_opening_the_link_changes_nothing_and_a_button_answers(
    assignment: InterpreterAssignment, coordinator: Account
) -> None:
    offer(assignment=assignment, address="https://x/", by=coordinator)
    volunteer = Client(headers={"accept-language": "en"})

    shown = volunteer.get(answer_path(assignment)).content.decode()
    before = refreshed(assignment).status
    said = volunteer.post(answer_path(assignment), {"answer": "yes"}, follow=True).content.decode()

    assert (before, refreshed(assignment).status) == ("offered", "accepted")
    assert "You have said yes" in said
    topic = assignment.appointment.service.topic.name["en"]
    for known in ("Olena", topic, "Українська"):
        assert known in shown
    for hidden in (
        "Hrytsenko",
        assignment.appointment.service.name["en"],
        assignment.appointment.visit.code,
    ):
        assert hidden not in shown


def test_the_link_of_another_interpreter_is_dead(
    assignment: InterpreterAssignment, coordinator: Account
) -> None:
    offer(assignment=assignment, address="https://x/", by=coordinator)
    path = answer_path(assignment)
    switch_to_telephone(assignment=assignment, by=coordinator)

    gone = Client(headers={"accept-language": "en"}).post(path, {"answer": "yes"}, follow=True)

    assert "This request is settled" in gone.content.decode()
    assert "Olena" not in gone.content.decode()
    assert refreshed(assignment).status == InterpreterStatus.TELEPHONE
    assert Client().get(path[:-9] + "xxxxxxx/").status_code == 200


def test_the_mail_says_nothing_of_the_person(
    assignment: InterpreterAssignment, coordinator: Account
) -> None:
    Interpreter.objects.filter(pk=assignment.interpreter_id).update(email="v@example.org")

    for _ in range(2):
        offer(assignment=assignment, address="https://x/i/abc/", by=coordinator)

    mail = OutboxMessage.objects.get()
    assert "https://x/i/abc/" in mail.body
    assert "Olena" not in mail.subject + mail.body


def test_tomorrows_gaps_go_to_the_telephone(
    visit: Visit, assignment: InterpreterAssignment, coordinator: Account
) -> None:
    client = page(coordinator)
    with time_machine.travel(assignment.appointment.starts_at - DAY):
        client.force_login(coordinator)
        shown = client.get(reverse("desk:interpreting"))
        ids = [str(it.id) for it in shown.context["gaps"]]
        said = client.post(
            reverse("desk:interpreting_telephone"), {"assignments": ids}, follow=True
        )

        assert ids
        assert not said.context["gaps"]
    assert "by telephone now" in said.content.decode()
    rows = InterpreterAssignment.objects.filter(pk__in=ids)
    assert {it.status for it in rows} == {"telephone"}


def test_the_coordinator_sees_neither_person_nor_matter(
    assignment: InterpreterAssignment, coordinator: Account
) -> None:
    day = assignment.appointment.starts_at.date().isoformat()
    client = page(coordinator)

    html = client.get(reverse("desk:interpreting"), {"day": day}).content.decode()
    html += client.get(
        reverse("desk:interpreter_assignment", args=[assignment.id])
    ).content.decode()

    assert assignment.interpreter.name in html
    for hidden in (
        "Olena",
        assignment.appointment.visit.code,
        assignment.appointment.service.name["en"],
    ):
        assert hidden not in html


@pytest.mark.parametrize("code", ["st-ki03", "st-jc05", "st-mb02", "st-jc01"])
def test_only_coordinators_come_in(
    code: str, assignment: InterpreterAssignment, account: Callable[[str], Account]
) -> None:
    client = page(account(code))

    assert client.get(reverse("desk:interpreting")).status_code == 403
    assert (
        client.get(reverse("desk:interpreter_assignment", args=[assignment.id])).status_code == 403
    )
    assert not assignments_visible_to(account(code)).exists()


def test_an_unknown_assignment_or_step_is_not_found(
    assignment: InterpreterAssignment, coordinator: Account
) -> None:
    client = page(coordinator)

    assert client.get(reverse("desk:interpreter_assignment", args=[uuid4()])).status_code == 404
    unknown = reverse("desk:interpreter_assignment_step", args=[assignment.id, "forget"])
    assert client.post(unknown).status_code == 404


def test_the_overview_needs_as_many_queries_for_three_as_for_one(
    visit: Visit, assignment: InterpreterAssignment, coordinator: Account
) -> None:
    client = page(coordinator)
    url = reverse("desk:interpreting")
    day = assignment.appointment.starts_at.date().isoformat()
    rows = InterpreterAssignment.objects.filter(appointment__visit=visit)
    rows.exclude(pk=assignment.pk).update(status="released")
    counts = []
    for status in ("released", "requested"):
        rows.exclude(pk=assignment.pk).update(status=status)
        client.get(url, {"day": day})
        with CaptureQueriesContext(connection) as queries:
            client.get(url, {"day": day})
        counts.append(len(queries))

    assert rows.count() > 1
    assert len(set(counts)) == 1


def said_yes(assignment: InterpreterAssignment, by: Account) -> Interpreter:
    """Let the interpreter know of all talks of the visit, by a mail that has left."""
    interpreter = assignment.interpreter
    interpreter.email = "helga@example.org"
    interpreter.save(update_fields=["email"])
    for it in InterpreterAssignment.objects.filter(
        appointment__visit=assignment.appointment.visit, interpreter=interpreter
    ):
        offer(assignment=it, address="https://x/", by=by)
        accept(assignment=it, by=None)
    OutboxMessage.objects.update(sent_at=clock.now())
    return interpreter


def mails_to(interpreter: Interpreter) -> list[OutboxMessage]:
    return list(
        OutboxMessage.objects.filter(
            recipient=interpreter.email, purpose="interpreting.changed", cancelled_at=None
        )
    )


def test_who_has_said_yes_hears_once_that_a_whole_visit_is_cancelled(
    assignment: InterpreterAssignment, coordinator: Account, counsellor: Account
) -> None:
    interpreter = said_yes(assignment, coordinator)
    visit = assignment.appointment.visit
    talks = InterpreterAssignment.objects.filter(
        appointment__visit=visit, interpreter=interpreter
    ).count()

    for _ in range(2):
        cancel_visit(visit=visit, by=counsellor)

    (mail,) = mails_to(interpreter)
    when = clock.local_time_text(assignment.appointment.starts_at)
    assert mail.subject == "Knotenpunkt: Ein Einsatz hat sich geändert"
    assert mail.body.count("entfällt") == talks
    assert when in mail.body
    for private in (visit.code, visit.person.given_name, assignment.appointment.location.name):
        assert private not in mail.subject + mail.body


def test_who_was_not_asked_yet_hears_nothing(
    assignment: InterpreterAssignment, counsellor: Account
) -> None:
    interpreter = assignment.interpreter
    interpreter.email = "helga@example.org"
    interpreter.save(update_fields=["email"])

    cancel_appointment(appointment=assignment.appointment, by=counsellor)

    assert mails_to(interpreter) == []


def test_a_question_that_has_not_left_is_taken_back_instead(
    assignment: InterpreterAssignment, coordinator: Account, counsellor: Account
) -> None:
    interpreter = assignment.interpreter
    interpreter.email = "helga@example.org"
    interpreter.save(update_fields=["email"])
    offer(assignment=assignment, address="https://x/", by=coordinator)

    cancel_appointment(appointment=assignment.appointment, by=counsellor)

    assert mails_to(interpreter) == []
    assert OutboxMessage.objects.get(purpose="interpreting.offer").cancelled_at is not None


def test_a_talk_that_moves_is_told_to_who_would_have_interpreted(
    assignment: InterpreterAssignment, coordinator: Account, counsellor: Account
) -> None:
    interpreter = said_yes(assignment, coordinator)
    leg = assignment.appointment
    visit = Visit.objects.get(pk=leg.visit_id)
    plan = options_to_move(visit, leg)[0].plan
    change = hold_change(visit=visit, plan=plan, seen_version=visit.version, by=counsellor)

    confirm_visit(visit=change, by=counsellor)

    moved = change.appointments.get(moved_from=leg)
    is_hers = InterpreterAssignment.objects.filter(
        appointment=moved, interpreter=interpreter
    ).exists()
    (mail,) = mails_to(interpreter)
    before, now = (clock.local_time_text(it.starts_at) for it in (leg, moved))
    assert mail.body == (
        f"Der Einsatz am {before} ist verlegt auf {now}. Wir fragen Sie neu an.\n"
        if is_hers
        else f"Der Einsatz am {before} entfällt für Sie. Vielen Dank!\n"
    )
