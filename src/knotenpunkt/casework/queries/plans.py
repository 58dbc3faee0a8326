"""Plans: whole in the own file; for partners the parts that a living grant names."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.db.models import QuerySet

from knotenpunkt.casework.models import (
    CareerStage,
    CarePlan,
    LanguageLevel,
    OfficialPlan,
    PlanGoal,
    PlanStep,
    StatedFact,
)
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account
from knotenpunkt.people.enums import Category
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import grants_to, persons_shared_with, persons_visible_to


@dataclass(frozen=True)
class PlanView:
    """What one reader may see of a plan; a part she may not see is empty, not greyed."""

    person: Person
    is_own: bool
    plan: CarePlan | None
    goals: list[PlanGoal]
    official: list[OfficialPlan]
    stages: list[CareerStage]
    levels: list[LanguageLevel]
    shows_path: bool


def person_of_plan(account: Account, person_id: UUID) -> Person | None:
    """Return the person whose plan this account may open, whole or in part."""
    own = persons_visible_to(account).filter(pk=person_id).select_related("network").first()
    if own is not None:
        return own
    return persons_shared_with(account).filter(pk=person_id).select_related("network").first()


def plan_view(account: Account, person: Person) -> PlanView | None:
    """Return what this account may see of her plan, or None if nothing at all."""
    is_own = persons_visible_to(account).filter(pk=person.pk).exists()
    plan = CarePlan.objects.filter(person=person).select_related("organization").first()
    allowed = set(Category) if is_own else _shared_categories(account, person, plan)
    shows_goals, shows_path = Category.PLAN_GOALS in allowed, Category.CAREER_PATH in allowed
    shows_level = Category.LANGUAGE_LEVEL in allowed
    if not (shows_goals or shows_path or shows_level):
        return None
    goals = PlanGoal.objects.filter(plan=plan).prefetch_related("steps__owner__organization")
    return PlanView(
        person=person,
        is_own=is_own,
        plan=plan if shows_goals else None,
        goals=list(goals) if plan and shows_goals else [],
        official=list(OfficialPlan.objects.filter(plan=plan).select_related("organization"))
        if plan and shows_goals
        else [],
        stages=list(CareerStage.objects.filter(plan=plan)) if plan and shows_path else [],
        levels=list(LanguageLevel.objects.filter(person=person)) if shows_level else [],
        shows_path=shows_path,
    )


def _shared_categories(account: Account, person: Person, plan: CarePlan | None) -> set[str]:
    if plan is None:
        return set()
    grants = grants_to(account).filter(subject=person, owner=plan.organization)
    return {category for grant in grants for category in grant.categories}


def steps_due(account: Account) -> QuerySet[PlanStep]:
    """Return the plan steps of this staff member due today or before, of the own file."""
    return (
        PlanStep.objects.filter(
            owner=account.staff_member,
            done_at=None,
            due_on__lte=clock.today(),
            goal__plan__person__in=persons_visible_to(account),
        )
        .select_related("goal__plan__person")
        .order_by("due_on", "id")
    )


@dataclass(frozen=True)
class FactRow:
    """One fact as the offices hold it; disputed if they differ."""

    kind: str
    facts: list[StatedFact]

    @property
    def is_disputed(self) -> bool:
        """Whether two offices hold different values."""
        return len({fact.value.casefold() for fact in self.facts}) > 1


def facts_of(person: Person, account: Account | None) -> list[FactRow]:
    """Return the facts by kind: all of them for the person herself (None), else the own ones.

    An office sees what it stated itself, and that of others only where it stated the same fact:
    then both stand side by side, marked as disputed if they differ. The person sees everything.
    """
    rows = StatedFact.objects.filter(person=person).select_related("organization")
    facts = list(rows.order_by("kind", "organization__name"))
    if account is not None:
        own = account.staff_member.organization_id
        kinds = {fact.kind for fact in facts if fact.organization_id == own}
        shared = {grant.owner_id for grant in grants_to(account).filter(subject=person)}
        facts = [
            it
            for it in facts
            if it.organization_id == own or (it.kind in kinds and it.organization_id in shared)
        ]
    return [FactRow(kind, list(group)) for kind, group in groupby(facts, key=lambda it: it.kind)]
