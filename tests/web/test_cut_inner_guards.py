"""Guards inside actions and queries, each cut once alone: does it then act for a stranger?

Pages come past `tests/web/test_cut_guards.py`. Here the functions behind them are called by a lead
of another house as a page that forgot its own guard would: each has to refuse, or show nothing, by
itself. What goes unnoticed stands in a table with the reason, and the table has to be exact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

import knotenpunkt.casework
import knotenpunkt.cohorts
import knotenpunkt.evaluation
import knotenpunkt.people
import knotenpunkt.visits
from knotenpunkt.availability.models import CapacityPool
from knotenpunkt.casework.enums import AssignmentStatus, ReferralStatus
from knotenpunkt.casework.models import Assignment, FollowUp, PlanStep, Referral, TalkRecord
from knotenpunkt.casework.queries import (
    assignments,
    diary,
    family,
    law_books,
    levels,
    permissions,
    plans,
    referrals,
)
from knotenpunkt.cohorts import actions as cohort_actions
from knotenpunkt.cohorts import queries as cohorts
from knotenpunkt.evaluation import ledger
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Network, StaffMember
from knotenpunkt.people import actions, subject_access
from knotenpunkt.people.actions import disclosing, households, keeping
from knotenpunkt.people.models import EmergencyAccess, Household, Person, ResidenceFacts
from knotenpunkt.people.queries import duplicates, emergency, persons
from knotenpunkt.visits import queries as visits
from tests.consent.conftest import EXPLAINED, SIGNED, terms
from tests.web import test_cut_guards as cutting
from tests.web import test_rights_walk as walk

rows = walk.rows  # the fixture
INNER = (
    knotenpunkt.casework, knotenpunkt.cohorts, knotenpunkt.evaluation, knotenpunkt.people,
    knotenpunkt.visits,
)  # fmt: skip
UNNOTICED: dict[str, tuple[str, ...]] = {
    "beside it stands a narrower filter: the own house, me, the one it was assigned to": (
        "casework.queries.assignments.queue_of: assignments_visible_to",
        "casework.queries.diary.talks_of: appointments_visible_to",
        "cohorts.queries.places_visible_to: persons_visible_to",
        "casework.queries.today.today_of: visits_visible_to",
        "casework.queries.packets.packet_of: persons_visible_to",
        "visits.day.day_list: appointments_visible_to",
    ),
    "the guard of the inner query refuses first, or shows the same": (
        "people.actions.reading.open_shared_items: items_visible_to",
        "people.actions.disclosing._faults: items_visible_to",
    ),
}
LONG_AGO, MAY = dt.date(2020, 1, 1), dt.date(2027, 5, 1)
Act = Callable[[SimpleNamespace], Any]
P = "people.actions."
ACTS: dict[str, Act] = {
    "casework.queries.assignments.assignments_visible_to": lambda it: (
        assignments.assignments_visible_to(it.me)
    ),
    "casework.queries.assignments.queue_of": lambda it: assignments.queue_of(it.me),
    "casework.queries.assignments.under_way": lambda it: assignments.under_way(it.me),
    "casework.queries.assignments.to_accept": lambda it: assignments.to_accept(it.me),
    "casework.queries.assignments.birthdays_ahead": lambda it: [
        one.person for one in assignments.birthdays_ahead(it.me)
    ],
    "casework.queries.diary.talks_of": lambda it: diary.talks_of(it.me, it.day),
    "casework.queries.diary.last_records": lambda it: diary.last_records(it.me, [it.her.pk]),
    "casework.queries.diary.follow_ups_of": lambda it: diary.follow_ups_of(it.me),
    "casework.queries.levels.levels_to_ask_again": lambda it: levels.levels_to_ask_again(it.me),
    "casework.queries.family.accompaniment_of": lambda it: [
        one.person for one in family.accompaniment_of(it.me, [it.her])
    ],
    "casework.queries.family._houses": lambda it: [
        len(them) for them in family._houses(it.me, {it.her.pk: it.her}).values()
    ],
    "casework.queries.law_books._led_by": lambda it: law_books._led_by(it.me),
    "casework.queries.permissions.ending_permissions": lambda it: [
        one.person for one in permissions.ending_permissions(it.me, most=5)
    ],
    "casework.queries.plans.person_of_plan": lambda it: plans.person_of_plan(it.me, it.her.pk),
    "casework.queries.plans.plan_view": lambda it: plans.plan_view(it.me, it.her) is None,
    "casework.queries.plans.steps_due": lambda it: plans.steps_due(it.me),
    "casework.queries.referrals.referrals_visible_to": lambda it: (
        referrals.referrals_visible_to(it.me)
    ),
    "casework.queries.referrals.sent_by_house": lambda it: referrals.sent_by_house(it.me),
    "casework.queries.referrals.received_by": lambda it: referrals.received_by(it.me),
    "casework.queries.referrals.answers_for": lambda it: referrals.answers_for(it.me),
    "casework.queries.referrals.taken_up_for": lambda it: referrals.taken_up_for(it.her, it.me),
    "cohorts.actions._wanted": lambda it: sorted(map(str, cohort_actions._wanted(it.me, LONG_AGO))),
    "cohorts.queries.places_visible_to": lambda it: cohorts.places_visible_to(it.me),
    "evaluation.ledger.ledger_of": lambda it: [
        str({**one.__dict__, "_state": None}) for one in ledger.ledger_of(it.pool, it.me)
    ],
    f"{P}disclosing._holds_file": lambda it: disclosing._holds_file(it.her, it.me),
    f"{P}emergency.decide_emergency": lambda it: actions.decide_emergency(
        access=it.emergency, is_granted=False, by=it.me
    ),
    f"{P}emergency.end_emergency": lambda it: actions.end_emergency(access=it.emergency, by=it.me),
    f"{P}households.live_together": lambda it: households.live_together(
        person=it.her, other=it.other, by=it.me
    ).pk is None,
    f"{P}households.live_apart": lambda it: [
        households.live_apart(person=it.other, by=it.me),
        Person.objects.get(pk=it.other.pk).household_id,
    ],
    f"{P}keeping.ask_erasure": lambda it: keeping.ask_erasure(
        person=it.her, until=MAY, because="x", by=it.me
    ),
    f"{P}merging.merge_persons": lambda it: actions.merge_persons(
        kept=it.her, other=it.other, by=it.me
    ),
    f"{P}merging.keep_apart": lambda it: actions.keep_apart(one=it.her, other=it.other, by=it.me),
    f"{P}releasing.release_confidentiality": lambda it: len(
        actions.release_confidentiality(
            subject=it.her, terms=terms(it.colleague, categories=["school"]), signature=SIGNED,
            by=it.me,
        )
    ),
    f"{P}sharing.give_consent": lambda it: actions.give_consent(
        subject=it.her, terms=terms(it.colleague), explanation=EXPLAINED, signature=SIGNED,
        by=it.me,
    ).pk is None,
    f"{P}sharing.grant_by_statute": lambda it: len(
        actions.grant_by_statute(
            subject=it.her, terms=terms(it.colleague), statute="§ 69 SGB X", necessity="x", by=it.me
        )
    ),
    "people.queries.duplicates.possible_duplicates": lambda it: (
        duplicates.possible_duplicates(it.her, for_account=it.me)
    ),
    "people.queries.emergency.emergencies_visible_to": lambda it: (
        emergency.emergencies_visible_to(it.me)
    ),
    "people.queries.emergency.emergencies_to_decide": lambda it: (
        emergency.emergencies_to_decide(it.me)
    ),
    "people.queries.persons.known_names": lambda it: sorted(persons.known_names(it.me)),
    "people.subject_access.subject_access": lambda it: str(
        subject_access.subject_access(it.her, it.me).person
    ),
    "visits.queries.appointments_visible_to": lambda it: visits.appointments_visible_to(it.me),
    "visits.queries.hand_notices_visible_to": lambda it: visits.hand_notices_visible_to(it.me),
}  # fmt: skip


@pytest.fixture
def knife(loaded_network: Network, monkeypatch: pytest.MonkeyPatch) -> Iterator[cutting.Knife]:
    yield from cutting.held_over(cutting.Knife(cutting.sites(*INNER)), monkeypatch)


@pytest.fixture
def world(
    rows: walk.Rows, account: Callable[[str], Account], other_authority: Account
) -> SimpleNamespace:
    """A lead of a benefit carrier, whom leftovers of a former task still name."""
    member, her = other_authority.staff_member, Person.objects.get(pk=rows["person_id"])
    Assignment.objects.filter(pk=rows["assignment_id"]).update(
        assigned_to=member,
        status=AssignmentStatus.ASSIGNED,
        assigned_at=clock.now(),
        accept_by=clock.today(),
    )
    FollowUp.objects.filter(person=her).update(staff_member=member)
    PlanStep.objects.filter(pk=rows["step_id"]).update(owner=member, is_hers=False)
    home = Household.objects.create(network=her.network)
    Person.objects.filter(pk=rows["other_id"]).update(
        household=home, case_lead=member, given_name=her.given_name, family_name=her.family_name,
        birth_date=her.birth_date, birth_precision=her.birth_precision, phone=her.phone,
    )  # fmt: skip
    ResidenceFacts.objects.update_or_create(
        person_id=rows["other_id"],
        defaults={"title": "duldung", "work_permitted_until": clock.today()},
    )
    StaffMember.objects.filter(pk=member.pk).update(role=Role.LEAD)
    Referral.objects.filter(pk=rows["referral_id"]).update(
        sender=member, status=ReferralStatus.ACCEPTED, sent_at=clock.now(), answered_at=clock.now()
    )
    leg = her.visits.get(pk=rows["visit_id"]).appointments.order_by("position")[0]
    pool = CapacityPool.objects.order_by("pk")[0]
    type(leg).objects.filter(pk=leg.pk).update(capacity_pool=pool)
    writer = account("st-ki03").staff_member
    TalkRecord.objects.create(
        person=her,
        author=writer,
        organization=writer.organization,
        at=clock.now(),
        outcome="solved",
    )
    return SimpleNamespace(
        me=Account.objects.get(pk=other_authority.pk), her=her, pool=pool,
        other=Person.objects.get(pk=rows["other_id"]),
        day=clock.local_day(leg.starts_at), colleague=account("st-ja02").staff_member,
        emergency=EmergencyAccess.objects.get(pk=rows["emergency_id"]),
    )  # fmt: skip


def told(act: Act, world: SimpleNamespace) -> str:
    """Return what the function answers, in words that compare; nothing it does stays."""
    with transaction.atomic():
        try:
            found = act(world)
            rows = isinstance(found, Iterable) and not isinstance(found, str | dict)
            return str(sorted(str(getattr(it, "pk", it)) for it in found) if rows else found)
        except Exception as refused:
            return type(refused).__name__
        finally:
            transaction.set_rollback(True)


def test_each_inner_guard_cut_once_is_noticed(knife: cutting.Knife, world: SimpleNamespace) -> None:
    noticed: set[str] = set()
    for site, where in knife.every.items():
        act = ACTS.get(where.partition(":")[0])
        if act is None:
            continue
        knife.cut = frozenset()
        shut = told(act, world)
        knife.cut = frozenset({site})
        if told(act, world) != shut:
            noticed.add(where)
        knife.cut = frozenset()
        assert told(act, world) == shut, where  # the control: no cut, no change

    print(f"inner guards {len(knife.every)}: {len(noticed)} noticed")
    every = set(knife.every.values())
    assert every - noticed == {it for why in UNNOTICED.values() for it in why}
