"""Pages of interpreters: the signed link, the coordinator's overview, who may come in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.availability.models import Interpreter
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.models import Account
from knotenpunkt.visits.actions.interpreting import (
    offer,
    offer_key,
    switch_to_telephone,
)
from knotenpunkt.visits.enums import InterpreterStatus
from knotenpunkt.visits.interpreting import assignments_visible_to
from knotenpunkt.visits.models import InterpreterAssignment, Visit
from tests.interpreting.looks import refreshed

DAY = dt.timedelta(days=1)


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
