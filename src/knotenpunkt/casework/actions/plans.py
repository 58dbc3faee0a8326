"""One plan: strengths first, goals in her words, steps with exactly one owner and a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from knotenpunkt.casework.errors import Incomplete
from knotenpunkt.casework.models import (
    CareerStage,
    CarePlan,
    LanguageLevel,
    OfficialPlan,
    PlanGoal,
    PlanStep,
)
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account, Organization, StaffMember
from knotenpunkt.people.actions import change_person
from knotenpunkt.people.models import Person


@transaction.atomic
def write_strengths(*, person: Person, words: str, german: str, by: Account) -> CarePlan:
    """Begin the plan, or change what she is good at. Raises `Incomplete`: strengths come first."""
    if not words.strip():
        raise Incomplete("strengths")
    plan, is_new = CarePlan.objects.get_or_create(
        person=person,
        defaults={
            "organization": by.staff_member.organization,
            "strengths": words.strip(),
            "created_at": clock.now(),
        },
    )
    plan.strengths, plan.strengths_german = words.strip(), german.strip()
    plan.save(update_fields=["strengths", "strengths_german"])
    record("plan.begun" if is_new else "plan.strengths_changed", plan, by=by)
    return plan


@transaction.atomic
def add_goal(*, plan: CarePlan, area: str, words: str, german: str, by: Account) -> PlanGoal:
    """Add what she wants to reach, as she says it."""
    if not words.strip():
        raise Incomplete("words")
    goal = PlanGoal.objects.create(
        plan=plan,
        area=area,
        words=words.strip(),
        words_german=german.strip(),
        created_at=clock.now(),
    )
    record("plan.goal_added", goal, by=by)
    return goal


@transaction.atomic
def add_step(
    *, goal: PlanGoal, text: str, due_on: dt.date, owner: StaffMember | None, by: Account
) -> PlanStep:
    """Add a step with a day; without an owner it is her own step."""
    step = PlanStep.objects.create(
        goal=goal, text=text.strip(), due_on=due_on, owner=owner, is_hers=owner is None
    )
    record("plan.step_added", step, by=by)
    return step


@transaction.atomic
def tick_step(*, step: PlanStep, by: Account, is_done: bool = True) -> PlanStep:
    """Tick a step off, or take the tick back; the goal is met when no step is open."""
    step = PlanStep.objects.select_for_update(of=("self",)).get(pk=step.pk)
    if bool(step.done_at) == is_done:
        return step
    step.done_at = clock.now() if is_done else None
    step.save(update_fields=["done_at"])
    has_open = step.goal.steps.filter(done_at=None).exists()
    step.goal.met_at = None if has_open else clock.now()
    step.goal.save(update_fields=["met_at"])
    record("plan.step_done" if is_done else "plan.step_reopened", step, by=by)
    return step


@dataclass(frozen=True)
class Stage:
    """A stage of her career path, past or wished for."""

    kind: str
    words: str
    years: str = ""
    is_ahead: bool = False


@transaction.atomic
def add_stage(*, plan: CarePlan, stage: Stage, by: Account) -> CareerStage:
    """Write a stage together with her; what she confirmed before counts no longer."""
    added = CareerStage.objects.create(plan=plan, created_at=clock.now(), **vars(stage))
    plan.path_confirmed_at = None
    plan.save(update_fields=["path_confirmed_at"])
    record("plan.stage_added", added, by=by)
    return added


@transaction.atomic
def confirm_path(*, plan: CarePlan, by: Account) -> CarePlan:
    """Note that she read her career path and said yes. Raises `Incomplete` for an empty path."""
    if not plan.stages.exists():
        raise Incomplete("stages")
    if plan.path_confirmed_at is None:
        plan.path_confirmed_at = clock.now()
        plan.save(update_fields=["path_confirmed_at"])
        record("plan.path_confirmed", plan, by=by)
    return plan


@transaction.atomic
def link_official_plan(
    *, plan: CarePlan, kind: str, organization: Organization, link: str, by: Account
) -> OfficialPlan:
    """Note that an authority has a plan with her; its contents stay there."""
    found, is_new = OfficialPlan.objects.get_or_create(
        plan=plan, kind=kind, organization=organization, defaults={"link": link}
    )
    if is_new:
        record("plan.official_plan_linked", found, by=by)
    return found


@dataclass(frozen=True)
class Level:
    """How well she speaks a language (CEFR), as of a day, and what shows it."""

    level: str
    on: dt.date
    evidence: str
    language: str = "de"


@transaction.atomic
def note_level(*, person: Person, level: Level, by: Account) -> LanguageLevel:
    """Add to the history of a language; the newest level of German also stands in her file."""
    noted, is_new = LanguageLevel.objects.get_or_create(
        person=person,
        language=level.language,
        on=level.on,
        evidence=level.evidence,
        defaults={"level": level.level, "noted_by": by.staff_member},
    )
    newest = LanguageLevel.objects.filter(person=person, language="de").first()
    if newest is not None and person.german_level != newest.level:
        windows = [
            (it.weekday, it.starts_at, it.ends_at) for it in person.unavailable_windows.all()
        ]
        change_person(person=person, by=by, fields={"german_level": newest.level}, windows=windows)
    if is_new:
        record("language_level.noted", noted, by=by)
    return noted
