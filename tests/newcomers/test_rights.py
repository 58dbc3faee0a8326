"""Her rights by code and second factor."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import time_machine

from knotenpunkt.foundation.scope import viewer_scope
from knotenpunkt.network.models import Account, Network
from knotenpunkt.newcomers.models import SecondFactor
from knotenpunkt.people.actions import log_read
from knotenpunkt.people.models import Person
from knotenpunkt.visits.models import Visit
from knotenpunkt.web.public import limits
from knotenpunkt.web.scope import viewer_of
from tests.newcomers.walk import book, newcomer

WORD = "соняшник"


@pytest.fixture
def visit(network: Network) -> Visit:
    book(newcomer(), given_name="Olena", contact="0151 23456789", word=WORD)
    return Visit.objects.select_related("person").get(organization=None)


def path(visit: Visit, rest: str = "") -> str:
    return f"/v/{visit.code}/mine/{rest}"


@pytest.mark.parametrize("secret", [WORD, " Соняшник ", "0151 23456789", "+49 151 23456789"])
def test_word_or_number_opens_the_page(secret: str, visit: Visit) -> None:
    page = newcomer("de").post(path(visit), {"secret": secret}, follow=True)

    assert page.status_code == 200
    assert "Das ist über Sie gespeichert" in page.content.decode()
    assert "Olena" in page.content.decode()


def test_the_code_alone_shows_nothing(visit: Visit) -> None:
    phone = newcomer("de")

    pages = [phone.get(path(visit, it), follow=True) for it in ("", "data.json", "erase/")]
    phone.post(path(visit, "erase/"))

    assert all("gespeichert" not in page.content.decode() for page in pages)
    assert Person.objects.filter(pk=visit.person_id).exists()


def test_after_five_wrong_tries_even_the_right_one_waits(visit: Visit) -> None:
    phone = newcomer()
    answers = [
        phone.post(path(visit), {"secret": "wrong one"}).status_code
        for _ in range(limits.WRONG_FACTORS.most)
    ]

    assert set(answers) == {403}
    assert newcomer().post(path(visit), {"secret": WORD}).status_code == 429


def test_the_secret_is_stored_as_a_slow_hash(visit: Visit) -> None:
    hashes = list(SecondFactor.objects.values_list("secret_hash", flat=True))

    assert hashes
    assert all(it.startswith("scrypt$") for it in hashes)
    assert not any(WORD in it or "23456789" in it for it in hashes)


def test_proof_ends_after_a_quarter_of_an_hour(visit: Visit) -> None:
    phone = newcomer("de")
    phone.post(path(visit), {"secret": WORD})

    with time_machine.travel(visit.created_at + dt.timedelta(minutes=16)):
        page = phone.get(path(visit))

    assert "gespeichert" not in page.content.decode()


def test_proof_for_one_person_opens_no_other(visit: Visit) -> None:
    book(newcomer(), given_name="Ahmad", word="andereswort")
    other = Visit.objects.get(person__given_name="Ahmad", organization=None)
    phone = newcomer("de")
    phone.post(path(visit), {"secret": WORD})

    page = phone.get(path(other))

    assert "gespeichert" not in page.content.decode()


def test_who_looked_is_shown(visit: Visit, counsellor: Account) -> None:
    with viewer_scope(viewer_of(counsellor)):
        log_read(persons=[visit.person], by=counsellor, what="day")
    phone = newcomer("de")

    page = phone.post(path(visit), {"secret": WORD}, follow=True)

    office = counsellor.staff_member.organization.name  # type: ignore[union-attr]
    assert [read.organization.name for read in page.context["reads"]] == [office]
    assert office in page.content.decode()


def test_her_data_come_along_as_a_file(visit: Visit) -> None:
    phone = newcomer()
    phone.post(path(visit), {"secret": WORD})

    body = json.loads(phone.get(path(visit, "data.json")).content)

    assert body["person"]["given_name"] == "Olena"
    assert len(body["appointments"]) == visit.appointments.count()
    assert (body["shared"], body["read"]) == ([], [])


def test_she_deletes_everything(visit: Visit) -> None:
    phone = newcomer()
    phone.post(path(visit), {"secret": WORD})

    phone.post(path(visit, "erase/"))

    assert not Person.objects.filter(pk=visit.person_id).exists()
    assert not Visit.objects.filter(pk=visit.pk).exists()
    assert newcomer().get(f"/v/{visit.code}/").status_code == 404
