"""The second wall around shared work: seen is what the queries show, for the whole cast."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest

from knotenpunkt.casework.actions.assignments import assess_needs
from knotenpunkt.casework.actions.diary import TalkEnd, close_talk, note_follow_up
from knotenpunkt.casework.actions.plans import (
    Level,
    Stage,
    add_goal,
    add_stage,
    add_step,
    note_level,
    write_strengths,
)
from knotenpunkt.casework.models import (
    AssessedNeed,
    CareerStage,
    CarePlan,
    FollowUp,
    LanguageLevel,
    NeedsAssessment,
    OfficialPlan,
    PlanGoal,
    PlanStep,
    TalkRecord,
)
from knotenpunkt.casework.queries.diary import follow_ups_of, talk_records_visible_to
from knotenpunkt.casework.queries.plans import PlanView, plan_view
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import NOBODY, person_scope, viewer_scope
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Network, StaffMember
from knotenpunkt.people.models import Consent, LegalHold, Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.people.retention import holds_of
from knotenpunkt.people.rules import READ_NOTHING
from knotenpunkt.web.scope import viewer_of
from tests.consent.conftest import tables_behind_the_wall, without_wall
from tests.consent.test_wall import CAST

UNDER_THE_WALL = (
    TalkRecord, FollowUp, NeedsAssessment, AssessedNeed, CarePlan, PlanGoal, PlanStep,
    OfficialPlan, CareerStage, LanguageLevel, LegalHold,
)  # fmt: skip
Share = Callable[..., Consent]
AsAccount = Callable[[str], Account]


@pytest.fixture
def file(
    person: Person, counsellor: Account, confidential: Account, share: Share, account: AsAccount
) -> Person:
    """All of Olena's shared work, parts of it shared with two partners; and somebody else's."""
    today = clock.today()
    theirs = Person.objects.get(case_lead=confidential.staff_member, code="cl-22")
    for subject, by in ((person, counsellor), (theirs, confidential)):
        close_talk(
            person=subject, end=TalkEnd("continues", agreed="calls", follow_up_days=3), by=by
        )
        note_follow_up(person=subject, due_on=today, text="look again", by=by)
        assess_needs(person=subject, words="a flat", needs={"housing": 2}, by=by)
        plan = write_strengths(person=subject, words="cooks", german="", by=by)
        goal = add_goal(plan=plan, area="work", words="a job", german="", by=by)
        add_step(goal=goal, text="writes", due_on=today, owner=None, by=by)
        add_stage(plan=plan, stage=Stage("school", "school"), by=by)
        note_level(person=subject, level=Level("A2", today, "test"), by=by)
    share(account("st-jc05").staff_member, categories=["plan_goals"], purposes=["care_plan"])
    share(account("st-aa06").staff_member, categories=["career_path"], purposes=["work"])
    return person


def plans(account: Account) -> set[tuple[str, int, int]]:
    """Return (words of the goals, number of stages and of levels) of each plan behind the wall."""
    found = set()
    for subject in Person.objects.filter(care_plan__isnull=False):
        goals = PlanGoal.objects.filter(plan__person=subject).values_list("words", flat=True)
        stages = CareerStage.objects.filter(plan__person=subject).count()
        levels = LanguageLevel.objects.filter(person=subject).count()
        if goals or stages or levels:
            found.add((" ".join(goals), stages, levels))
    return found


def as_shown(view: PlanView | None) -> tuple[str, int, int]:
    if view is None:
        return ("", 0, 0)
    return " ".join(it.words for it in view.goals), len(view.stages), len(view.levels)


def agrees(viewer: Account) -> bool:
    """Whether wall and queries show this account the same talks, reminders and plans."""
    works = viewer.staff_member.role not in READ_NOTHING
    shown = {as_shown(plan_view(viewer, it)) for it in Person.objects.all()} if works else set()
    talks = set(talk_records_visible_to(viewer).values_list("pk", flat=True))
    reminders = set(follow_ups_of(viewer).values_list("pk", flat=True)) if works else set()
    files = persons_visible_to(viewer, merged=True) if works else Person.objects.none()
    assessed = set(NeedsAssessment.objects.filter(person__in=files).values_list("pk", flat=True))
    holds = set(holds_of(viewer).values_list("pk", flat=True))
    with viewer_scope(viewer_of(viewer)):
        return (
            set(TalkRecord.objects.values_list("pk", flat=True)) == talks
            and set(FollowUp.objects.filter(done_at=None).values_list("pk", flat=True)) == reminders
            and set(NeedsAssessment.objects.values_list("pk", flat=True)) == assessed
            and set(LegalHold.objects.values_list("pk", flat=True)) == holds
            and plans(viewer) == shown - {("", 0, 0)}
        )


@pytest.mark.parametrize("code", CAST)
def test_wall_and_queries_agree(code: str, file: Person, account: AsAccount) -> None:
    assert agrees(account(code))


@pytest.mark.parametrize("role", sorted(Role))
def test_wall_and_queries_agree_for_every_role(
    role: str, file: Person, counsellor: Account
) -> None:
    LegalHold.objects.create(
        person=file, reason="court", placed_at=clock.now(),
        until=clock.today() + dt.timedelta(days=9),
    )  # fmt: skip
    StaffMember.objects.filter(account=counsellor).update(role=role)

    assert agrees(Account.objects.get(pk=counsellor.pk))


def test_a_partner_sees_the_part_she_shares(file: Person, account: AsAccount) -> None:
    with viewer_scope(viewer_of(account("st-jc05"))):
        goals, stages = PlanGoal.objects.count(), CareerStage.objects.count()
        assert (goals, stages, PlanStep.objects.count(), TalkRecord.objects.count()) == (1, 0, 1, 0)
    with viewer_scope(viewer_of(account("st-aa06"))):
        assert (PlanGoal.objects.count(), CareerStage.objects.count()) == (0, 1)


@pytest.mark.parametrize("model", UNDER_THE_WALL)
def test_nobody_sees_nothing(model: type, file: Person) -> None:
    with viewer_scope(NOBODY):
        assert model.objects.count() == 0  # type: ignore[attr-defined]


def test_the_person_sees_her_own(file: Person) -> None:
    with person_scope(file.pk):
        assert CarePlan.objects.get().person_id == file.pk
        assert (PlanStep.objects.count(), TalkRecord.objects.count()) == (1, 1)


def test_every_table_is_behind_the_wall(db: None) -> None:
    assert tables_behind_the_wall(UNDER_THE_WALL) == len(UNDER_THE_WALL)


@pytest.fixture
def without_policy(loaded_network: Network) -> Iterator[None]:
    """The fault that the tests above hunt for."""
    with without_wall("casework_talkrecord"):
        yield


def test_without_the_wall_the_tests_would_see_it(
    without_policy: None, file: Person, account: AsAccount
) -> None:
    assert not agrees(account("st-hw01"))
