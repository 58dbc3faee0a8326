"""Proof of work only under load, with a way without script; each proof is good once."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from typing import Any

import altcha
import pytest
import time_machine
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client

from knotenpunkt.foundation.limits import Limit, tries_of
from knotenpunkt.foundation.models import TryCount
from knotenpunkt.network.models import Network
from knotenpunkt.web.public import load
from tests.conftest import BOOKING_DAY
from tests.newcomers.walk import book, choose, newcomer, plans_on

NEED = "of-kim-erst"


@pytest.fixture
def busy(network: Network, settings: LazySettings) -> None:
    """Somebody else has searched once, and that is much today."""
    settings.BUSY_SEARCHES = 1
    load.note_load()


def ticket_of(page: HttpResponse) -> str:
    return page.context["ticket"].text  # type: ignore[no-any-return]


def solution_of(page: HttpResponse) -> str:
    challenge = altcha.Challenge.from_dict(json.loads(page.context["challenge"]))
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return altcha.Payload(challenge, solution).to_base64()


def go(phone: Client, page: HttpResponse, **values: Any) -> HttpResponse:
    return phone.post("/wait/", {"ticket": ticket_of(page), **values}, follow=True)


def test_in_calm_nobody_is_asked(network: Network) -> None:
    page = choose(newcomer(), NEED)

    assert page.status_code == 200
    assert plans_on(page)


def test_under_load_a_solved_challenge_leads_on(busy: None) -> None:
    phone = newcomer("de")
    page = choose(phone, NEED)

    after = go(phone, page, altcha=solution_of(page))

    assert page.status_code == 429
    assert "Gerade ist viel los" in page.content.decode()
    assert after.request["PATH_INFO"] == "/plan/proposals/"
    assert plans_on(after)


def test_without_script_it_is_enough_to_wait(busy: None) -> None:
    phone = newcomer("de")
    page = choose(phone, NEED)

    early = go(phone, page)
    with time_machine.travel(BOOKING_DAY + dt.timedelta(seconds=60)):
        after = go(phone, early)

    assert early.status_code == 429
    assert early.context["ticket"].text == ticket_of(page)  # pressed early, she keeps her place
    assert plans_on(after)


def test_who_began_in_calm_goes_on_when_others_come(
    network: Network, settings: LazySettings
) -> None:
    phone = newcomer()
    page = choose(phone, NEED)
    settings.BUSY_SEARCHES = 1

    again = phone.get("/plan/proposals/")

    assert (page.status_code, again.status_code) == (200, 200)
    assert choose(newcomer(), NEED).status_code == 429


def test_a_solution_a_wait_and_a_forged_ticket_let_nobody_else_through(busy: None) -> None:
    phone, other = newcomer(), newcomer()
    page, others = choose(phone, NEED), choose(other, NEED)
    solution = solution_of(page)
    go(phone, page, altcha=solution)

    again = go(other, others, altcha=solution)
    with time_machine.travel(BOOKING_DAY + dt.timedelta(seconds=60)):
        third, fourth = newcomer(), newcomer()
        choose(fourth, NEED)
        go(third, others)
        waited_twice = go(fourth, others)
    forged = other.post("/wait/", {"ticket": "forged"}, follow=True)

    assert (again.status_code, waited_twice.status_code) == (429, 429)
    assert forged.request["PATH_INFO"] == "/"


@pytest.mark.parametrize("change", ["signature", "counter", "challenge", "nonsense"])
def test_a_wrong_solution_does_not_pass(change: str, busy: None) -> None:
    phone = newcomer()
    page = choose(phone, NEED)
    payload = json.loads(base64.b64decode(solution_of(page)))
    if change == "signature":
        payload["challenge"]["signature"] = "0" * 64
    elif change == "counter":
        payload["solution"]["derivedKey"] = "0" * 64
    elif change == "challenge":
        payload["challenge"]["parameters"]["cost"] = 1
    wrong = "nonsense" if change == "nonsense" else base64.b64encode(json.dumps(payload).encode())

    answer = go(phone, page, altcha=wrong if isinstance(wrong, str) else wrong.decode())

    assert answer.status_code == 429
    assert go(phone, answer, altcha=solution_of(answer)).status_code == 200


def test_an_old_solution_does_not_pass(busy: None) -> None:
    phone = newcomer()
    page = choose(phone, NEED)
    solution = solution_of(page)

    with time_machine.travel(BOOKING_DAY + dt.timedelta(minutes=11)):
        assert not load.is_solved(solution)


def test_sixty_people_of_a_shelter_wait_behind_one_address(busy: None) -> None:
    tickets = [load.new_ticket("/plan/book/") for _ in range(60)]

    with time_machine.travel(BOOKING_DAY + dt.timedelta(seconds=60)):
        assert all(load.has_waited(it, "198.51.100.1") for it in tickets)


def test_when_codes_are_guessed_from_many_places_every_phone_computes_first(
    network: Network,
) -> None:
    right = book(newcomer()).request["PATH_INFO"]
    calm = newcomer().get(right)
    limit = load.WRONG_CODES_OF_ALL
    newcomer().get("/v/AAAA-AAAA/")
    TryCount.objects.filter(name=limit.name).update(count=limit.most)
    phone = newcomer()

    asked = phone.get(right)
    after = go(phone, asked, altcha=solution_of(asked))

    assert (calm.status_code, asked.status_code) == (200, 429)
    assert after.request["PATH_INFO"] == right


def test_the_page_of_waiting_asks_nobody_outside(busy: None) -> None:
    page = choose(newcomer(), NEED).content.decode()

    assert re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]+', page) == []
    assert tries_of(Limit("search of all", most=1, minutes=5), "") == 1
