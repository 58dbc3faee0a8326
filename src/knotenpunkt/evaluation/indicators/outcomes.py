"""Counting what people reached, beyond placement in work (S4-6): from plans, without a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from knotenpunkt.casework.enums import AreaOfLife, LevelEvidence, StageKind
from knotenpunkt.casework.models import CareerStage, CarePlan, LanguageLevel, PlanGoal
from knotenpunkt.cooperation.enums import Unit
from knotenpunkt.evaluation.indicators.kinds import Asked, Counted, Indicator, share
from knotenpunkt.evaluation.indicators.shared_work import moments
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Network
from knotenpunkt.people.models import HeldToken

PROVEN = (LevelEvidence.CERTIFICATE, LevelEvidence.TEST)
RECOGNITION = "recognition_file_complete"


def _levels(network: Network, _first: dt.date, last: dt.date) -> list[Any]:
    rows = LanguageLevel.objects.filter(
        person__network=network, person__care_plan__isnull=False, language="de", on__lte=last
    )
    rows = rows.filter(evidence__in=PROVEN).order_by("on", "level")
    return list(rows.values_list("person_id", "person__care_plan__organization_id", "on", "level"))


def _risen(rows: list[Any], asked: Asked) -> Counted:
    """Count people whose level is proven higher than any before; CEFR names sort as they rise."""
    best: dict[UUID, str] = {}
    risen: set[UUID] = set()
    for person, house, on, level in rows:
        if house not in asked.houses or on > asked.last:
            continue
        if level > best.get(person, ""):
            if asked.has(on) and level > "A0":
                risen.add(person)
            best[person] = level
    return Counted(len(risen), len(risen))


def _goals(network: Network, first: dt.date, last: dt.date) -> list[Any]:
    rows = PlanGoal.objects.filter(
        plan__person__network=network, met_at__range=moments(first, last)
    )
    return list(rows.values_list("plan_id", "plan__organization_id", "met_at", "area"))


def _people_with_goal(area: str = "") -> Callable[[list[Any], Asked], Counted]:
    """Return how to count plans with a goal that was met, of one area of life or of any."""

    def count(rows: list[Any], asked: Asked) -> Counted:
        plans = {
            plan
            for plan, house, met_at, of in rows
            if house in asked.houses and asked.has(clock.local_day(met_at)) and area in ("", of)
        }
        return Counted(len(plans), len(plans))

    return count


def _recognised(network: Network, first: dt.date, last: dt.date) -> list[Any]:
    rows = HeldToken.objects.filter(
        person__network=network, person__care_plan__isnull=False, token__code=RECOGNITION,
        since__range=(first, last),
    )  # fmt: skip
    return list(rows.values_list("person_id", "person__care_plan__organization_id", "since"))


def _people(rows: list[Any], asked: Asked) -> Counted:
    found = {who for who, house, on in rows if house in asked.houses and asked.has(on)}
    return Counted(len(found), len(found))


def _plans(network: Network, _first: dt.date, last: dt.date) -> list[Any]:
    rows = CarePlan.objects.filter(person__network=network, created_at__lte=moments(last, last)[1])
    return list(rows.values_list("organization_id", "created_at", F("path_confirmed_at")))


def _confirmed(rows: list[Any], asked: Asked) -> Counted:
    known = [
        confirmed_at
        for house, created_at, confirmed_at in rows
        if house in asked.houses and clock.local_day(created_at) <= asked.last
    ]
    yes = sum(it is not None and clock.local_day(it) <= asked.last for it in known)
    return share(yes, len(known))


def _stages(network: Network, _first: dt.date, last: dt.date) -> list[Any]:
    rows = CareerStage.objects.filter(
        plan__person__network=network, is_ahead=False, created_at__lte=moments(last, last)[1]
    ).order_by("created_at", "pk")
    return list(rows.values_list("plan_id", "plan__organization_id", "created_at", "kind"))


def _paths_at(stage: str) -> Callable[[list[Any], Asked], Counted]:
    """Return how to count the paths whose stage noted last is this one."""

    def count(rows: list[Any], asked: Asked) -> Counted:
        at: dict[UUID, str] = {
            plan: kind
            for plan, house, created_at, kind in rows
            if house in asked.houses and clock.local_day(created_at) <= asked.last
        }
        paths = sum(kind == stage for kind in at.values())
        return Counted(paths, paths)

    return count


# Of the stages of a career path those that lead into an occupation (S4-4).
STAGES = (StageKind.SCHOOL, StageKind.APPRENTICESHIP, StageKind.STUDY, StageKind.WORK)
PATH_STAGES = tuple(
    Indicator(
        f"paths_at_{stage}",
        format_lazy("{}: {}", _("Career paths by stage"), stage.label),
        _(
            "Career paths whose stage noted last, of the way so far, is this one on the last day"
            " of the year. Stages that lie ahead do not count. Each path counts once."
        ),
        Unit.COUNT,
        False,
        _stages,
        _paths_at(stage),
    )
    for stage in STAGES
)

OUTCOMES = (
    Indicator(
        "language_level",
        _("People with a higher level of German"),
        _(
            "People with a plan whose level of German was proven in the year by a certificate or a"
            " placement test and is higher than any before. Each person counts once."
        ),
        Unit.COUNT,
        True,
        _levels,
        _risen,
    ),
    Indicator(
        "recognition",
        _("People with a complete file for recognition"),
        _(
            "People with a plan whose file for the recognition of a qualification was complete in"
            " the year. Each person counts once."
        ),
        Unit.COUNT,
        True,
        _recognised,
        _people,
    ),
    Indicator(
        "goals_met",
        _("People who reached a goal of their plan"),
        _(
            "Plans with a goal that was reached in the year, in whatever area of life."
            " Each person counts once."
        ),
        Unit.COUNT,
        True,
        _goals,
        _people_with_goal(),
    ),
    Indicator(
        "among_people",
        _("People who found friends, neighbours or an association"),
        _(
            'Plans with a goal of the area "friends and neighbours" that was reached in the year,'
            " such as joining an association. Each person counts once."
        ),
        Unit.COUNT,
        True,
        _goals,
        _people_with_goal(AreaOfLife.PEOPLE),
    ),
    Indicator(
        "paths_confirmed",
        _("Career paths that people confirmed"),
        _(
            "Of the plans there are: the share with a career path that the person has read and"
            " said yes to."
        ),
        Unit.PERCENT,
        False,
        _plans,
        _confirmed,
    ),
    *PATH_STAGES,
)
