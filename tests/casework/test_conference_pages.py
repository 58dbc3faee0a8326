"""Pages of conferences: lights, what is refused, who sees what."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.casework.actions.conferences import ConferenceRequest, request_conference
from knotenpunkt.casework.models import CaseConference
from knotenpunkt.network.models import Account
from knotenpunkt.people.actions import withdraw_consent
from knotenpunkt.people.models import Person
from tests.casework.conftest import consent_to

SignIn = Callable[[str], Client]


def test_from_question_to_minutes_on_pages(as_staff: SignIn, recipient: Account) -> None:
    client = as_staff("st-ki03")
    asked = client.post(
        reverse("desk:conference_new"),
        {"question": "Kurs oder Arbeit?", "members": [str(recipient.staff_member.pk)]},
    )
    found = CaseConference.objects.get(question="Kurs oder Arbeit?")

    def post(word: str, data: dict[str, object]) -> int:
        return client.post(reverse(f"desk:conference_{word}", args=[found.pk]), data).status_code

    when = {"day": "2027-03-04", "starts": "10:00", "minutes": 45}
    codes = [
        post("schedule", when),
        post("item", {"text": "Kursplätze", "minutes": 10}),
        post("minutes", {"text": "Frau Meier soll in den Kurs."}),
        post("minutes", {"text": "Erst der Kurs."}),
        client.post(reverse("desk:conference_do", args=[found.pk, "release"])).status_code,
    ]

    found.refresh_from_db()
    assert asked.status_code == 302
    assert codes == [302, 302, 422, 302, 409]
    assert (found.status, found.record) == ("held", "Erst der Kurs.")


@pytest.fixture
def named(person: Person, counsellor: Account, recipient: Account) -> CaseConference:
    return request_conference(
        request=ConferenceRequest("Was zuerst?", (recipient.staff_member,), person), by=counsellor
    )


@pytest.mark.parametrize("code", ["st-jc05", "st-ki04", "st-mb02", "st-abh02"])
def test_before_the_consent_nobody_else_opens_it(
    named: CaseConference, code: str, as_staff: SignIn
) -> None:
    url = reverse("desk:conference", args=[named.pk])

    assert as_staff(code).get(url).status_code == 404


def test_withdrawn_consent_shows_as_turned_anonymous(
    named: CaseConference, person: Person, counsellor: Account, recipient: Account, as_staff: SignIn
) -> None:
    consent = consent_to(person, (recipient.staff_member,), "case_conference", counsellor)
    partner, url = as_staff("st-jc05"), reverse("desk:conference", args=[named.pk])
    before = partner.get(url).content.decode()

    withdraw_consent(consent=consent, by=None)

    after = partner.get(url).content.decode()
    assert "Olena" in before
    assert "Olena" not in after
    assert "Turned anonymous" in after


def test_only_the_chair_changes_it(
    named: CaseConference, person: Person, counsellor: Account, recipient: Account, as_staff: SignIn
) -> None:
    consent_to(person, (recipient.staff_member,), "case_conference", counsellor)

    answer = as_staff("st-jc05").post(
        reverse("desk:conference_minutes", args=[named.pk]), {"text": "x"}
    )

    assert answer.status_code == 404


def test_the_list_needs_as_many_queries_for_three_as_for_one(
    named: CaseConference, counsellor: Account, recipient: Account, as_staff: SignIn
) -> None:
    client = as_staff("st-ki03")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("desk:conferences")).status_code == 200
        return len(queries)

    CaseConference.objects.exclude(pk=named.pk).delete()
    one = count()
    for _ in range(2):
        request_conference(
            request=ConferenceRequest("Wie weiter?", (recipient.staff_member,), named.person),
            by=counsellor,
        )

    assert count() == one
