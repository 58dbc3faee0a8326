"""Limits that stop a guesser and a hoarder, and let a shelter of sixty people through."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from knotenpunkt.foundation.actions import forget_old_tries
from knotenpunkt.foundation.limits import Limit, TooManyTries, note_try, refuse_if_full, tries_of
from knotenpunkt.foundation.models import TryCount
from knotenpunkt.network.models import Network
from knotenpunkt.visits.actions import booking, cancel_visit
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.plan import read_plan
from knotenpunkt.web.public import limits
from tests.conftest import BOOKING_DAY
from tests.newcomers.walk import NEEDS, book, choose, hold, newcomer, plans_on, take

THREE = Limit("test", most=3, minutes=10)


def test_beyond_the_limit_it_says_how_long_to_wait(network: Network) -> None:
    counts = [note_try(THREE, "a") for _ in range(3)]

    assert counts == [1, 2, 3]
    with pytest.raises(TooManyTries) as error:
        note_try(THREE, "a")
    assert error.value.minutes == 10
    assert note_try(THREE, "b") == 1


def test_the_next_window_begins_anew(network: Network) -> None:
    for _ in range(3):
        note_try(THREE, "a")

    with time_machine.travel(BOOKING_DAY + dt.timedelta(minutes=10)):
        refuse_if_full(THREE, "a")
        assert note_try(THREE, "a") == 1


def test_who_tried_is_not_stored(network: Network) -> None:
    note_try(THREE, "+4915123456789")

    row = TryCount.objects.get(name="test")
    assert "49151" not in str(vars(row))


def test_old_counts_are_forgotten(network: Network) -> None:
    note_try(THREE, "a")

    assert forget_old_tries(before=BOOKING_DAY + dt.timedelta(days=1)) >= 1
    assert tries_of(THREE, "a") == 0


def test_who_guesses_codes_learns_nothing_after_the_limit(network: Network) -> None:
    book(newcomer(), given_name="Olena")
    slip = newcomer()
    right = book(slip).request["PATH_INFO"]
    guesser = newcomer()

    answers = [guesser.get("/v/AAAA-AAAA/").status_code for _ in range(limits.WRONG_CODES.most)]

    assert set(answers) == {404}
    assert guesser.get("/v/AAAA-AAAA/").status_code == 429
    assert guesser.get(right).status_code == 429  # right and wrong codes answer alike now
    assert newcomer().get(right, REMOTE_ADDR="192.0.2.9").status_code == 200


def test_expected_tries_until_a_code_is_guessed() -> None:
    live = 10_000

    assert limits.expected_tries(live) == pytest.approx(28**8 / live / 2)
    assert limits.expected_tries(live) > 18_000_000
    assert limits.days_to_guess(live) > 365 * 2  # from one address, day and night
    assert limits.days_to_guess(live * 1000) < 365  # a shorter code would be found


def test_sixty_people_of_a_shelter_book_behind_one_address(network: Network) -> None:
    for _ in range(60):
        phone = _request("198.51.100.1")
        for _ in range(5):
            limits.note_search(phone)
        limits.note_hold(phone, "")
    for _ in range(180 - 60):
        limits.note_hold(_request("198.51.100.1"), "")

    with pytest.raises(TooManyTries):  # a hoarder with three times as many phones
        limits.note_hold(_request("198.51.100.1"), "")


def test_sixty_people_of_a_shelter_mistype_their_codes_and_none_is_locked_out(
    network: Network,
) -> None:
    right = book(newcomer()).request["PATH_INFO"]

    wrong = [newcomer().get("/v/AAAA-AAAA/").status_code for _ in range(60)]

    assert set(wrong) == {404}
    assert newcomer().get(right).status_code == 200


def test_what_is_no_code_costs_as_many_queries_as_an_unknown_one(network: Network) -> None:
    counts = []
    for path in ("/v/AAAA-AAAA/", "/v/AAAA-AAA0/", "/v/x/"):
        with CaptureQueriesContext(connection) as queries:
            newcomer().get(path)
        counts.append(len(queries))

    assert counts[0] > 0
    assert len(set(counts)) == 1


def _request(address: str) -> HttpRequest:
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    phone = newcomer()
    phone.get("/")
    request.session = phone.session
    request.session.create()
    return request


def test_one_phone_cannot_hoard(network: Network) -> None:
    phone = newcomer()
    take(phone, choose(phone, *NEEDS))
    request = _request("198.51.100.2")
    for _ in range(limits.HOLDS.most):
        limits.note_hold(request, "")

    with pytest.raises(TooManyTries):
        limits.note_hold(request, "")


def test_one_number_cannot_hold_for_everybody(network: Network) -> None:
    for _ in range(limits.HOLDS_OF_CONTACT.most):
        limits.note_hold(_request("198.51.100.3"), "+4915123456789")
    phone = newcomer("de")
    take(phone, choose(phone, *NEEDS))

    page = hold(phone, contact="0151 23456789")

    assert page.status_code == 429
    assert "Bitte warten Sie" in page.content.decode()
    assert int(page["Retry-After"]) >= 60


def test_only_the_address_our_own_proxy_saw_is_believed(settings: LazySettings) -> None:
    request = RequestFactory().get(
        "/", REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": "1.1.1.1, 203.0.113.7"}
    )

    assert limits.address_of(request) == "10.0.0.1"
    settings.PROXIES = 1
    assert limits.address_of(request) == "203.0.113.7"


def test_times_just_given_back_are_not_offered_to_the_public_at_once(network: Network) -> None:
    book(newcomer())
    visit = Visit.objects.get(organization=None)
    first = plans_on(choose(newcomer(), *NEEDS))
    cancel_visit(visit=visit, by=None)

    at_once = plans_on(choose(newcomer(), *NEEDS))
    with time_machine.travel(BOOKING_DAY + dt.timedelta(minutes=30)):
        later = plans_on(choose(newcomer(), *NEEDS))

    assert starts_of(visit) not in [starts_in(it) for it in at_once]
    assert [starts_in(it) for it in at_once] == [starts_in(it) for it in first]
    assert starts_of(visit) in [starts_in(it) for it in later]


def starts_of(visit: Visit) -> set[dt.datetime]:
    return set(visit.appointments.values_list("starts_at", flat=True))


def starts_in(plan: str) -> set[dt.datetime]:
    return {leg.starts_at for leg in read_plan(plan).legs}


def test_a_number_with_many_visits_is_sent_to_the_front_desk(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(booking, "MOST_VISITS_OF_A_CONTACT", 1)
    book(newcomer(), contact="0151 23456789")
    phone = newcomer("de")
    take(phone, choose(phone, *NEEDS))

    page = hold(phone, given_name="Olena", contact="+49 151 23456789")

    assert page.status_code == 422
    assert "schon viel gebucht" in page.content.decode()
    assert 'value="Olena"' in page.content.decode()
