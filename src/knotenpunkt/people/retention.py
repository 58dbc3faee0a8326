"""How long what is kept: rules as data (`data/retention.toml`), one for each personal model."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dateutil.relativedelta import relativedelta
from django.apps import apps
from django.db.models import QuerySet

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import LegalHold, Person, RetentionRun

FILE = Path(__file__).parent / "data" / "retention.toml"
ALARM_AFTER = dt.timedelta(days=2)


@dataclass(frozen=True)
class Rule:
    """One rule. `way` is proposal, with, age or stays; `months` runs from `start`."""

    model: str
    way: str
    source: str
    goes_with: str = ""
    months: int = 0
    start: str = ""
    activity: tuple[str, ...] = ()


@dataclass(frozen=True)
class Review:
    """Who has read the periods and their sources, and when; nobody until a name stands there."""

    reviewer: str
    on: dt.date

    @property
    def is_done(self) -> bool:
        return bool(self.reviewer)


@cache
def review_of_periods() -> Review:
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Review(found["reviewer"] if found["state"] == "reviewed" else "", found["date"])


@cache
def retention_rules() -> Mapping[str, Rule]:
    """Return the rules by model label. Raises ValueError if a model has two."""
    found: dict[str, Rule] = {}
    for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["rule"]:
        for model in row["models"]:
            if model in found:
                raise ValueError(f"{model} has two retention rules")
            found[model] = Rule(
                model=model,
                way=row["way"],
                source=row["source"],
                goes_with=row.get("with", ""),
                months=row.get("months", 0),
                start=row.get("start", ""),
                activity=tuple(row.get("activity", ())),
            )
    return found


def models_without_rule() -> list[str]:
    """Return the personal models for which nobody said how long they are kept."""
    personal = {it._meta.label for it in apps.get_models() if hasattr(it, "Privacy")}
    return sorted(personal - set(retention_rules()))


def cutoff_of(rule: Rule) -> dt.datetime:
    """Return the moment before which this rule says: due."""
    return clock.now() - relativedelta(months=rule.months)


def persons_due(account: Account, most: int = 50) -> list[Person]:
    """Return the files of this officer's house that nothing has touched for the whole period.

    Files under a living hold are left out; `holds_of` says why they stay. What touched a file is
    asked for as the system: an officer sees no note, and a note she cannot see is still a touch.
    """
    member = account.staff_member
    if member.role != Role.DATA_PROTECTION_OFFICER or member.left_on is not None:
        return []
    with system_scope("what is due, by dates alone"):
        return list(all_persons_due().filter(organization=member.organization_id)[:most])


def all_persons_due() -> QuerySet[Person]:
    """Return the due files of every house: for the nightly count."""
    rule = retention_rules()["people.Person"]
    found = Person.objects.exclude(holds__until__gt=clock.today())
    for path in rule.activity:
        found = found.exclude(**{f"{path}__gt": cutoff_of(rule)})
    return found.order_by("created_at", "pk")


def holds_of(account: Account) -> QuerySet[LegalHold]:
    """Return the living holds of this officer's house."""
    member = account.staff_member
    if member.role != Role.DATA_PROTECTION_OFFICER or member.left_on is not None:
        return LegalHold.objects.none()
    return LegalHold.objects.filter(
        person__organization=member.organization_id, until__gt=clock.today()
    ).select_related("placed_by")


def is_overdue() -> bool:
    """Whether nobody looked at retention for two days: shown in red, and by the doctor."""
    return not RetentionRun.objects.filter(at__gt=clock.now() - ALARM_AFTER).exists()
