"""Everything the page Today shows, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from knotenpunkt.availability.models import OutreachHours
from knotenpunkt.availability.recurrence import Period, days_of
from knotenpunkt.casework.models import (
    AgreedStep,
    Assignment,
    FollowUp,
    PlanStep,
    Referral,
    TalkRecord,
)
from knotenpunkt.casework.queries.assignments import (
    Birthday,
    birthdays_ahead,
    late_assignments,
    to_accept,
)
from knotenpunkt.casework.queries.conferences import steps_of
from knotenpunkt.casework.queries.diary import due_follow_ups, last_records, talks_of
from knotenpunkt.casework.queries.law_books import LawBookChange, law_book_changes
from knotenpunkt.casework.queries.levels import levels_to_ask_again
from knotenpunkt.casework.queries.permissions import EndingPermission, ending_permissions
from knotenpunkt.casework.queries.plans import steps_due
from knotenpunkt.casework.queries.referrals import (
    LateAnswer,
    answers_for,
    late_answers,
    waiting_for,
)
from knotenpunkt.directory.cards import changed_cards
from knotenpunkt.directory.models import KnowledgeCard
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.routing.changes import LawChange, law_news
from knotenpunkt.visits.enums import VisitStatus
from knotenpunkt.visits.models import Appointment, Visit
from knotenpunkt.visits.queries import visits_visible_to

CARD_IS_NEWS = dt.timedelta(days=14)
MOST = 20
MOST_AT_A_TIME = 5  # a habit, not a pile


@dataclass(frozen=True)
class Talk:
    """A talk of today, what was agreed last time, and whether it is closed already."""

    appointment: Appointment
    last: TalkRecord | None
    is_closed: bool

    @property
    def person(self) -> Person:
        return self.appointment.visit.person


@dataclass(frozen=True)
class Today:
    """The day of one staff member."""

    talks: list[Talk]
    answers: list[Referral]
    waiting: list[Referral]
    late: list[LateAnswer]
    outreach: list[OutreachHours]
    cards: list[KnowledgeCard]
    follow_ups: list[FollowUp]
    broken_visits: list[Visit]
    steps: list[AgreedStep]
    plan_steps: list[PlanStep]
    hand_overs: list[Assignment]
    late_hand_overs: int
    birthdays: list[Birthday]
    levels: list[Person]
    permissions: list[EndingPermission]
    law_books: list[LawBookChange]
    law_news: list[LawChange]

    @property
    def next_talk(self) -> Talk | None:
        """Return the first talk that is still open, whatever the clock says: talks run late."""
        return next((talk for talk in self.talks if not talk.is_closed), None)

    @property
    def persons(self) -> list[Person]:
        """Return everyone named on the page, once."""
        found = {it.person.pk: it.person for it in self.talks}
        found |= {it.person.pk: it.person for it in (*self.answers, *self.waiting)}
        found |= {it.person.pk: it.person for it in self.follow_ups}
        found |= {it.person.pk: it.person for it in self.broken_visits}
        found |= {it.goal.plan.person_id: it.goal.plan.person for it in self.plan_steps}
        found |= {it.person.pk: it.person for it in self.hand_overs}
        found |= {it.person.pk: it.person for it in self.birthdays}
        found |= {it.pk: it for it in self.levels}
        found |= {it.person.pk: it.person for it in self.permissions}
        found |= {it.person.pk: it.person for it in self.law_books}
        return list(found.values())


def today_of(account: Account) -> Today:
    """Return the day of this account's staff member."""
    return Today(
        talks=_talks(account),
        answers=list(answers_for(account)[:MOST]),
        waiting=list(waiting_for(account)[:MOST]),
        late=late_answers(account)[:MOST],
        outreach=_outreach(account),
        cards=_cards(account),
        follow_ups=list(due_follow_ups(account)[:MOST]),
        steps=list(steps_of(account)[:MOST]),
        plan_steps=list(steps_due(account)[:MOST]),
        hand_overs=list(to_accept(account)[:MOST]),
        late_hand_overs=late_assignments(account),
        birthdays=[
            it
            for it in birthdays_ahead(account)
            if it.person.case_lead_id == account.staff_member.pk
        ][:MOST],
        levels=list(levels_to_ask_again(account)[:MOST_AT_A_TIME]),
        permissions=ending_permissions(account, most=MOST_AT_A_TIME),
        law_books=law_book_changes(account)[:MOST],
        law_news=law_news(account)[:5],
        broken_visits=list(
            visits_visible_to(account)
            .filter(status=VisitStatus.DISRUPTED, person__case_lead=account.staff_member)
            .select_related("person")[:MOST]
        ),
    )


def _talks(account: Account) -> list[Talk]:
    appointments = list(talks_of(account, clock.today()))
    last = last_records(account, {it.visit.person_id for it in appointments})
    closed = set(
        TalkRecord.objects.filter(appointment__in=appointments).values_list(
            "appointment_id", flat=True
        )
    )
    return [Talk(it, last.get(it.visit.person_id), it.pk in closed) for it in appointments]


def _outreach(account: Account) -> list[OutreachHours]:
    """Return the hours this staff member holds elsewhere today."""
    period = Period(clock.today(), clock.today())
    rules = account.staff_member.outreach.select_related("location", "room").order_by("starts_at")
    return [rule for rule in rules if days_of(rule, period)]


def _cards(account: Account) -> list[KnowledgeCard]:
    """Return the knowledge cards of partners that changed lately and that she has not read."""
    found = changed_cards(account, since=clock.today() - CARD_IS_NEWS)
    return sorted(found, key=lambda it: it.changed_on or it.verified_on, reverse=True)[:5]
