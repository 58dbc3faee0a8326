"""Pages of the day: who sees what, what each button does, and how many queries a list needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.network.models import Account, Location
from knotenpunkt.people.models import Person, ReadEntry
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.models import Appointment, Arrival, QueueTicket
from knotenpunkt.visits.planning.proposals import Proposals, propose_visits
from knotenpunkt.visits.planning.wish import VisitWish

AsStaff = Callable[[str], Client]
OWN = "st-gk01"  # the health kiosk, where one of Olena's legs is


@pytest.fixture
def leg(
    person: Person, olenas_wish: VisitWish, proposals: Proposals, counsellor: Account
) -> Iterator[Appointment]:
    """Olena's leg at the health kiosk, on its morning."""
    plan = proposals.proposals[0].plan
    held = hold_visit(person=person, plan=plan, wish=olenas_wish, by=counsellor)
    visit = confirm_visit(visit=held, by=counsellor)
    found = visit.appointments.select_related("visit").get(organization__code="org-gesundheit")
    with time_machine.travel(found.starts_at - dt.timedelta(minutes=20), tick=False):
        yield found


def step(client: Client, leg: Appointment, name: str) -> str:
    answer = client.post(reverse("desk:day_step", args=[leg.id, name]), follow=True)
    leg.refresh_from_db()
    return answer.content.decode()


def test_the_code_checks_in_after_a_look(as_staff: AsStaff, leg: Appointment) -> None:
    desk = as_staff(OWN)
    typed = leg.visit.code.lower().replace("-", " ")

    asked = desk.post(reverse("desk:check_in"), {"code": typed}, follow=True)
    leg.refresh_from_db()
    before = leg.status
    desk.post(asked.redirect_chain[-1][0])

    leg.refresh_from_db()
    assert "Yes, she is here" in asked.content.decode()
    assert (before, leg.status) == ("booked", "checked_in")


def test_a_scanner_types_the_address_of_the_slip(as_staff: AsStaff, leg: Appointment) -> None:
    text = f"https://knoten.example/v/{leg.visit.code}/"

    answer = as_staff(OWN).post(reverse("desk:check_in"), {"code": text})

    assert answer.url == reverse("desk:check_in_code", args=[leg.visit.code])


def test_a_code_of_another_office_is_no_code(as_staff: AsStaff, leg: Appointment) -> None:
    elsewhere = as_staff("st-jc05")

    known = elsewhere.get(reverse("desk:check_in_code", args=[leg.visit.code])).content.decode()
    unknown = elsewhere.get(reverse("desk:check_in_code", args=["AAAA-AAAA"])).content.decode()

    assert plain(known).replace(leg.visit.code, "") == plain(unknown).replace("AAAA-AAAA", "")


def plain(html: str) -> str:
    import re

    return re.sub(r'name="(csrfmiddlewaretoken|next)" value="[^"]+"', "", html)


def test_each_button_does_its_step(as_staff: AsStaff, leg: Appointment) -> None:
    desk = as_staff(OWN)
    told = []
    for name in ("here", "call", "not-here", "here", "attended"):
        step(desk, leg, name)
        told.append(leg.status)

    assert told == ["checked_in", "checked_in", "booked", "checked_in", "attended"]
    assert "not possible any more" in step(desk, leg, "no-show")
    assert leg.status == "attended"


@pytest.mark.parametrize("code", ["st-jc05", "st-mb02", "st-ki03"])
def test_others_cannot_touch_it_not_even_whoever_booked(
    code: str, as_staff: AsStaff, leg: Appointment
) -> None:
    known = as_staff(code).post(reverse("desk:day_step", args=[leg.id, "here"]))
    unknown = as_staff(code).post(reverse("desk:day_step", args=[uuid4(), "here"]))

    leg.refresh_from_db()
    assert (known.status_code, unknown.status_code, leg.status) == (404, 404, "booked")


@pytest.mark.parametrize("code", ["st-jc01", "st-ki01"])
def test_managers_act_on_nobody(code: str, as_staff: AsStaff, leg: Appointment) -> None:
    assert as_staff(code).post(reverse("desk:day_step", args=[leg.id, "here"])).status_code == 403
    assert leg.visit.code not in as_staff(code).get(reverse("desk:day")).content.decode()


