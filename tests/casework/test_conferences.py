"""Conferences: anonymous by default, named by living consent, with minutes that lead somewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.db import IntegrityError, transaction

from knotenpunkt.casework.actions.conferences import (
    ConferenceRequest,
    add_agenda_item,
    agree_step,
    close_conference,
    correct_minutes,
    finish_step,
    invite_guest,
    release_minutes,
    request_conference,
    schedule_conference,
    write_minutes,
)
from knotenpunkt.casework.errors import Identifying, Incomplete, NotShared, StillOpen, TooEarly
from knotenpunkt.casework.models import CaseConference
from knotenpunkt.casework.queries.conferences import (
    conferences_visible_to,
    guest_view,
    lights_of,
    steps_of,
)
from knotenpunkt.network.models import Account
from knotenpunkt.people.actions import withdraw_consent
from knotenpunkt.people.models import Consent, Person
from tests.casework.conftest import consent_to

WHEN = dt.datetime(2027, 3, 4, 9, tzinfo=dt.UTC)


@pytest.fixture
def named(person: Person, counsellor: Account, recipient: Account) -> CaseConference:
    return request_conference(
        request=ConferenceRequest(
            "Kann Olena Hrytsenko vor dem Kurs arbeiten?", (recipient.staff_member,), person
        ),
        by=counsellor,
    )


@pytest.fixture
def yes(person: Person, counsellor: Account, recipient: Account) -> Consent:
    return consent_to(person, (recipient.staff_member,), "case_conference", counsellor)


@pytest.fixture
def anonymous(counsellor: Account, recipient: Account) -> CaseConference:
    return request_conference(
        request=ConferenceRequest("Kurs oder Arbeit zuerst?", (recipient.staff_member,)),
        by=counsellor,
    )


def schedule(conference: CaseConference, by: Account) -> CaseConference:
    return schedule_conference(
        conference=conference, starts_at=WHEN, minutes=45, location=None, by=by
    )


def test_lights_follow_the_living_grants(
    named: CaseConference, request: pytest.FixtureRequest
) -> None:
    def lights() -> dict[str, bool]:
        return {it.seat.staff_member.code: it.is_green for it in lights_of(named)}

    before = lights()
    consent = request.getfixturevalue("yes")
    with_consent = lights()
    withdraw_consent(consent=consent, by=None)
    named.refresh_from_db()

    assert before == {"st-ki03": True, "st-jc05": False}
    assert with_consent == {"st-ki03": True, "st-jc05": True}
    assert named.status == "turned_anonymous"


def test_a_named_conference_needs_everybody(named: CaseConference, counsellor: Account) -> None:
    with pytest.raises(NotShared) as error:
        schedule(named, counsellor)

    assert error.value.names == ["Malte Grothusen"]


def test_with_consent_it_is_scheduled(
    named: CaseConference, yes: Consent, counsellor: Account
) -> None:
    assert schedule(named, counsellor).status == "scheduled"


def test_a_withdrawn_consent_turns_it_anonymous_during_preparation(
    named: CaseConference, yes: Consent, counsellor: Account, person: Person
) -> None:
    schedule(named, counsellor)

    withdraw_consent(consent=yes, by=None, how="phone")

    named.refresh_from_db()
    assert (named.status, named.mode, named.person) == ("turned_anonymous", "anonymous", None)
    assert named.question == "Kann […] […] vor dem Kurs arbeiten?"
    assert named.agenda.get().text == named.question
    assert list(person.conferences.all()) == []


def test_an_anonymous_conference_is_refused_what_identifies(
    anonymous: CaseConference, counsellor: Account, recipient: Account
) -> None:
    text = "Olena, geb. 14.05.1988, soll in den Kurs."

    for act in (
        lambda: write_minutes(conference=anonymous, text=text, by=counsellor),
        lambda: add_agenda_item(conference=anonymous, text=text, minutes=5, by=counsellor),
        lambda: request_conference(
            request=ConferenceRequest(text, (recipient.staff_member,)), by=counsellor
        ),
    ):
        with pytest.raises(Identifying) as error:
            act()
        assert {kind for kind, _words in error.value.findings} >= {"name", "date"}


def test_the_database_keeps_persons_out_of_anonymous_conferences(
    anonymous: CaseConference, person: Person
) -> None:
    name = "an_anonymous_conference_has_no_person"

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        CaseConference.objects.filter(pk=anonymous.pk).update(person=person)


def test_minutes_are_released_after_three_working_days(
    anonymous: CaseConference, counsellor: Account, recipient: Account
) -> None:
    schedule(anonymous, counsellor)
    with time_machine.travel(WHEN):
        held = write_minutes(conference=anonymous, text="Erst der Kurs.", by=counsellor)
        correct_minutes(conference=held, text="Kurs und Praktikum.", by=recipient)
        with pytest.raises(TooEarly) as error:
            release_minutes(conference=held, by=counsellor)
    with time_machine.travel(WHEN + dt.timedelta(days=6)):
        released = release_minutes(conference=held, by=counsellor)

    assert error.value.day == dt.date(2027, 3, 9)
    assert released.status == "minutes_released"


def test_agreed_steps_have_evidence_before_it_is_closed(
    anonymous: CaseConference, counsellor: Account, recipient: Account
) -> None:
    schedule(anonymous, counsellor)
    write_minutes(conference=anonymous, text="Erst der Kurs.", by=counsellor)
    agreed = agree_step(
        conference=anonymous, text="Kursplatz suchen", owner=recipient.staff_member,
        due_on=dt.date(2027, 3, 12), deputy=None, by=counsellor,
    )  # fmt: skip
    with time_machine.travel(WHEN):
        release_minutes(conference=anonymous, by=counsellor)

        with pytest.raises(StillOpen):
            close_conference(conference=anonymous, by=counsellor)
        with pytest.raises(Incomplete):
            finish_step(agreed=agreed, evidence=" ", by=recipient)
        finish_step(agreed=agreed, evidence="Anmeldung vom 3. 3.", by=recipient)
        closed = close_conference(conference=anonymous, by=counsellor)

    assert closed.status == "closed"


def test_guests_see_their_item_at_its_time_alone(
    anonymous: CaseConference, counsellor: Account, account: Callable[[str], Account]
) -> None:
    guest = account("st-vh01")
    item = add_agenda_item(conference=anonymous, text="Kursplätze", minutes=10, by=counsellor)
    invite_guest(item=item, guest=guest.staff_member, by=counsellor)
    schedule(anonymous, counsellor)

    early = guest_view(guest, anonymous.pk)
    with time_machine.travel(WHEN + dt.timedelta(minutes=47)):
        at_time = guest_view(guest, anonymous.pk)

    assert early is not None
    assert at_time is not None
    assert (early.is_now, at_time.is_now, at_time.item) == (False, True, item)
    assert not conferences_visible_to(guest).filter(pk=anonymous.pk).exists()


def test_a_guest_of_a_named_conference_without_grant_sees_nothing(
    named: CaseConference, yes: Consent, counsellor: Account, account: Callable[[str], Account]
) -> None:
    guest = account("st-vh01")
    schedule(named, counsellor)
    invite_guest(item=named.agenda.get(), guest=guest.staff_member, by=counsellor)

    with time_machine.travel(WHEN):
        assert guest_view(guest, named.pk) is None


WHO = {"st-ki03": True, "st-jc05": True, "st-ki04": False, "st-jc02": False, "st-abh02": False}


@pytest.mark.parametrize("code", WHO)
def test_who_sees_a_named_conference(
    named: CaseConference, yes: Consent, code: str, account: Callable[[str], Account]
) -> None:
    found = conferences_visible_to(account(code)).filter(pk=named.pk).exists()

    assert found is WHO[code]


def test_who_loses_the_grant_later_keeps_the_own_tasks_alone(
    named: CaseConference, yes: Consent, counsellor: Account, recipient: Account
) -> None:
    schedule(named, counsellor)
    write_minutes(conference=named, text="Olena arbeitet zuerst.", by=counsellor)
    agree_step(
        conference=named, text="Stelle melden", owner=recipient.staff_member,
        due_on=dt.date(2027, 3, 12), deputy=None, by=counsellor,
    )  # fmt: skip

    withdraw_consent(consent=yes, by=None)

    assert not conferences_visible_to(recipient).filter(pk=named.pk).exists()
    assert [it.text for it in steps_of(recipient)] == ["Stelle melden"]
