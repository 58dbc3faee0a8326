"""Phases are data: they switch by date, or by the coordinator, and never overlap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.directory.models import Service
from knotenpunkt.foundation.scope import person_scope, viewer_scope
from knotenpunkt.network.models import Account, Network
from knotenpunkt.people.models import Person
from knotenpunkt.programmes.actions.facts import note_checked, note_declared
from knotenpunkt.programmes.actions.phases import (
    PhaseDraft,
    save_phase,
    save_programme,
    switch_phase,
)
from knotenpunkt.programmes.enums import AskedFact, Standing
from knotenpunkt.programmes.errors import NoAlternative, PhasesOverlap
from knotenpunkt.programmes.models import PersonFact, Programme, ProgrammePhase
from knotenpunkt.programmes.queries import open_now, running_phase, standings_of
from knotenpunkt.web.scope import viewer_of
from tests.consent.conftest import without_wall

D = dt.date
TODAY = D(2027, 2, 22)


@pytest.fixture
def programme(network: Network) -> Programme:
    return Programme.objects.get(code="pr-start")


@pytest.fixture
def coordinator(account: Callable[[str], Account]) -> Account:
    return account("st-ki02")


def phases(programme: Programme) -> list[tuple[D | None, D | None]]:
    return list(programme.phases.values_list("first_on", "last_on"))


def standing(person: Person, day: D = TODAY) -> Standing:
    found = {it.programme.code: it for it in standings_of(person, day)}
    return found["pr-start"].verdict.standing


def test_the_phase_follows_the_date(programme: Programme) -> None:
    days = [D(2027, 1, 3), D(2027, 1, 4), D(2027, 4, 30), D(2027, 5, 2), D(2027, 5, 3)]

    names = [getattr(running_phase(programme, it), "name", {"de": "-"})["de"][:7] for it in days]

    assert names == ["-", "Phase 1", "Phase 1", "-", "Phase 2"]


def test_the_coordinator_switches_and_switches_back(
    programme: Programme, coordinator: Account
) -> None:
    first, second = programme.phases.all()

    switch_phase(phase=second, by=coordinator)
    switched = phases(programme)
    switch_phase(phase=second, by=coordinator)
    again = phases(programme)
    switch_phase(phase=first, by=coordinator)

    assert switched == again
    assert again == [(D(2027, 1, 4), TODAY - dt.timedelta(1)), (TODAY, D(2027, 12, 31))]
    assert phases(programme) == [(D(2027, 1, 4), None), (None, None)]
    assert running_phase(programme, TODAY) == first


def test_a_switch_does_not_run_into_a_third_phase(
    programme: Programme, coordinator: Account
) -> None:
    third = ProgrammePhase.objects.create(
        programme=programme, name={"de": "Phase 3"}, first_on=D(2028, 1, 1), last_on=D(2028, 2, 1)
    )
    before = phases(programme)

    with pytest.raises(PhasesOverlap), transaction.atomic():
        switch_phase(phase=third, by=coordinator)

    assert phases(programme) == before


def test_two_phases_at_once_are_refused_by_the_action_and_by_the_database(
    programme: Programme, coordinator: Account
) -> None:
    new = ProgrammePhase(programme=programme)
    draft = PhaseDraft(name={"de": "x"}, first_on=D(2027, 4, 30), last_on=D(2027, 5, 1))

    with pytest.raises(PhasesOverlap) as error:
        save_phase(phase=new, draft=draft, by=coordinator)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgrammePhase.objects.create(
            programme=programme, name={"de": "x"}, first_on=D(2027, 4, 30), last_on=D(2027, 5, 1)
        )

    assert error.value.other.name["de"].startswith("Phase 1")


def test_a_programme_that_only_refuses_is_not_written(
    programme: Programme, coordinator: Account
) -> None:
    with pytest.raises(NoAlternative):
        save_programme(
            programme=programme, services=list(programme.services.all()), alternatives=[],
            by=coordinator,
        )  # fmt: skip


def test_olena_can_join_once_her_diploma_was_seen(person: Person, counsellor: Account) -> None:
    """Motivated, with a qualification nobody has checked: a paper is what is missing."""
    assert standing(person) == Standing.TO_CHECK

    note_checked(
        person=person, fact=AskedFact.QUALIFICATION, value=True, paper="Diplom", by=counsellor
    )
    row = PersonFact.objects.get(person=person, fact="qualification")

    assert standing(person) == Standing.ELIGIBLE
    assert (row.declared, row.checked, row.paper) == (True, True, "Diplom")
    assert (row.checked_by, row.checked_on) == (counsellor.staff_member, TODAY)
    note_declared(person=person, fact=AskedFact.QUALIFICATION, value=None, by=counsellor)
    assert standing(person) == Standing.ELIGIBLE  # what somebody has seen stays


def test_what_a_paper_shows_counts_more_than_what_she_says(
    person: Person, counsellor: Account
) -> None:
    note_checked(
        person=person, fact=AskedFact.QUALIFICATION, value=False, paper="Zeugnis", by=counsellor
    )
    note_declared(person=person, fact=AskedFact.EXPERIENCE, value=False, by=counsellor)

    found = next(it for it in standings_of(person, TODAY) if it.programme.code == "pr-start")

    assert found.verdict.standing == Standing.NOT_ELIGIBLE
    assert [it["en"] for it in found.reasons] == [
        "This phase is for people with work experience.",
        "This phase is for people with a qualification.",
    ]
    assert [it.code for it in found.alternatives] == [
        "of-ki-sprachwege",
        "of-jmd-erst",
        "of-mbe-erst",
    ]


def test_nobody_is_only_refused(network: Network) -> None:
    """Whoever cannot join, on any day, in any state of the directory, is shown what helps."""
    persons = list(Person.objects.filter(network=network)[:12])
    days = [TODAY, D(2027, 5, 2), D(2027, 6, 1)]

    def refused() -> list[str]:
        return [
            f"{person.code} {it.programme.code} {day}"
            for person in persons
            for day in days
            for it in standings_of(person, day)
            if it.verdict.standing != Standing.ELIGIBLE and not it.alternatives
        ]

    assert refused() == []
    Service.objects.filter(pk__in=Programme.alternatives.through.objects.values("service")).update(
        status="paused"
    )
    assert refused() == []
    Service.objects.update(status="paused")
    assert refused() != []  # the check would notice


def test_three_programmes_cost_no_more_queries_than_one(person: Person, network: Network) -> None:
    Programme.objects.exclude(code="pr-start").delete()
    with CaptureQueriesContext(connection) as one:
        standings_of(person, TODAY)
    some = Programme.objects.get()
    for code in ("b", "c"):
        made = Programme.objects.create(
            network=network, organization=some.organization, code=code, name={"de": code}
        )
        made.services.set(some.services.all())
        made.alternatives.set(some.alternatives.all())
        ProgrammePhase.objects.create(programme=made, name={"de": code}, first_on=TODAY)
    with CaptureQueriesContext(connection) as three:
        assert len(standings_of(person, TODAY)) == 3

    assert len(one) == len(three)


def facts_seen(scope: AbstractContextManager[None], person: Person) -> int:
    with scope:
        return PersonFact.objects.filter(person=person).count()


def test_facts_are_behind_the_wall(
    person: Person, counsellor: Account, other_authority: Account
) -> None:
    assert facts_seen(viewer_scope(viewer_of(counsellor)), person) == 3
    assert facts_seen(person_scope(person.pk), person) == 3
    assert facts_seen(viewer_scope(viewer_of(other_authority)), person) == 0


@pytest.fixture
def without_policy(loaded_network: Network) -> Iterator[None]:
    """The fault that the test above hunts for."""
    with without_wall("programmes_personfact"):
        yield


def test_without_the_wall_the_test_would_see_it(
    without_policy: None, person: Person, other_authority: Account
) -> None:
    assert facts_seen(viewer_scope(viewer_of(other_authority)), person) == 3


def test_the_topic_page_shows_what_is_open_today_and_asks_nothing(network: Network) -> None:
    client = Client(headers={"accept-language": "en"})
    address = reverse("public:topic", args=["t7_labour_market"])

    now = client.get(address).content.decode()
    with time_machine.travel(dt.datetime(2027, 5, 2, 8, tzinfo=dt.UTC)):
        between = client.get(address).content.decode()

    assert "You can join this now" in now
    assert "Skills start" in now
    assert "You have worked in a trade or profession." in now
    assert "From age 18." in now
    assert "Skills start" not in between
    assert [it.programme.code for it in open_now(network, TODAY)] == ["pr-frauen", "pr-start"]
