"""The one clock. Everything that asks for the time asks here, so tests can set it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone

LOCAL = ZoneInfo("Europe/Berlin")


def now() -> dt.datetime:
    """Return the current moment, aware, in UTC."""
    return timezone.now()


def today() -> dt.date:
    """Return the calendar day it is in Germany."""
    return now().astimezone(LOCAL).date()


def local_moment(day: dt.date, time: dt.time) -> dt.datetime:
    """Return the UTC moment of a German wall-clock time.

    A time that the spring change skips raises `NoSuchLocalTime`: nobody can come then.
    Of a time that the autumn change doubles, the first is meant.
    """
    local = dt.datetime.combine(day, time, tzinfo=LOCAL)
    moment = local.astimezone(dt.UTC)
    if moment.astimezone(LOCAL).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchLocalTime(day, time)
    return moment


class NoSuchLocalTime(ValueError):
    """The clocks jump over this wall-clock time."""

    def __init__(self, day: dt.date, time: dt.time) -> None:
        super().__init__(f"{day} {time} does not exist in {LOCAL.key}")
        self.day = day
        self.time = time


def local_day(moment: dt.datetime) -> dt.date:
    """Return the German calendar day of a moment."""
    return moment.astimezone(LOCAL).date()


def local_time_text(moment: dt.datetime) -> str:
    """Return day and time in Germany, `04.03.2027, 09:30`, for mails to staff."""
    return f"{moment.astimezone(LOCAL):%d.%m.%Y, %H:%M}"
