"""The second wall around referrals, hand-overs, conferences and facts: as the queries show them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from knotenpunkt.casework.actions.assignments import assess_needs, assign, open_assignment
from knotenpunkt.casework.actions.conferences import (
    ConferenceRequest,
    add_agenda_item,
    agree_step,
    correct_minutes,
    invite_guest,
    request_conference,
    schedule_conference,
    write_minutes,
)
from knotenpunkt.casework.actions.facts import state_fact
from knotenpunkt.casework.actions.letters import write_letter
from knotenpunkt.casework.actions.referrals import ReferralDraft, draft_referral, send_referral
from knotenpunkt.casework.models import (
    AgendaItem,
    AgreedStep,
    Assignment,
    CaseConference,
    ConferenceSeat,
    MinutesCorrection,
    Referral,
    ReferralLetter,
    StatedFact,
)
from knotenpunkt.casework.queries.assignments import assignments_visible_to
from knotenpunkt.casework.queries.conferences import conferences_visible_to, guest_view
from knotenpunkt.casework.queries.plans import facts_of
from knotenpunkt.casework.queries.referrals import late_answers, referrals_visible_to
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import NOBODY, person_scope, viewer_scope
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Network, StaffMember
from knotenpunkt.people.actions import withdraw_consent
from knotenpunkt.people.models import Consent, Person
from knotenpunkt.people.queries import persons_shared_with, persons_visible_to
from knotenpunkt.people.rules import READ_NOTHING
from knotenpunkt.web.scope import viewer_of
from tests.consent.conftest import in_days, tables_behind_the_wall, without_wall
from tests.consent.test_wall import CAST

UNDER_THE_WALL = (
    Referral, ReferralLetter, Referral.recipients.through, Assignment, CaseConference, AgendaItem,
    ConferenceSeat, AgreedStep, MinutesCorrection, StatedFact,
)  # fmt: skip
Share = Callable[..., Consent]
AsAccount = Callable[[str], Account]


@pytest.fixture
def consent(share: Share, account: AsAccount) -> Consent:
    """Olena says yes to two partners, for all that follows."""
    partners = [account(it).staff_member for it in ("st-jc05", "st-aa06")]
    purposes = ["work", "counselling", "case_conference"]
    return share(*partners, categories=["contact", "school"], purposes=purposes)


@pytest.fixture
def work(
    person: Person, counsellor: Account, confidential: Account, account: AsAccount, consent: Consent
) -> Person:
    """All kinds of shared work about Olena, with two partners; and somebody else's."""
    for model in (Referral, Assignment, CaseConference, StatedFact):
        model.objects.all().delete()  # what the demo region has already
    partner, agency = account("st-jc05"), account("st-aa06").staff_member
    theirs = Person.objects.get(case_lead=confidential.staff_member, code="cl-22")
    for subject, by in ((person, counsellor), (person, partner), (theirs, confidential)):
        state_fact(person=subject, kind="arrival", value=by.email, source="", by=by)
    state_fact(person=person, kind="school", value="nine years", source="", by=counsellor)
    for subject, by in ((person, counsellor), (theirs, confidential)):
        assess_needs(person=subject, words="a flat", needs={"housing": 2}, by=by)
        open_assignment(person=subject, kind="intake", by=by)
    assign(assignment=Assignment.objects.get(person=person), to=partner.staff_member, by=counsellor)
    draft = ReferralDraft(agency.organization, (agency,), "Job?", "", purpose="work")
    sent = send_referral(
        referral=draft_referral(person=person, draft=draft, by=counsellor), by=counsellor,
        override_reason="she asked for it",
    )  # fmt: skip
    write_letter(referral=sent, address="team@example.org", by=counsellor)
    draft_referral(person=person, draft=draft, by=counsellor)
    _confer(person, counsellor, partner, account("st-aa06").staff_member)
    return person


def _confer(person: Person, by: Account, partner: Account, guest: StaffMember) -> None:
    """Hold a named conference with one member and one guest, and ask for an anonymous one."""
    members = (partner.staff_member,)
    named = request_conference(request=ConferenceRequest("Course?", members, person), by=by)
    schedule_conference(conference=named, starts_at=clock.now(), minutes=45, location=None, by=by)
    invite_guest(
        item=add_agenda_item(conference=named, text="Later", minutes=5, by=by), guest=guest, by=by
    )
    named = write_minutes(conference=named, text="Agreed.", by=by)
    correct_minutes(conference=named, text="Not quite.", by=partner)
    agree_step(
        conference=named, text="calls", owner=partner.staff_member, due_on=clock.today(),
        deputy=None, by=by,
    )  # fmt: skip
    request_conference(request=ConferenceRequest("Which course is open?", members), by=by)


def shown_facts(viewer: Account) -> set[UUID]:
    if viewer.staff_member.role in READ_NOTHING:
        return set()
    persons = {*persons_visible_to(viewer, merged=True), *persons_shared_with(viewer)}
    return {fact.pk for it in persons for row in facts_of(it, viewer) for fact in row.facts}


