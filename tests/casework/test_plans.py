"""Plans, hand-overs, joint talks, facts and tables: actions and pages."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from uuid import uuid4

import pypdf
import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.casework.actions.assignments import (
    accept_assignment,
    assess_needs,
    assign,
    bounce_assignment,
    hand_over,
    open_assignment,
)
from knotenpunkt.casework.actions.facts import state_fact
from knotenpunkt.casework.actions.plans import (
    Level,
    Stage,
    add_goal,
    add_stage,
    add_step,
    confirm_path,
    note_level,
    tick_step,
    write_strengths,
)
from knotenpunkt.casework.errors import Incomplete, NotShared
from knotenpunkt.casework.models import Assignment, CarePlan, JointSession, PlanGoal, PlanStep
from knotenpunkt.casework.queries.assignments import birthdays_ahead, late_assignments, queue_of
from knotenpunkt.casework.queries.helpers import helpers_of
from knotenpunkt.casework.queries.plans import facts_of, plan_view
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.models import Person
from tests.casework.conftest import consent_to

SignIn = Callable[[str], Client]
DAY = dt.date(2027, 3, 12)


@pytest.fixture
def plan(person: Person, counsellor: Account) -> CarePlan:
    return write_strengths(
        person=person, words="Я добре організовую", german="Ich organisiere gut", by=counsellor
    )


@pytest.fixture
def goal(plan: CarePlan, counsellor: Account) -> PlanGoal:
    return add_goal(
        plan=plan, area="work", words="Працювати медсестрою", german="Als Pflegerin arbeiten",
        by=counsellor,
    )  # fmt: skip


def test_a_plan_begins_with_strengths(person: Person, counsellor: Account) -> None:
    with pytest.raises(Incomplete):
        write_strengths(person=person, words=" ", german="", by=counsellor)
    assert not CarePlan.objects.filter(person=person).exists()


def test_a_step_has_exactly_one_owner(goal: PlanGoal, counsellor: Account) -> None:
    hers = add_step(goal=goal, text="Zeugnis suchen", due_on=DAY, owner=None, by=counsellor)

    assert hers.is_hers
    with pytest.raises(IntegrityError, match="exactly_one_owner"), transaction.atomic():
        PlanStep.objects.filter(pk=hers.pk).update(owner=counsellor.staff_member)


def test_a_goal_is_met_when_no_step_is_open(goal: PlanGoal, counsellor: Account) -> None:
    step = add_step(
        goal=goal, text="Anruf", due_on=DAY, owner=counsellor.staff_member, by=counsellor
    )

    done = tick_step(step=step, by=counsellor)
    was_met = done.goal.met_at is not None
    again = tick_step(step=step, by=counsellor, is_done=False)

    assert was_met
    assert again.goal.met_at is None


def test_a_changed_path_must_be_confirmed_anew(plan: CarePlan, counsellor: Account) -> None:
    with pytest.raises(Incomplete):
        confirm_path(plan=plan, by=counsellor)
    add_stage(plan=plan, stage=Stage("work", "Krankenschwester, Lwiw", "2012–2022"), by=counsellor)
    confirmed = confirm_path(plan=plan, by=counsellor).path_confirmed_at
    add_stage(plan=plan, stage=Stage("work", "Station in Musterstadt", "", True), by=counsellor)
    plan.refresh_from_db()

    assert confirmed is not None
    assert plan.path_confirmed_at is None


def test_levels_keep_their_history_and_the_newest_counts(
    person: Person, counsellor: Account
) -> None:
    windows = person.unavailable_windows.count()
    for level in (
        Level("A1", dt.date(2027, 1, 5), "test"),
        Level("A2", dt.date(2027, 2, 20), "test"),
        Level("B2", dt.date(2027, 2, 21), "estimate", language="ru"),
        Level("A0", dt.date(2026, 9, 1), "estimate"),
    ):
        note_level(person=person, level=level, by=counsellor)

    person.refresh_from_db()
    assert person.german_level == "A2"
    assert person.unavailable_windows.count() == windows


def test_partners_see_the_parts_a_grant_names(
    goal: PlanGoal, person: Person, counsellor: Account, recipient: Account
) -> None:
    before = plan_view(recipient, person)
    consent = consent_to(person, (recipient.staff_member,), "care_plan", counsellor)
    contact_only = plan_view(recipient, person)
    consent.grants.update(categories=["contact", "plan_goals"])
    view = plan_view(recipient, person)

    assert before is None
    assert contact_only is None
    assert view is not None
    assert [it.words for it in view.goals] == ["Працювати медсестрою"]
    assert (view.stages, view.levels, view.is_own) == ([], [], False)


def test_two_offices_may_differ_and_the_person_sees_both(
    person: Person, counsellor: Account, recipient: Account
) -> None:
    state_fact(person=person, kind="Kinder", value="2", source="", by=counsellor)
    state_fact(person=person, kind="Kinder", value="3", source="Urkunde", by=recipient)

    hers, own = facts_of(person, None), facts_of(person, counsellor)

    assert [(row.kind, row.is_disputed, len(row.facts)) for row in hers] == [("Kinder", True, 2)]
    assert [(row.is_disputed, len(row.facts)) for row in own] == [(False, 1)]


def test_helpers_come_from_what_goes_on(
    goal: PlanGoal, person: Person, counsellor: Account, recipient: Account
) -> None:
    consent_to(person, (recipient.staff_member,), "benefits", counsellor)

    names = [it.name for it in helpers_of(person)]

    assert names[0] == counsellor.staff_member.name
    assert "Malte Grothusen" in names


PLAN_PAGES = ["plan", "helpers", "needs_assess", "joint_new", "handover_page", "plan_pdf"]


@pytest.mark.parametrize("name", PLAN_PAGES)
@pytest.mark.parametrize("code", ["st-jc05", "st-mb02", "st-abh02"])
def test_plan_pages_do_not_exist_for_others(
    name: str, code: str, goal: PlanGoal, person: Person, as_staff: SignIn
) -> None:
    assert as_staff(code).get(reverse(f"desk:{name}", args=[person.pk])).status_code == 404


@pytest.mark.parametrize("name", PLAN_PAGES)
def test_plan_pages_open_for_the_own_house(
    name: str, goal: PlanGoal, person: Person, as_staff: SignIn
) -> None:
    assert as_staff("st-ki03").get(reverse(f"desk:{name}", args=[person.pk])).status_code == 200
    assert as_staff("st-ki01").get(reverse(f"desk:{name}", args=[person.pk])).status_code == 403


def test_her_plan_is_a_pdf_of_one_page(
    goal: PlanGoal, person: Person, counsellor: Account, as_staff: SignIn
) -> None:
    for text in ("Zeugnis suchen", "Kurs anfragen", "Anerkennung beantragen"):
        add_step(goal=goal, text=text, due_on=DAY, owner=None, by=counsellor)

    pdf = as_staff("st-ki03").get(reverse("desk:plan_pdf", args=[person.pk])).content

    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1


def test_bad_goals_come_back(plan: CarePlan, person: Person, as_staff: SignIn) -> None:
    answer = as_staff("st-ki03").post(
        reverse("desk:plan_goal", args=[person.pk]), {"area": "work", "german": "Arbeiten"}
    )

    assert answer.status_code == 422
    assert 'value="Arbeiten"' in answer.content.decode()


def test_the_plan_needs_as_many_queries_for_three_goals_as_for_one(
    goal: PlanGoal, person: Person, counsellor: Account, as_staff: SignIn
) -> None:
    client, url = as_staff("st-ki03"), reverse("desk:plan", args=[person.pk])

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    add_step(goal=goal, text="Anruf", due_on=DAY, owner=counsellor.staff_member, by=counsellor)
    one = count()
    for area in ("german", "housing"):
        more = add_goal(plan=goal.plan, area=area, words="X", german="", by=counsellor)
        add_step(goal=more, text="Y", due_on=DAY, owner=counsellor.staff_member, by=counsellor)

    assert count() == one


@pytest.fixture
def opened(person: Person, counsellor: Account) -> Assignment:
    assess_needs(
        person=person, words="Спочатку курс", needs={"german": 2, "work": 1}, by=counsellor
    )
    return open_assignment(person=person, kind="intake", by=counsellor)


def test_nobody_is_assigned_without_an_assessment(
    person: Person, counsellor: Account, account: Callable[[str], Account]
) -> None:
    assignment = open_assignment(person=person, kind="intake", by=counsellor)

    with pytest.raises(Incomplete):
        assign(assignment=assignment, to=account("st-ki04").staff_member, by=counsellor)


def test_a_warm_hand_over_inside_the_house(
    opened: Assignment, counsellor: Account, account: Callable[[str], Account], person: Person
) -> None:
    other = account("st-ki04")
    assigned = assign(assignment=opened, to=other.staff_member, by=counsellor)
    accept_assignment(assignment=assigned, by=other)
    done = hand_over(assignment=assigned, by=other)

    person.refresh_from_db()
    assert (assigned.accept_by, done.status) == (dt.date(2027, 3, 8), "handed_over")
    assert person.case_lead == other.staff_member


def test_to_another_house_the_person_approves_first(
    opened: Assignment, counsellor: Account, recipient: Account, person: Person
) -> None:
    with pytest.raises(NotShared):
        assign(assignment=opened, to=recipient.staff_member, by=counsellor)
    consent_to(person, (recipient.staff_member,), "counselling", counsellor)

    assert assign(assignment=opened, to=recipient.staff_member, by=counsellor).status == "assigned"


def test_after_ten_working_days_it_alarms(
    opened: Assignment, counsellor: Account, account: Callable[[str], Account]
) -> None:
    assign(assignment=opened, to=account("st-ki04").staff_member, by=counsellor)
    in_time = late_assignments(counsellor)

    with time_machine.travel(dt.datetime(2027, 3, 9, 8, tzinfo=dt.UTC)):
        assert (in_time, late_assignments(counsellor)) == (0, 1)


def test_sent_back_with_a_reason_it_waits_again(
    opened: Assignment, counsellor: Account, account: Callable[[str], Account]
) -> None:
    other = account("st-ki04")
    assigned = assign(assignment=opened, to=other.staff_member, by=counsellor)
    with pytest.raises(Incomplete):
        bounce_assignment(assignment=assigned, reason="", by=other)
    bounce_assignment(assignment=assigned, reason="Urlaub", by=other)

    assert [it for it in queue_of(counsellor) if it.person == opened.person] == [opened]


def test_today_names_hand_overs_and_plan_steps(
    opened: Assignment, goal: PlanGoal, counsellor: Account, as_staff: SignIn
) -> None:
    other = StaffMember.objects.get(code="st-ki04")
    assign(assignment=opened, to=other, by=counsellor)
    today = dt.date(2027, 2, 22)
    add_step(goal=goal, text="Heute anrufen", due_on=today, owner=other, by=counsellor)
    add_step(goal=goal, text="Morgen anrufen", due_on=DAY, owner=other, by=counsellor)

    html = as_staff("st-ki04").get(reverse("desk:home")).content.decode()

    assert "Hand-overs to you" in html
    assert "Heute anrufen" in html
    assert "Morgen anrufen" not in html
    assert "Olena" not in as_staff("st-ki05").get(reverse("desk:home")).content.decode()


def test_twice_into_the_queue_is_once(opened: Assignment, counsellor: Account) -> None:
    assert open_assignment(person=opened.person, kind="intake", by=counsellor) == opened


def test_the_youth_service_is_warned_six_months_before_27(
    account: Callable[[str], Account],
) -> None:
    Person.objects.filter(code="cl-30").update(birth_date=dt.date(2000, 8, 20))
    Person.objects.filter(code="cl-38").update(birth_date=dt.date(2000, 9, 20))

    found = birthdays_ahead(account("st-jm01"))

    assert [(it.person.code, it.day, it.kind) for it in found] == [
        ("cl-30", dt.date(2027, 8, 20), "age_27")
    ]


def test_the_queue_shows_and_strangers_see_nothing(opened: Assignment, as_staff: SignIn) -> None:
    url = reverse("desk:assignment", args=[opened.pk])

    assert "Olena" in as_staff("st-ki03").get(reverse("desk:assignments")).content.decode()
    assert "Olena" not in as_staff("st-jc05").get(reverse("desk:assignments")).content.decode()
    assert as_staff("st-jc05").get(url).status_code == 404
    assert as_staff("st-abh02").get(url).status_code == 404


def test_a_joint_talk_is_booked_from_both_calendars_in_one_step(as_staff: SignIn) -> None:
    zahra = Person.objects.get(code="cl-03")
    client, url = as_staff("st-jm01"), reverse("desk:joint_new", args=[zahra.pk])
    from_service = client.get(url).context["form"].fields["service"].queryset.get()
    data = {"service": str(from_service.pk), "question": "Schule oder Ausbildung?"}

    times = client.post(url, data).context["times"]
    client.post(url, data | {"plan": times[0][0].model_dump_json()})

    session = JointSession.objects.get()
    members = session.appointment.staff.all()
    assert session.appointment.status == "booked"
    assert len({it.organization_id for it in members}) >= 2
    visit = client.get(reverse("desk:visit", args=[session.appointment.visit_id]))
    assert session.question in visit.content.decode()
    with time_machine.travel(session.appointment.starts_at):
        for member in members:
            page = as_staff(member.code).get("/desk/").content.decode()
            assert page.count(session.question) == 2  # the next talk, and the list
            talk = reverse("desk:talk", args=[session.appointment.pk])
            assert session.question in as_staff(member.code).get(talk).content.decode()


TABLE = "given_name;family_name;languages;german_level;municipality;phone\nIryna;;uk,ru;A1;;\n{}\n"


def test_a_table_is_previewed_then_written_whole(as_staff: SignIn, network: object) -> None:
    client, url = as_staff("st-ki03"), reverse("desk:persons_import")
    table = TABLE.format("Omar;;ar;;;")

    preview = client.post(url, {"table": table})
    before = Person.objects.filter(given_name__in=["Iryna", "Omar"]).count()
    client.post(url, {"table": table, "write": "1"})

    assert preview.status_code == 200
    assert before == 0
    assert Person.objects.filter(given_name__in=["Iryna", "Omar"]).count() == 2


@pytest.mark.parametrize("row", [";;uk;;;", "Omar;;xx;;;", "Omar;;ar;;Atlantis;", "Omar;;ar;Z9;;"])
def test_one_bad_row_stops_all(as_staff: SignIn, network: object, row: str) -> None:
    answer = as_staff("st-ki03").post(
        reverse("desk:persons_import"), {"table": TABLE.format(row), "write": "1"}
    )

    assert answer.status_code == 422
    assert not Person.objects.filter(given_name="Iryna").exists()


def test_unknown_ids_are_not_there(as_staff: SignIn, network: object) -> None:
    for name in ("conference", "assignment"):
        assert as_staff("st-ki03").get(reverse(f"desk:{name}", args=[uuid4()])).status_code == 404
