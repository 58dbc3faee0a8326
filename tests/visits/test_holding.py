"""Times that were given back cool down; nobody hoards; a link changes nothing by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
import time_machine
from django.core import signing
from django.test import Client

from knotenpunkt.availability.models import CoolingTime
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import cancel_visit, confirm_visit, hold_visit
from knotenpunkt.visits.actions.expiring import mark_expired_holds
from knotenpunkt.visits.errors import TimesTaken, TooManyHolds
from knotenpunkt.visits.links import BadLink, cancel_link, read_cancel_link
from knotenpunkt.visits.models import HandNotice, Visit
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import VisitWish

NOW = dt.datetime(2027, 2, 22, 8, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
Wish = Callable[..., VisitWish]


@pytest.fixture
def needs(wish: Wish) -> VisitWish:
    return wish("cl-01", "of-bb-anmeldung", "of-vz-konto")


@pytest.fixture
def plan(needs: VisitWish) -> BookingPlan:
    return propose_visits(needs).proposals[0].plan


@pytest.fixture
def visit(person: Person, needs: VisitWish, plan: BookingPlan, counsellor: Account) -> Visit:
    Person.objects.filter(pk=person.pk).update(phone="+4915112345678")
    held = hold_visit(person=person, plan=plan, wish=needs, by=counsellor)
    return confirm_visit(visit=held, by=counsellor)


def rival(needs: VisitWish, *, is_public: bool) -> tuple[Person, VisitWish]:
    other = Person.objects.select_related("network").get(code="cl-07")
    return other, replace(needs, person_id=other.id, for_public=is_public)


def sees(plan: BookingPlan, wish: VisitWish) -> bool:
    return propose_visits(wish).proposals[0].plan.legs[0] == plan.legs[0]


def test_staff_see_a_released_time_at_once_and_the_public_later(
    visit: Visit, needs: VisitWish, plan: BookingPlan, counsellor: Account
) -> None:
    cancel_visit(visit=visit, by=counsellor)

    assert sees(plan, replace(needs, person_id=None))
    assert not sees(plan, replace(needs, person_id=None, for_public=True))
    with time_machine.travel(NOW + 21 * MINUTE):
        assert sees(plan, replace(needs, person_id=None, for_public=True))


def test_the_public_cannot_hold_what_still_cools_down(
    visit: Visit, needs: VisitWish, plan: BookingPlan, counsellor: Account
) -> None:
    cancel_visit(visit=visit, by=counsellor)
    other, wish = rival(needs, is_public=True)

    with pytest.raises(TimesTaken):
        hold_visit(person=other, plan=plan, wish=wish, by=None)

    staffs = replace(wish, for_public=False)
    assert hold_visit(person=other, plan=plan, wish=staffs, by=counsellor).pk


@pytest.mark.parametrize("with_job", [False, True])
def test_a_hold_that_ended_cools_down_too_whether_a_job_ran_or_not(
    person: Person, needs: VisitWish, plan: BookingPlan, counsellor: Account, with_job: bool
) -> None:
    hold_visit(person=person, plan=plan, wish=needs, by=counsellor)
    public = replace(needs, person_id=None, for_public=True)

    with time_machine.travel(NOW + 16 * MINUTE):
        if with_job:
            mark_expired_holds()
        assert sees(plan, replace(public, for_public=False))
        assert not sees(plan, public)
    with time_machine.travel(NOW + 36 * MINUTE):
        assert sees(plan, public)


def test_what_has_cooled_down_is_forgotten(visit: Visit, counsellor: Account) -> None:
    cancel_visit(visit=visit, by=counsellor)
    there = CoolingTime.objects.count()

    with time_machine.travel(NOW + 21 * MINUTE):
        mark_expired_holds()

    assert (there > 0, CoolingTime.objects.count()) == (True, 0)


def test_one_contact_holds_five_visits_whoever_they_are_for(
    wish: Wish, counsellor: Account
) -> None:
    people = list(Person.objects.filter(unavailable_windows=None).order_by("code")[:6])
    Person.objects.filter(pk__in=[it.pk for it in people]).update(phone="+4915112345678")

    def hold(person: Person) -> None:
        needs = replace(
            wish(person.code, "of-vz-versicherung"), languages=("de",), held_tokens=frozenset()
        )
        plan = propose_visits(needs).proposals[0].plan
        person.refresh_from_db()
        hold_visit(person=person, plan=plan, wish=needs, by=counsellor)

    for person in people[:5]:
        hold(person)

    with pytest.raises(TooManyHolds) as error:
        hold(people[5])
    assert (error.value.limit, error.value.whose) == (5, "contact")


def test_looking_at_a_cancel_link_changes_nothing_and_its_button_cancels(
    visit: Visit, client: Client
) -> None:
    address = cancel_link(visit).removeprefix("http://127.0.0.1:8000")

    seen = [client.get(address).status_code, client.head(address).status_code]
    visit.refresh_from_db()
    before = visit.status
    receipt = client.post(address, follow=True).content.decode()
    visit.refresh_from_db()

    assert (seen, before, visit.status) == ([200, 200], "booked", "cancelled")
    assert visit.code in receipt
    assert "22. Februar 2027" in receipt
    assert client.post(address).status_code == 302
    told = OutboxMessage.objects.filter(about=visit.id, purpose="visit.cancelled")
    assert told.count() == 1


def test_a_link_cancels_one_appointment_and_the_others_stay(visit: Visit, client: Client) -> None:
    first, second = visit.appointments.order_by("starts_at")

    client.post(cancel_link(second).removeprefix("http://127.0.0.1:8000"))

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("booked", "cancelled_by_person")


def test_a_forged_or_old_link_leads_nowhere(visit: Visit, client: Client) -> None:
    text = cancel_link(visit).rstrip("/").rsplit("/", 1)[1]
    other_salt = signing.dumps({"v": visit.pk.hex}, salt="visits.offer")

    for wrong in (text[:-2] + "xx", other_salt, "x"):
        with pytest.raises(BadLink):
            read_cancel_link(wrong)
        assert client.get(f"/c/{wrong}/").status_code == 404
    with time_machine.travel(NOW + dt.timedelta(days=121)), pytest.raises(BadLink):
        read_cancel_link(text)


def test_who_cannot_be_reached_is_told_by_hand(
    person: Person, needs: VisitWish, plan: BookingPlan, counsellor: Account
) -> None:
    Person.objects.filter(pk=person.pk).update(phone="", email="")
    person.refresh_from_db()
    held = hold_visit(person=person, plan=plan, wish=needs, by=counsellor)
    visit = confirm_visit(visit=held, by=counsellor)

    cancel_visit(visit=visit, by=counsellor)

    notice = HandNotice.objects.get()
    assert (notice.visit, notice.organization, notice.language) == (
        visit,
        visit.organization,
        "uk",
    )
    assert notice.text.startswith("Скасовано")
