"""From a wish in a file to the first assignment: and nothing leads from the one to the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.availability.enums import InterpreterRank
from knotenpunkt.availability.models import Interpreter
from knotenpunkt.casework.actions.wishes import pass_on_wish
from knotenpunkt.casework.models import InterpreterWish
from knotenpunkt.foundation.models import AuditEntry
from knotenpunkt.foundation.scope import viewer_scope
from knotenpunkt.network.models import Account, Network, StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.people.subject_access import subject_access
from knotenpunkt.visits.actions.volunteers import admit, begin_path, end_path, note_step
from knotenpunkt.visits.errors import StepsOpen
from knotenpunkt.visits.models import InterpreterAssignment, InterpreterPath, Visit
from knotenpunkt.visits.models.volunteers import VolunteerStep
from knotenpunkt.visits.volunteers import paths_visible_to
from knotenpunkt.web.rights import rights_matrix
from knotenpunkt.web.scope import viewer_of
from tests.consent.conftest import without_wall

AsStaff = Callable[[str], Client]
TODAY = dt.date(2027, 2, 22)
WISH = {"name": "Olena H.", "email": "olena@example.org", "languages": ["uk", "ru"]}


@pytest.fixture
def coordinator(account: Callable[[str], Account]) -> Account:
    return account("st-ki08")


@pytest.fixture
def path(network: Network, coordinator: Account) -> InterpreterPath:
    InterpreterPath.objects.all().delete()
    return begin_path(network=network, by=coordinator, **WISH)  # type: ignore[arg-type]


def all_steps(path: InterpreterPath, by: Account) -> None:
    for step in VolunteerStep:
        note_step(path=path, step=step, on=TODAY, by=by)


def test_nobody_interprets_before_every_step(path: InterpreterPath, coordinator: Account) -> None:
    for step in list(VolunteerStep)[:-1]:
        note_step(path=path, step=step, on=TODAY, by=coordinator)

    with pytest.raises(StepsOpen) as error:
        admit(path=path, rank=InterpreterRank.VOLUNTEER, by=coordinator)
    with pytest.raises(IntegrityError), transaction.atomic():
        InterpreterPath.objects.filter(pk=path.pk).update(interpreter=Interpreter.objects.first())

    assert error.value.steps == ("expenses_on",)


def test_after_the_last_step_she_is_in_the_pool_once_and_is_asked_in_time(
    path: InterpreterPath, coordinator: Account
) -> None:
    all_steps(path, coordinator)

    found = [admit(path=path, rank=InterpreterRank.VOLUNTEER, by=coordinator) for _ in range(2)]

    assert found[0] == found[1]
    one = found[0]
    assert (one.name, one.languages, one.rank, one.notice_workdays) == (
        "Olena H.", ["uk", "ru"], "volunteer", 5,
    )  # fmt: skip
    with pytest.raises(StepsOpen):
        note_step(path=path, step=VolunteerStep.CONFIDENTIALITY, on=None, by=coordinator)
    with pytest.raises(StepsOpen):
        end_path(path=path, by=coordinator)


def test_the_first_assignment_shows_when_she_was_there(
    path: InterpreterPath, coordinator: Account, visit: Visit
) -> None:
    all_steps(path, coordinator)
    one = admit(path=path, rank=InterpreterRank.VOLUNTEER, by=coordinator)
    leg = visit.appointments.order_by("starts_at")[0]
    InterpreterAssignment.objects.filter(appointment=leg).delete()
    talk = InterpreterAssignment.objects.create(appointment=leg, interpreter=one, status="accepted")

    before = paths_visible_to(coordinator).get().first_talk_at  # type: ignore[attr-defined]
    InterpreterAssignment.objects.filter(pk=talk.pk).update(status="done")
    after = paths_visible_to(coordinator).get().first_talk_at  # type: ignore[attr-defined]

    assert (before, after) == (None, leg.starts_at)


def test_a_wish_is_passed_on_once_and_nothing_joins_the_two(
    person: Person, counsellor: Account
) -> None:
    InterpreterPath.objects.all().delete()
    for _ in range(2):
        pass_on_wish(person=person, by=counsellor, **WISH)  # type: ignore[arg-type]
    path = InterpreterPath.objects.get()

    assert InterpreterWish.objects.get().agreed_on == TODAY
    keys = {str(person.pk), str(InterpreterWish.objects.get().pk), str(counsellor.pk)}
    row = InterpreterPath.objects.filter(pk=path.pk).values().get()
    assert not {str(value) for value in row.values()} & keys
    trail = AuditEntry.objects.get(subject_id=str(path.pk))
    assert trail.account_id is None
    assert str(path.pk) not in str(subject_access(person, counsellor))


def test_no_model_of_interpreters_has_a_key_to_a_person(db: None) -> None:
    def targets(model: str) -> set[str]:
        return {
            field.related_model._meta.label  # type: ignore[union-attr]
            for field in apps.get_model(model)._meta.get_fields()
            if field.is_relation and not field.auto_created and field.related_model
        }

    assert "people.Person" not in targets("visits.InterpreterPath")
    assert "people.Person" not in targets("availability.Interpreter")
    assert targets("casework.InterpreterWish") == {"people.Person", "network.StaffMember"}


def test_as_an_interpreter_she_sees_no_file_not_even_her_own(
    person: Person, path: InterpreterPath, as_staff: AsStaff
) -> None:
    made = Account.objects.create_user("olena@ki.example")
    StaffMember.objects.create(
        organization=person.organization, account=made, name="Olena", job="x", role="interpreter",
    )  # fmt: skip
    interpreter = Account.objects.get(pk=made.pk)
    client = Client()
    client.force_login(interpreter)

    assert not persons_visible_to(interpreter).exists()
    with viewer_scope(viewer_of(interpreter)):
        assert not Person.objects.exists()
        assert not InterpreterPath.objects.exists()
        assert not InterpreterWish.objects.exists()
    for address, roles in rights_matrix().items():
        if "person_id" in address:
            assert "interpreter" not in (roles or frozenset()), address
    assert client.get(reverse("desk:interpreter_wish", args=[person.pk])).status_code == 403
    assert client.get(reverse("desk:volunteers")).status_code == 403


def test_interpreter_coordination_sees_only_its_side(
    person: Person, counsellor: Account, coordinator: Account, as_staff: AsStaff
) -> None:
    pass_on_wish(person=person, by=counsellor, **WISH)  # type: ignore[arg-type]
    path = InterpreterPath.objects.get(email=WISH["email"])
    client = as_staff("st-ki08")

    shown = client.get(reverse("desk:volunteer", args=[path.pk])).content.decode()

    assert "Olena H." in shown
    assert not [it for it in (str(person.pk), person.family_name, person.code) if it in shown]
    assert client.get(reverse("desk:interpreter_wish", args=[person.pk])).status_code == 404
    with viewer_scope(viewer_of(coordinator)):
        assert not InterpreterWish.objects.exists()


def seen_by(account: Account) -> tuple[int, int]:
    with viewer_scope(viewer_of(account)):
        return InterpreterPath.objects.count(), InterpreterWish.objects.count()


def test_both_sides_are_behind_the_wall(
    person: Person, path: InterpreterPath, counsellor: Account, coordinator: Account,
    other_authority: Account,
) -> None:  # fmt: skip
    InterpreterWish.objects.create(person=person, agreed_on=TODAY)

    assert seen_by(coordinator) == (1, 0)
    assert seen_by(counsellor) == (0, 1)
    assert seen_by(other_authority) == (0, 0)


@pytest.fixture
def without_policies(loaded_network: Network) -> Iterator[None]:
    """The fault that the test above hunts for."""
    with without_wall("visits_interpreterpath"), without_wall("casework_interpreterwish"):
        yield


def test_without_the_wall_the_test_would_see_it(
    without_policies: None, person: Person, path: InterpreterPath, other_authority: Account
) -> None:
    InterpreterWish.objects.create(person=person, agreed_on=TODAY)

    assert seen_by(other_authority) == (1, 1)


def test_the_pages_from_the_wish_to_the_pool(person: Person, as_staff: AsStaff) -> None:
    InterpreterPath.objects.all().delete()
    counsellor, coordination = as_staff("st-ki03"), as_staff("st-ki08")
    wish = reverse("desk:interpreter_wish", args=[person.pk])

    without_yes = counsellor.post(wish, WISH)
    passed_on = counsellor.post(wish, {**WISH, "has_agreed": "on"}, follow=True)
    path = InterpreterPath.objects.get()
    page = reverse("desk:volunteer", args=[path.pk])
    too_early = coordination.post(
        reverse("desk:volunteer_admit", args=[path.pk]), {"rank": "volunteer"}, follow=True
    )
    ahead = coordination.post(page, {"step": "talk_on", "on": "2027-03-22"})
    for step in VolunteerStep:
        coordination.post(page, {"step": step.value, "on": "2027-02-22"})
    coordination.post(reverse("desk:volunteer_admit", args=[path.pk]), {"rank": "volunteer"})

    assert without_yes.status_code == 422
    assert "Passed on with her yes" in passed_on.content.decode()
    assert "Still missing" in too_early.content.decode()
    assert ahead.status_code == 422
    path.refresh_from_db()
    assert path.interpreter is not None
    assert "in the pool" in coordination.get(reverse("desk:volunteers")).content.decode()


def test_who_does_not_go_on_is_asked_and_deleted(path: InterpreterPath, as_staff: AsStaff) -> None:
    client, address = as_staff("st-ki08"), reverse("desk:volunteer_end", args=[path.pk])

    assert "cannot be undone" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    assert not InterpreterPath.objects.exists()


def test_the_list_asks_as_often_for_one_as_for_three(
    path: InterpreterPath, network: Network, coordinator: Account, as_staff: AsStaff
) -> None:
    client, address = as_staff("st-ki08"), reverse("desk:volunteers")
    client.get(address)

    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _ in range(2):
        begin_path(network=network, by=coordinator, **WISH)  # type: ignore[arg-type]
    with CaptureQueriesContext(connection) as three:
        assert len(client.get(address).context["rows"]) == 3

    assert len(one) == len(three)