def test_the_front_desk_sees_who_and_where_but_not_why(
    as_staff: AsStaff, leg: Appointment, account: Callable[[str], Account]
) -> None:
    member = account(OWN).staff_member
    whole = as_staff(OWN).get(reverse("desk:day")).content.decode()
    type(member).objects.filter(pk=member.pk).update(role="front_desk")

    shown = as_staff(OWN).get(reverse("desk:day")).content.decode()

    for known in (leg.visit.code, "Olena", "Українська"):
        assert known in shown
    assert leg.service.name["en"] in whole
    assert leg.service.name["en"] not in shown
    assert "Hrytsenko" not in whole + shown


def test_a_delay_is_noted_and_someone_is_asked_to_tell_her(
    as_staff: AsStaff, leg: Appointment
) -> None:
    Person.objects.filter(pk=leg.visit.person_id).update(phone="", email="")

    answer = as_staff(OWN).post(reverse("desk:delay", args=[leg.id]), {"minutes": 15}, follow=True)

    assert Arrival.objects.get(appointment=leg).delay_minutes == 15
    assert "please tell her in the house" in answer.content.decode()


@pytest.mark.parametrize("minutes", ["", "-1", "121", "x"])
def test_a_wrong_delay_changes_nothing(minutes: str, as_staff: AsStaff, leg: Appointment) -> None:
    answer = as_staff(OWN).post(
        reverse("desk:delay", args=[leg.id]), {"minutes": minutes}, follow=True
    )

    assert "0 to 120" in answer.content.decode()
    assert not Arrival.objects.exists()


def test_a_wrong_code_is_said_at_the_field(as_staff: AsStaff, leg: Appointment) -> None:
    answer = as_staff(OWN).post(reverse("desk:check_in"), {"code": "nonsense"})

    assert answer.status_code == 422
    assert 'value="nonsense"' in answer.content.decode()


def test_the_list_is_logged(as_staff: AsStaff, leg: Appointment) -> None:
    ReadEntry.objects.all().delete()

    as_staff(OWN).get(reverse("desk:day"))

    assert list(ReadEntry.objects.values_list("person", "what")) == [(leg.visit.person_id, "day")]


def test_numbers_and_the_screen(as_staff: AsStaff, leg: Appointment) -> None:
    desk, place = as_staff(OWN), Location.objects.get(pk=leg.location_id)
    given = desk.post(
        reverse("desk:ticket_new", args=[place.id]),
        {"language": "uk", "minutes": 10, "code": leg.visit.code},
        follow=True,
    ).content.decode()
    screen = desk.get(reverse("desk:queue", args=[place.id])).context["screen"]

    shown = Client().get(screen)

    assert "W1" in given
    assert QueueTicket.objects.latest("issued_at").visit_id == leg.visit_id
    assert shown.status_code == 200
    assert leg.visit.code not in shown.content.decode()
    assert Client().get(screen[:-4] + "abc/").status_code == 404


def test_a_number_ends_in_one_of_two_ways_only(as_staff: AsStaff, leg: Appointment) -> None:
    desk = as_staff(OWN)
    place = reverse("desk:ticket_new", args=[leg.location_id])
    desk.post(place, {"language": "uk", "minutes": 10})
    ticket = QueueTicket.objects.latest("issued_at")
    end = reverse("desk:ticket_end", args=[ticket.pk])

    answers = [desk.post(end, {"how": how}).status_code for how in ("vanished", "left")]

    ended = QueueTicket.objects.latest("issued_at")
    assert (answers, ticket.status, ended.status) == ([422, 302], "waiting", "left")


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_day_and_the_load_need_as_many_queries_for_three_legs_as_for_one(
    as_staff: AsStaff, leg: Appointment, wish: Callable[..., VisitWish], counsellor: Account
) -> None:
    desk = as_staff(OWN)
    pages = [reverse("desk:day"), reverse("desk:load")]
    desk.get(pages[0])
    one = [queries_of(desk, page) for page in pages]
    for code in ("cl-07", "cl-15"):
        other = Person.objects.select_related("network").get(code=code)
        day = leg.starts_at.date()
        needs = replace(
            wish("cl-01", "of-gk-orient"), person_id=other.id, first_day=day, last_day=day
        )
        plan = propose_visits(needs).proposals[0].plan
        confirm_visit(
            visit=hold_visit(person=other, plan=plan, wish=needs, by=counsellor), by=counsellor
        )

    assert desk.get(pages[0]).context["appointments"].__len__() == 3
    assert [queries_of(desk, page) for page in pages] == one


def test_the_load_counts_what_is_taken(as_staff: AsStaff, leg: Appointment) -> None:
    rows = as_staff("st-jc01").get(reverse("desk:load")).context["rows"]

    whole = [share for share in rows[0].shares if share is not None]
    assert len(rows) > 3
    assert 0 < max(whole) <= 100
