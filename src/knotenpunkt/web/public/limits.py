"""Limits on the public pages: by code, contact, device and address.

A shelter has one address for sixty people: limits by address count only what ordinary use hardly
ever does (wrong codes), or are wide enough for all of them at once. Nothing leaves the house.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext, suppress
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from knotenpunkt.foundation.limits import Limit, TooManyTries, note_try, refuse_if_full
from knotenpunkt.visits.codes import ALPHABET, LENGTH
from knotenpunkt.web.public.load import (
    WRONG_CODES_OF_ALL,
    has_passed,
    is_guessed_at,
    note_load,
    wait_page,
)
from knotenpunkt.web.scope import READS

WRONG_CODES = Limit("wrong code", most=120, minutes=10)  # by address
WRONG_FACTORS = Limit("wrong second factor", most=5, minutes=15)  # by code
WRONG_FACTORS_OF_ADDRESS = Limit("wrong second factor of address", most=60, minutes=15)
SEARCHES = Limit("search", most=60, minutes=10)  # by device
SEARCHES_OF_ADDRESS = Limit("search of address", most=1200, minutes=10)
HOLDS = Limit("hold", most=6, minutes=60)  # by device
HOLDS_OF_ADDRESS = Limit("hold of address", most=180, minutes=60)
HOLDS_OF_CONTACT = Limit("hold of contact", most=6, minutes=24 * 60)
View = Callable[..., HttpResponse]


def expected_tries(live: int) -> float:
    """Return how many codes a guesser tries on average until one of `live` visits is hit."""
    return float(len(ALPHABET) ** LENGTH) / live / 2


def days_to_guess(live: int) -> float:
    """Return for how many days one address has to guess until then, at all its limit allows."""
    a_day = WRONG_CODES.most * 24 * 60 / WRONG_CODES.minutes
    return expected_tries(live) / a_day


def address_of(request: HttpRequest) -> str:
    """Return the address that our own proxies saw; what a client claims beyond is not believed."""
    if settings.PROXIES:
        chain = [it.strip() for it in request.headers.get("x-forwarded-for", "").split(",")]
        if len(chain) >= settings.PROXIES:
            return chain[-settings.PROXIES]
    return str(request.META.get("REMOTE_ADDR", ""))


def device_of(request: HttpRequest) -> str:
    """Return what stands for this phone: its session, which the search needs anyway."""
    return request.session.session_key or address_of(request)


def note_search(request: HttpRequest) -> None:
    """Count a search for proposals. Raises `TooManyTries`."""
    note_load()
    note_try(SEARCHES, device_of(request))
    note_try(SEARCHES_OF_ADDRESS, address_of(request))


def note_hold(request: HttpRequest, contact: str) -> None:
    """Count a hold. Raises `TooManyTries`."""
    note_try(HOLDS, device_of(request))
    note_try(HOLDS_OF_ADDRESS, address_of(request))
    if contact:
        note_try(HOLDS_OF_CONTACT, contact)


def limited(view: View) -> View:
    """Answer 429 with the minutes to wait when a limit of the view is reached."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except TooManyTries as error:
            response = render(
                request, "public/too_many.html", {"minutes": error.minutes}, status=429
            )
            response["Retry-After"] = str(error.minutes * 60)
            return response

    return guarded


def by_code(view: View) -> View:
    """Guard a page by code: who tries many wrong codes waits, and right ones wait with them.

    The limit is asked before the code is looked up, so that a guesser beyond it learns nothing.
    When codes are guessed from many addresses at once, every phone first computes or waits.
    A page that only reads is one transaction: one state, and who looks is told once.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refuse_if_full(WRONG_CODES, address_of(request))
        if is_guessed_at() and not has_passed(request):
            return wait_page(request)
        try:
            with transaction.atomic() if request.method in READS else nullcontext():
                return view(request, *args, **kwargs)
        except Http404:
            with suppress(TooManyTries):
                note_try(WRONG_CODES_OF_ALL, "")
            note_try(WRONG_CODES, address_of(request))
            raise

    return limited(guarded)
