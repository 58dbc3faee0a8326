"""Recurrence as the region file says it -> iCalendar RRULE."""

from __future__ import annotations

from collections.abc import Iterable

from knotenpunkt.config.region.schema import Outreach, Weekday
from knotenpunkt.directory.enums import TargetGroup
from knotenpunkt.network.enums import LegalRegime

# What the region file says in words -> target groups of the directory.
WORDS_OF_GROUPS: tuple[tuple[str, TargetGroup], ...] = (
    ("newly arrived", TargetGroup.NEWLY_ARRIVED),
    ("ukraine", TargetGroup.UKRAINE),
    ("sec. 24", TargetGroup.UKRAINE),
    ("asylblg", TargetGroup.ASYLUM_PROCEDURE),
    ("duldung", TargetGroup.ASYLUM_PROCEDURE),
    ("refugees", TargetGroup.RECOGNIZED),
    ("foreign qualification", TargetGroup.SKILLED_WORKERS),
    ("families", TargetGroup.FAMILIES),
    ("parents", TargetGroup.FAMILIES),
    ("children", TargetGroup.CHILDREN),
    ("age<25", TargetGroup.YOUNG_PEOPLE),
    ("age 12-26", TargetGroup.YOUNG_PEOPLE),
    ("age 15-24", TargetGroup.YOUNG_PEOPLE),
    ("young people", TargetGroup.YOUNG_PEOPLE),
    ("women", TargetGroup.WOMEN),
    ("sgb2", TargetGroup.JOBSEEKERS),
    ("sgb3", TargetGroup.JOBSEEKERS),
    ("health restriction", TargetGroup.ILL_OR_DISABLED),
)


def target_groups_of(words: str) -> list[str]:
    """Return the target groups that the words of a region file name."""
    small = words.lower()
    return sorted({group.value for word, group in WORDS_OF_GROUPS if word in small})


def legal_regimes_of(bases: Iterable[str]) -> set[str]:
    """Return the books of law among the legal bases of an organization."""
    labels = {str(label): value for value, label in LegalRegime.choices}
    return {labels[base] for base in bases if base in labels}


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
