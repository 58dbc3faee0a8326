"""Three questions, proposals, papers, hold, confirm: without login, without script."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Account, Network
from knotenpunkt.newcomers.actions import forget_unbooked
from knotenpunkt.newcomers.models import PackedDocument, SecondFactor
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.visits.actions import hold_visit
from knotenpunkt.visits.models import Appointment, Visit
from knotenpunkt.visits.plan import read_plan
from knotenpunkt.visits.planning.wish import VisitWish
from knotenpunkt.visits.queries import appointments_visible_to, visits_visible_to
from knotenpunkt.web.public.answers import KEY
from tests.conftest import BOOKING_DAY
from tests.newcomers.walk import NEEDS, answer_order, book, choose, hold, newcomer, plans_on, take


def own() -> list[Visit]:
    return list(Visit.objects.filter(organization=None).select_related("person"))


def test_the_language_is_that_of_the_phone(network: Network) -> None:
    page = newcomer("ar-SY,ar;q=0.9").get("/")

    assert 'lang="ar" dir="rtl"' in page.content.decode()


def test_a_visit_is_booked_without_login(network: Network) -> None:
    slip = book(newcomer(), given_name="Olena", contact="0151 23456789")

    visit = own()[0]
    assert slip.request["PATH_INFO"] == f"/v/{visit.code}/"
    assert (visit.status, visit.language) == ("booked", "uk")
    assert (visit.person.given_name, str(visit.person.phone)) == ("Olena", "+4915123456789")
    assert visit.appointments.count() == len(NEEDS)


def test_nobody_is_stored_before_she_books(network: Network) -> None:
    before = Person.objects.count()
    client = newcomer()

    take(client, choose(client, *NEEDS))

    assert Person.objects.count() == before
    assert "Olena" not in str(client.session[KEY])


def test_a_code_alone_is_enough(network: Network) -> None:
    book(newcomer())

    person = own()[0].person
    assert (person.given_name, person.phone, person.email) == ("", "", "")
    assert not SecondFactor.objects.filter(person=person).exists()


def test_the_session_is_empty_after_booking(network: Network) -> None:
    client = newcomer()

    book(client, given_name="Olena")

    assert KEY not in client.session
    assert client.get("/plan/proposals/").status_code == 302


def test_sent_twice_it_holds_once(network: Network) -> None:
    client = newcomer()
    take(client, choose(client, *NEEDS))
    client.get("/plan/book/")

    first = client.post("/plan/book/", {"given_name": "Olena"})
    second = client.post("/plan/book/", {"given_name": "Olena"})

    assert (first.status_code, second.status_code) == (302, 302)
    assert len(own()) == 1


def test_confirmed_twice_it_is_booked_once(network: Network) -> None:
    client = newcomer()
    take(client, choose(client, *NEEDS))
    hold(client)

    client.post("/plan/confirm/")
    client.post("/plan/confirm/")

    assert [visit.status for visit in own()] == ["booked"]


def test_someone_faster_leads_to_new_proposals_at_once(
    network: Network, person: Person, counsellor: Account, olenas_wish: VisitWish
) -> None:
    client = newcomer()
    page = choose(client, *NEEDS)
    take(client, page)
    taken = read_plan(plans_on(page)[0])
    wish = VisitWish(**{**vars(olenas_wish), "unavailable": ()})
    hold_visit(person=person, plan=taken, wish=wish, by=counsellor)

    answer = hold(client)

    assert answer.status_code == 409
    assert plans_on(answer)
    assert plans_on(answer)[0] != taken.model_dump_json()
    assert own() == []


def test_a_forged_plan_is_not_held(network: Network) -> None:
    client = newcomer()
    page = choose(client, *NEEDS)
    forged = plans_on(page)[0].replace("2027-0", "2026-0")

    client.post("/plan/take/", {"plan": forged})

    assert hold(client).status_code == 409
    assert own() == []


@pytest.mark.parametrize("plan", ["", "{}", "nonsense"])
def test_what_is_no_plan_leads_back_to_proposals(plan: str, network: Network) -> None:
    client = newcomer()
    choose(client, *NEEDS)

    answer = client.post("/plan/take/", {"plan": plan})

    assert answer.status_code == 409
    assert plans_on(answer)


def test_an_ended_hold_is_said_and_new_proposals_are_there(network: Network) -> None:
    client = newcomer()
    take(client, choose(client, *NEEDS))
    hold(client)

    with time_machine.travel(BOOKING_DAY + dt.timedelta(minutes=16)):
        answer = client.post("/plan/confirm/")

    assert answer.status_code == 409
    assert plans_on(answer)


def test_rather_not_frees_the_times(network: Network) -> None:
    client = newcomer()
    page = choose(client, *NEEDS)
    take(client, page)
    hold(client)

    client.post("/plan/rather-not/")

    assert [visit.status for visit in own()] == ["cancelled"]


def test_papers_stand_once_and_ticks_survive(network: Network) -> None:
    client = newcomer()
    page = take(client, choose(client, *NEEDS))
    documents = [paper.document for paper in page.context["papers"]]

    client.post("/plan/bring/", {"packed": [documents[0].id]})
    again = client.get("/plan/bring/")
    client.get("/plan/book/")
    client.post("/plan/book/", {})

    assert len(documents) == len({document.id for document in documents})
    assert again.context["packed"] == {documents[0].id}
    assert [row.document_id for row in PackedDocument.objects.all()] == [documents[0].id]


def test_something_else_leads_to_a_talk(network: Network) -> None:
    client = newcomer()
    client.post("/plan/where/", {"municipality": "elsewhere"})
    client.post("/plan/who/", {"language": "uk"})
    client.post("/plan/needs/", {"something_else": "on"})

    page = answer_order(client)

    service = Service.objects.get(code="of-kim-erst")
    assert {leg.service for leg in read_plan(plans_on(page)[0]).legs} == {service.id}


def test_what_must_come_first_is_planned_too(network: Network) -> None:
    page = choose(newcomer(), "of-gk-kv")

    codes = Service.objects.filter(
        id__in=[leg.service for leg in read_plan(plans_on(page)[0]).legs]
    ).values_list("code", flat=True)
    assert set(codes) == {"of-gk-kv", "of-bb-anmeldung"}


def test_what_she_has_already_is_not_planned(network: Network) -> None:
    client = newcomer()
    client.post("/plan/where/", {"municipality": "musterstadt"})
    client.post("/plan/who/", {"language": "uk"})
    client.post("/plan/needs/", {"topics": ["t1_health"]})
    insurer = Service.objects.get(code="of-gk-kv")
    client.post("/plan/matters/", {"needs": [insurer.id]})
    address = insurer.requires.get()

    page = client.post("/plan/order/", {f"state_{address.id}": "have"}, follow=True)

    assert [leg.service for leg in read_plan(plans_on(page)[0]).legs] == [insurer.id]


def test_switches_change_the_answer_and_go_back(network: Network) -> None:
    client = newcomer()
    usual = plans_on(choose(client, *NEEDS))

    later = client.post("/plan/proposals/", {"switch": "later"}, follow=True)
    back = client.post("/plan/proposals/", {"switch": "later"}, follow=True)

    starts = [leg.starts_at for leg in read_plan(plans_on(later)[0]).legs]
    assert min(it.hour for it in starts) >= 9  # 10 o'clock in Germany
    assert plans_on(back) == usual


def test_the_school_run_stays_free(network: Network) -> None:
    page = choose(newcomer(), *NEEDS, fetch_at="11:00")

    for plan in plans_on(page):
        for leg in read_plan(plan).legs:
            start, end = leg.starts_at.strftime("%H:%M"), leg.ends_at.strftime("%H:%M")
            assert end <= "09:30" or start >= "10:30"


def test_another_day_is_another_day(network: Network) -> None:
    client = newcomer()
    page = choose(client, *NEEDS)
    shown = {day.picture.day for it in page.context["proposals"] for day in it.days}

    later = client.post(
        "/plan/proposals/", {"after": page.context["after"].isoformat()}, follow=True
    )

    found = {day.picture.day for it in later.context["proposals"] for day in it.days}
    assert found
    assert not found & shown


def test_when_nothing_fits_it_says_why_and_what_would(network: Network) -> None:
    client = newcomer()
    choose(client, *NEEDS, "of-vz-versicherung", "of-vz-schulden", "of-mbe-erst")

    page = client.post("/plan/proposals/", {"switch": "one_day"}, follow=True)

    refusal = page.context["refusal"]
    assert refusal.wishes or refusal.needs
    assert any(relief.switch and relief.days for relief in refusal.reliefs)
    talk = client.post("/plan/proposals/", {"talk": "on", "switch": "one_day"}, follow=True)
    assert len(read_plan(plans_on(talk)[0]).legs) == 1


def test_each_authority_sees_its_own_appointment_only(
    network: Network, other_authority: Account, counsellor: Account
) -> None:
    book(newcomer(), given_name="Olena")
    visit = own()[0]

    for account in (other_authority, counsellor):
        seen = appointments_visible_to(account).filter(visit=visit)
        assert {it.organization_id for it in seen} <= {account.staff_member.organization_id}  # type: ignore[union-attr]
        assert not visits_visible_to(account).filter(pk=visit.pk).exists()
        assert not persons_visible_to(account).filter(pk=visit.person_id).exists()
    assert appointments_visible_to(counsellor).filter(visit=visit).count() == 1


def test_who_never_books_is_forgotten(network: Network) -> None:
    booked, left = newcomer(), newcomer()
    book(booked, given_name="Olena")
    page = choose(left, *NEEDS)
    take(left, page)
    hold(left, given_name="Nobodyelse")

    assert forget_unbooked() == 0
    with time_machine.travel(BOOKING_DAY + dt.timedelta(hours=3)):
        assert forget_unbooked() == 1

    assert [visit.person.given_name for visit in own()] == ["Olena"]
    assert not Person.objects.filter(given_name="Nobodyelse").exists()
    assert Appointment.objects.filter(visit__organization=None).count() == len(NEEDS)


@pytest.mark.parametrize("contact", ["12", "olena@", "not a number"])
def test_a_bad_contact_is_said_and_nothing_is_lost(contact: str, network: Network) -> None:
    client = newcomer("de")
    take(client, choose(client, *NEEDS))

    page = client.post("/plan/book/", {"given_name": "Olena", "contact": contact})

    assert page.status_code == 422
    assert 'value="Olena"' in page.content.decode()
    assert "keine Telefonnummer" in page.content.decode()


@pytest.mark.parametrize(
    "path", ["who", "needs", "matters", "order", "proposals", "bring", "book", "confirm"]
)
def test_a_page_without_its_answers_leads_to_the_question(path: str, network: Network) -> None:
    page = newcomer().get(f"/plan/{path}/", follow=True)

    assert page.status_code == 200
    assert page.redirect_chain


def test_everything_can_be_deleted(network: Network) -> None:
    client = newcomer()
    choose(client, *NEEDS)

    client.post("/forget/")

    assert KEY not in client.session


@pytest.mark.parametrize("path", ["where", "who", "needs", "matters"])
def test_no_answer_is_said(path: str, network: Network) -> None:
    client = newcomer("de")
    choose(client, *NEEDS)

    page = client.post(f"/plan/{path}/", {"language": "xx", "topics": ["none"]})

    assert page.status_code == 422
    assert "Bitte noch einmal ansehen" in page.content.decode()
