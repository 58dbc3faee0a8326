"""When very much is asked of the house at once, each phone shows once that it means it.

With script it computes for a moment (Altcha's protocol, nothing leaves the house); without, its
owner waits a little and presses a button. Either is good for half an hour, and each is good once.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import Any

import altcha
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.limits import Limit, TooManyTries, note_try, tries_of

SALT = "public.load"
PASSED = "passed_until"
PASSED_FOR = dt.timedelta(minutes=30)
WAIT_SECONDS, TOKEN_LASTS = 20, dt.timedelta(minutes=10)
# About a second on an old telephone: fifty keys of five thousand rounds on average.
ALGORITHM, ROUNDS, MOST_KEYS = "PBKDF2/SHA-256", 5000, 100
ONCE = Limit("proof used", most=1, minutes=20)
WAITS_OF_ADDRESS = Limit("wait of address", most=180, minutes=10)
WRONG_CODES_OF_ALL = Limit("wrong code of all", most=3000, minutes=10)
View = Callable[..., HttpResponse]


def _searches() -> Limit:
    return Limit("search of all", most=settings.BUSY_SEARCHES, minutes=5)


def note_load() -> None:
    """Count one search of all; never refuses."""
    with suppress(TooManyTries):
        note_try(_searches(), "")


def is_busy() -> bool:
    """Return whether more is searched now than the house answers with ease."""
    return tries_of(_searches(), "") >= settings.BUSY_SEARCHES


def is_guessed_at() -> bool:
    """Return whether codes are guessed now from many addresses."""
    return tries_of(WRONG_CODES_OF_ALL, "") >= WRONG_CODES_OF_ALL.most


def has_passed(request: HttpRequest) -> bool:
    return str(request.session.get(PASSED, "")) > clock.now().isoformat()


def let_pass(request: HttpRequest) -> None:
    """Let this phone go on for half an hour."""
    request.session[PASSED] = (clock.now() + PASSED_FOR).isoformat()


def asked_under_load(view: View) -> View:
    """Ask for the proof when the house is busy, before a page that costs much is made.

    Who opened a page in calm goes on with it: nothing typed is lost because others came.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not has_passed(request):
            if is_busy():
                return wait_page(request)
            if request.session.session_key:
                let_pass(request)
        return view(request, *args, **kwargs)

    return guarded


@dataclass(frozen=True)
class Ticket:
    """What the page of waiting hands back: since when she waits, and where she wants to go."""

    since: dt.datetime
    path: str
    text: str

    @property
    def seconds_left(self) -> int:
        waited = (clock.now() - self.since).total_seconds()
        return max(math.ceil(WAIT_SECONDS - waited), 0)


def read_ticket(text: str) -> Ticket | None:
    """Return the ticket; None if it is forged, broken or too old."""
    try:
        values = signing.loads(text, salt=SALT, max_age=TOKEN_LASTS)
    except signing.BadSignature:
        return None
    return Ticket(dt.datetime.fromisoformat(values["since"]), values["path"], text)


def new_ticket(path: str) -> Ticket:
    """Return a ticket of now for a page of ours."""
    now = clock.now()
    values = {"since": now.isoformat(), "path": path, "n": secrets.token_hex(8)}
    return Ticket(now, path, signing.dumps(values, salt=SALT))


def wait_page(request: HttpRequest, ticket: Ticket | None = None) -> HttpResponse:
    """Return the page that asks to compute or to wait (429); a ticket is kept if there is one."""
    ticket = ticket or new_ticket(request.path)
    context = {"ticket": ticket, "challenge": json.dumps(_challenge())}
    response = render(request, "public/wait.html", context, status=429)
    response["Retry-After"] = str(WAIT_SECONDS)
    return response


def _challenge() -> dict[str, Any]:
    return altcha.create_challenge(
        ALGORITHM,
        ROUNDS,
        counter=secrets.randbelow(MOST_KEYS),
        expires_at=clock.now() + TOKEN_LASTS,
        hmac_secret=_secret("challenge"),
        hmac_key_secret=_secret("key"),
    ).to_dict()


def _secret(purpose: str) -> str:
    return salted_hmac(SALT, purpose, algorithm="sha256").hexdigest()


def is_solved(payload: str) -> bool:
    """Return whether this solves a challenge of ours, for the first time."""
    found = altcha.verify_solution(payload, _secret("challenge"), hmac_key_secret=_secret("key"))
    if not found.verified:
        return False
    return _is_first(altcha.Payload.from_base64(payload).challenge.signature or "")


def has_waited(ticket: Ticket, address: str) -> bool:
    """Return whether she has waited long enough, for the first time. Raises `TooManyTries`."""
    if ticket.seconds_left or not _is_first(ticket.text):
        return False
    note_try(WAITS_OF_ADDRESS, address)
    return True


def _is_first(key: str) -> bool:
    with suppress(TooManyTries):
        return note_try(ONCE, key) == 1
    return False
