"""Her rights by code and second factor."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse

from knotenpunkt.casework.actions.facts import state_fact
from knotenpunkt.foundation.languages import NEWCOMER_LANGUAGES
from knotenpunkt.foundation.scope import viewer_scope
from knotenpunkt.network.models import Account, Network
from knotenpunkt.newcomers.models import SecondFactor
from knotenpunkt.people.actions import give_consent, log_read
from knotenpunkt.people.enums import LookedAt
from knotenpunkt.people.models import Consent, Grant, Person
from knotenpunkt.people.queries import LOOKED_AT
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import VisitWish
from knotenpunkt.web.public import limits
from knotenpunkt.web.public.texts import TEXTS
from knotenpunkt.web.scope import viewer_of
from tests.conftest import ROOT
from tests.consent.conftest import EXPLAINED, SIGNED, terms
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
    assert [read["house"] for read in page.context["reads"]] == [office]
    name = counsellor.staff_member.name  # type: ignore[union-attr]
    assert "in einer Liste<br>" in page.content.decode()
    assert f"{name}, {office}" in page.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_each_look_is_one_click_away_and_costs_no_more_queries(
    number: int, visit: Visit, counsellor: Account, django_assert_num_queries: Any
) -> None:
    for _ in range(number):
        log_read(persons=[visit.person], by=counsellor, what="day")
    phone = newcomer("de")
    page = phone.post(path(visit), {"secret": WORD}, follow=True).content.decode()

    with django_assert_num_queries(8):
        each = phone.get(path(visit, "reads/"))

    assert ('<bdi dir="ltr">3 ×</bdi>' in page) == (number == 3)
    assert path(visit, "reads/") in page
    assert each.content.decode().count("in einer Liste") == number
    assert newcomer("de").get(path(visit, "reads/")).status_code == 302


@pytest.mark.parametrize("language", NEWCOMER_LANGUAGES)
def test_what_two_offices_hold_stands_side_by_side(
    language: str, visit: Visit, counsellor: Account, other_authority: Account
) -> None:
    phone = newcomer(language)
    for by, value in ((counsellor, "1. März 2022"), (other_authority, "9. April 2022")):
        state_fact(person=visit.person, kind="Ankunft", value=value, source="Ausweis", by=by)
    state_fact(person=visit.person, kind="Schule", value="neun Jahre", source="", by=counsellor)

    page = phone.post(path(visit), {"secret": WORD}, follow=True)
    taken = json.loads(phone.get(path(visit, "data.json")).content)["noted"]

    body = html.unescape(page.content.decode())
    assert [body.count(TEXTS[key][language]) for key in ("facts_title", "facts_differ")] == [1, 1]
    assert all(it in body for it in ("1. März 2022", "9. April 2022", "neun Jahre"))
    assert [(it["what"], it["disputed"]) for it in taken] == [
        ("Ankunft", True), ("Ankunft", True), ("Schule", False),
    ]  # fmt: skip
    assert TEXTS["facts_title"][language] in html.unescape(
        phone.get(path(visit, "data.html")).content.decode()
    )


def test_her_data_come_along_as_a_file(visit: Visit) -> None:
    phone = newcomer()
    phone.post(path(visit), {"secret": WORD})

    body = json.loads(phone.get(path(visit, "data.json")).content)

    assert body["person"]["given_name"] == "Olena"
    assert len(body["appointments"]) == visit.appointments.count()
    assert (body["shared"], body["read"]) == ([], [])


def readable(visit: Visit, kind: str, language: str = "de") -> HttpResponse:
    phone = newcomer(language)
    phone.post(path(visit), {"secret": WORD})
    return phone.get(path(visit, f"data.{kind}"))


@pytest.mark.parametrize("language", NEWCOMER_LANGUAGES)
def test_her_data_come_along_to_read_in_her_language(language: str, visit: Visit) -> None:
    page = readable(visit, "html", language)

    text = html.unescape(page.content.decode())
    assert f'<html lang="{language}"' in text
    assert "Olena" in text
    assert TEXTS["read_none"][language] in text
    assert [it.service.name[language] in text for it in visit.appointments.all()] == [True] * 4
    assert page["Content-Disposition"].startswith("attachment")


def test_her_data_come_along_as_pdf(visit: Visit) -> None:
    page = readable(visit, "pdf", "ar")

    assert (page["Content-Type"], page.content[:5]) == ("application/pdf", b"%PDF-")


def test_without_the_second_factor_no_file_leaves(visit: Visit) -> None:
    answers = [newcomer().get(path(visit, f"data.{it}")) for it in ("html", "pdf", "json")]

    assert [it.status_code for it in answers] == [302, 302, 302]


def words_of_the_log() -> set[str]:
    """Return every word that the product writes into the log of reads."""
    source = ROOT / "src" / "knotenpunkt"
    texts = [it.read_text(encoding="utf-8") for it in source.rglob("*.py")]
    calls = [it for text in texts for it in re.findall(r"log_read\((?:[^()]|\([^()]*\))*\)", text)]
    return {word for call in calls for word in re.findall(r'what="([^"]+)"', call)}


def test_the_log_says_in_her_words_which_page_was_read() -> None:
    unnamed = words_of_the_log().difference(*LOOKED_AT.values())

    assert len(words_of_the_log()) > 20
    assert unnamed <= {"page", "form", "needs"}  # "a page about you" is all there is to say
    assert {f"read_{it}" for it in LookedAt} <= set(TEXTS)


@pytest.fixture
def from_the_desk(person: Person, counsellor: Account, olenas_wish: VisitWish) -> Visit:
    """A visit that a counsellor booked for Olena, who has said yes to one thing there."""
    plan = propose_visits(olenas_wish).proposals[0].plan
    visit = hold_visit(person=person, plan=plan, wish=olenas_wish, by=counsellor)
    return confirm_visit(visit=visit, by=counsellor)


@pytest.fixture
def consent(person: Person, counsellor: Account, other_authority: Account) -> Consent:
    """Olena has said yes to something at the counsellor's desk."""
    return give_consent(
        subject=person,
        terms=terms(other_authority.staff_member),
        explanation=EXPLAINED,
        signature=SIGNED,
        by=counsellor,
    )


def test_what_was_said_at_the_desk_is_taken_back_with_one_button(
    from_the_desk: Visit, person: Person, consent: Consent
) -> None:
    Person.objects.filter(pk=person.pk).update(phone="+4915111111111")
    phone = newcomer("de")
    page = phone.post(path(from_the_desk), {"secret": "0151 11111111"}, follow=True)

    after = phone.post(path(from_the_desk, f"{consent.pk}/"), follow=True)

    assert f"/mine/{consent.pk}/" in page.content.decode()
    assert "Zurückgenommen" in after.content.decode()
    assert not Grant.objects.filter(consent=consent, withdrawn_at=None).exists()


def test_another_person_s_consent_is_not_there(visit: Visit, consent: Consent) -> None:
    phone = newcomer("de")
    phone.post(path(visit), {"secret": WORD})

    answer = phone.post(path(visit, f"{consent.pk}/"))

    assert answer.status_code == 404
    assert Grant.objects.filter(consent=consent, withdrawn_at=None).exists()


def test_she_deletes_everything(visit: Visit) -> None:
    phone = newcomer()
    phone.post(path(visit), {"secret": WORD})

    phone.post(path(visit, "erase/"))

    assert not Person.objects.filter(pk=visit.person_id).exists()
    assert not Visit.objects.filter(pk=visit.pk).exists()
    assert newcomer().get(f"/v/{visit.code}/").status_code == 404
