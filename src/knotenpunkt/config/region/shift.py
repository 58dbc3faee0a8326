"""Moving a demo region in time, by whole weeks, so that its anchor week lies ahead."""

from __future__ import annotations

import datetime as dt
from typing import Any

from knotenpunkt.config.region.schema import Region

WEEK = dt.timedelta(weeks=1)
# Law keeps its own dates: a rule does not move because a demo does.
FIXED_PARTS = frozenset({"responsibility_rules", "responsibility_gaps", "capacity_baseline"})


def weeks_to_shift(region: Region, *, today: dt.date) -> int:
    """Return by how many weeks to move so that bookings are made this week or the next.

    The number is even or odd such that even calendar weeks stay even: fortnightly hours are
    tied to the parity of the ISO week, and years of 53 weeks change it.
    """
    anchor = region.meta.anchor_monday
    ahead = anchor - region.meta.booking_made_on
    monday = today - dt.timedelta(days=today.weekday()) + ahead
    while _parity(monday) != _parity(anchor):
        monday += WEEK
    return (monday - anchor).days // 7


def shifted(region: Region, weeks: int) -> Region:
    """Return the region with all its dates moved by this many weeks."""
    if weeks == 0:
        return region
    raw = region.model_dump(mode="python")
    moved = {
        part: value if part in FIXED_PARTS else _moved(value, weeks * WEEK)
        for part, value in raw.items()
    }
    return Region.model_validate(moved)


def _moved(value: Any, by: dt.timedelta) -> Any:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value + by
    if isinstance(value, dict):
        return {key: _moved(item, by) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_moved(item, by) for item in value]
    if isinstance(value, str):
        return _moved_text(value, by)
    return value


def _moved_text(value: str, by: dt.timedelta) -> str:
    if len(value) != 10:
        return value
    try:
        return (dt.date.fromisoformat(value) + by).isoformat()
    except ValueError:
        return value


def _parity(monday: dt.date) -> int:
    return monday.isocalendar().week % 2
