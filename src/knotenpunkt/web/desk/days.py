"""How far a day may lie away that somebody types at the desk."""

from __future__ import annotations

import datetime as dt

from django.core.validators import MaxValueValidator, MinValueValidator

from knotenpunkt.foundation import clock
from knotenpunkt.visits.planning.wish import FURTHEST

# Days to look at. Every one of them has a day before and a day after.
OUR_FIRST, OUR_LAST = dt.date(1990, 1, 1), dt.date(2199, 12, 31)
IN_OUR_TIME = (MinValueValidator(OUR_FIRST), MaxValueValidator(OUR_LAST))


def is_too_far(day: dt.date) -> bool:
    """Say whether a day lies further ahead than anybody books, closes or releases."""
    return day > clock.today() + FURTHEST