def agrees(viewer: Account) -> bool:
    """Whether wall and queries show this account the same rows."""
    shown = {
        Referral: set(referrals_visible_to(viewer).values_list("pk", flat=True)),
        Assignment: set(assignments_visible_to(viewer).values_list("pk", flat=True)),
        CaseConference: set(conferences_visible_to(viewer).values_list("pk", flat=True)),
        StatedFact: shown_facts(viewer),
    }
    with viewer_scope(viewer_of(viewer)):
        return shown == {it: set(it.objects.values_list("pk", flat=True)) for it in shown}  # type: ignore[attr-defined]


@pytest.mark.parametrize("code", CAST)
def test_wall_and_queries_agree(code: str, work: Person, account: AsAccount) -> None:
    assert agrees(account(code))


@pytest.mark.parametrize("who", ["st-ki03", "st-jc05", "st-aa06"])
@pytest.mark.parametrize("role", sorted(Role))
def test_wall_and_queries_agree_for_every_role(
    role: str, who: str, work: Person, account: AsAccount
) -> None:
    StaffMember.objects.filter(code=who).update(role=role)

    assert agrees(account(who))


def counts(viewer: Account) -> tuple[int, ...]:
    with viewer_scope(viewer_of(viewer)):
        return tuple(it.objects.count() for it in UNDER_THE_WALL)  # type: ignore[attr-defined]


def test_the_cast_sees_different_things(work: Person, account: AsAccount) -> None:
    seen = {code: counts(account(code)) for code in CAST}

    assert {code: rows for code, rows in seen.items() if any(rows)} == {
        #           ref let rcp asg con itm seat step cor facts
        "st-ki03": (2, 1, 2, 1, 2, 3, 5, 1, 1, 2),
        "st-ki05": (2, 1, 2, 1, 0, 0, 0, 0, 0, 2),
        "st-jc05": (0, 0, 0, 1, 2, 3, 5, 1, 1, 2),
        "st-aa06": (1, 1, 1, 0, 0, 0, 1, 0, 0, 0),
        "st-mb02": (0, 0, 0, 1, 0, 0, 0, 0, 0, 1),
    }


def test_after_a_withdrawal_partners_keep_their_own_tasks_alone(
    work: Person, account: AsAccount, consent: Consent
) -> None:
    with person_scope(work.pk):
        withdraw_consent(consent=consent, by=None)

    seats_and_task = (0, 0, 0, 0, 1, 1, 3, 1, 0, 0)
    assert counts(account("st-jc05")) == seats_and_task
    assert counts(account("st-aa06")) == (0, 0, 0, 0, 0, 0, 1, 0, 0, 0)


@pytest.mark.parametrize("model", UNDER_THE_WALL)
def test_nobody_sees_nothing(model: type, work: Person) -> None:
    with viewer_scope(NOBODY):
        assert model.objects.count() == 0  # type: ignore[attr-defined]


def test_the_person_sees_her_own(work: Person) -> None:
    with person_scope(work.pk):
        assert (Referral.objects.count(), StatedFact.objects.count()) == (2, 3)
        assert (Assignment.objects.count(), CaseConference.objects.count()) == (1, 1)


def test_a_guest_sees_her_item_at_its_time_behind_the_wall(
    work: Person, account: AsAccount
) -> None:
    guest = account("st-aa06")
    seat = ConferenceSeat.objects.exclude(item=None).get(staff_member=guest.staff_member)

    with viewer_scope(viewer_of(guest)):
        view = guest_view(guest, seat.conference_id)

    assert view is not None
    assert (view.item.text, view.starts_at > clock.now()) == ("Later", True)


def test_leads_see_late_answers_as_dates_behind_the_wall(work: Person, account: AsAccount) -> None:
    Referral.objects.update(answer_due_on=in_days(-3).date())
    StaffMember.objects.filter(code="st-aa06").update(role=Role.LEAD)
    Consent.objects.get().grants.update(suspended_at=clock.now())
    lead = account("st-aa06")

    with viewer_scope(viewer_of(lead)):
        assert (Referral.objects.count(), [it.days_late for it in late_answers(lead)]) == (0, [3])


def test_nobody_writes_into_the_work_of_others(work: Person, stranger: Account) -> None:
    conference = CaseConference.objects.exclude(person=None).get()
    member = stranger.staff_member

    with viewer_scope(viewer_of(stranger)):
        assert Referral.objects.update(question="changed") == 0
        assert StatedFact.objects.all().delete()[0] == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            ConferenceSeat.objects.create(conference=conference, staff_member=member)


def test_every_table_is_behind_the_wall(db: None) -> None:
    assert tables_behind_the_wall(UNDER_THE_WALL) == len(UNDER_THE_WALL)


@pytest.fixture(params=["referral", "assignment", "caseconference", "statedfact"])
def without_policy(request: pytest.FixtureRequest, loaded_network: Network) -> Iterator[None]:
    """The fault that the tests above hunt for."""
    with without_wall(f"casework_{request.param}"):
        yield


def test_without_the_wall_the_tests_would_see_it(
    without_policy: None, work: Person, account: AsAccount
) -> None:
    assert not agrees(account("st-hw01"))
