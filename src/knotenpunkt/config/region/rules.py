"""Recurrence as the region file says it -> iCalendar RRULE."""

from __future__ import annotations

from knotenpunkt.config.region.schema import Outreach, Weekday


def weekly(weekday: Weekday) -> str:
    """Return the rule "every week on this day"."""
    return f"FREQ=WEEKLY;BYDAY={weekday[:2].upper()}"


EVEN_WEEKS = ",".join(str(week) for week in range(2, 53, 2))


def rule_of(outreach: Outreach) -> str:
    """Return the rule of outreach hours.

    "Every two weeks" means the even ISO weeks, as people here say it; an interval of two weeks
    would drift after a year of 53.
    """
    day = outreach.weekday[:2].upper()
    return {
        "weekly": weekly(outreach.weekday),
        "every_2_weeks": f"FREQ=YEARLY;BYWEEKNO={EVEN_WEEKS};BYDAY={day}",
        "first_of_month": f"FREQ=MONTHLY;BYDAY=1{day}",
        "last_of_month": f"FREQ=MONTHLY;BYDAY=-1{day}",
    }[outreach.recurrence]
