"""How often something may be tried: counted in the database, so that all processes agree.

Keys are stored as keyed hashes: the table tells nobody who tried what.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import count_try
from knotenpunkt.foundation.models import TryCount


@dataclass(frozen=True)
class Limit:
    """At most `most` tries of one kind in `minutes`, for one key."""

    name: str
    most: int
    minutes: int


class TooManyTries(Exception):
    """The limit is reached; another try makes sense in `minutes`."""

    def __init__(self, limit: Limit, minutes: int) -> None:
        super().__init__(limit.name)
        self.limit, self.minutes = limit, minutes


def note_try(limit: Limit, key: str) -> int:
    """Count one more try and return how many there are; raises `TooManyTries` beyond the limit."""
    start = _window(limit)
    count = count_try(name=limit.name, key_hash=_hash(limit, key), window_starts_at=start)
    if count > limit.most:
        raise TooManyTries(limit, _minutes_left(limit, start))
    return count


def refuse_if_full(limit: Limit, key: str) -> None:
    """Raise `TooManyTries` when the limit is reached, without counting."""
    start = _window(limit)
    if tries_of(limit, key) >= limit.most:
        raise TooManyTries(limit, _minutes_left(limit, start))


def tries_of(limit: Limit, key: str) -> int:
    """Return how many tries there were in the present window."""
    found = TryCount.objects.filter(
        name=limit.name, key_hash=_hash(limit, key), window_starts_at=_window(limit)
    )
    return found.values_list("count", flat=True).first() or 0


def _window(limit: Limit) -> dt.datetime:
    """Return the beginning of the present window; windows follow one another without a gap."""
    seconds = limit.minutes * 60
    now = int(clock.now().timestamp())
    return dt.datetime.fromtimestamp(now - now % seconds, dt.UTC)


def _minutes_left(limit: Limit, start: dt.datetime) -> int:
    left = start + dt.timedelta(minutes=limit.minutes) - clock.now()
    return max(-(-int(left.total_seconds()) // 60), 1)


def _hash(limit: Limit, key: str) -> str:
    text = f"{limit.name}/{key}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()
