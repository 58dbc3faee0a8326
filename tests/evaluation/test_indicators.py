"""What promises are counted by: each indicator against rows counted by hand; few stay hidden."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from knotenpunkt.availability.models import Closure, OutreachHours
from knotenpunkt.casework.actions.plans import add_goal, write_strengths
from knotenpunkt.casework.enums import ReferralStatus
from knotenpunkt.casework.models import (
    Assignment,
    CareerStage,
    CarePlan,
    CaseConference,
    JointSession,
    LanguageLevel,
    PlanGoal,
    Referral,
)
from knotenpunkt.cooperation.enums import FairStatus
from knotenpunkt.cooperation.models import Fair
from knotenpunkt.directory.models import Service
from knotenpunkt.evaluation.indicators.kinds import Asked, Counted
from knotenpunkt.evaluation.indicators.outcomes import STAGES
from knotenpunkt.evaluation.indicators.registry import INDICATORS
from knotenpunkt.evaluation.models import RegularWait
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account, Network, Organization, StaffMember
from knotenpunkt.people.models import HeldToken, Person
from knotenpunkt.visits.enums import AppointmentStatus, VisitStatus
from knotenpunkt.visits.models import Appointment, Visit

FIRST, LAST = dt.date(2027, 1, 1), dt.date(2027, 2, 22)
DAY = dt.date(2027, 2, 2)
Count = Callable[..., Counted]


def at(day: dt.date, hour: int = 9) -> dt.datetime:
    return clock.local_moment(day, dt.time(hour))


def house(code: str) -> UUID:
    return Organization.objects.get(code=code).pk


@pytest.fixture
def count(network: Network) -> Count:
    def ask(code: str, *houses: str, of: str = "", last: dt.date = LAST) -> Counted:
        parties = frozenset(house(it) for it in houses)
        own = frozenset({house(of)}) if of else parties
        indicator = INDICATORS[code]
        rows = indicator.read(network, FIRST, dt.date(2027, 12, 31))
        return indicator.count(rows, Asked(parties, own, FIRST, last))

    return ask


@pytest.fixture
def refer(network: Network, person: Person) -> Callable[..., Referral]:
    """Write a referral of the migration counselling to the agency as it stands in the table."""
    sender = StaffMember.objects.get(code="st-mb02")

    def make(due: dt.date, answered: dt.date | None, to: str = "org-aa") -> Referral:
        return Referral.objects.create(
            network=network, person=person, from_organization=sender.organization,
            to_organization_id=house(to), sender=sender, responsible=sender, question="?",
            status=ReferralStatus.ACCEPTED if answered else ReferralStatus.SENT,
            purpose="work", created_at=at(DAY), sent_at=at(DAY), answer_due_on=due,
            answered_at=at(answered) if answered else None,
        )  # fmt: skip

    return make


def test_referrals_count_when_answered_on_the_day_or_before(
    refer: Callable[..., Referral], count: Count
) -> None:
    Referral.objects.all().delete()
    due = dt.date(2027, 2, 16)
    for answered in (DAY, due, due, due + dt.timedelta(days=1), None):
        refer(due, answered)
    refer(dt.date(2027, 3, 1), None)  # there is still time
    refer(due, None, to="org-vz")  # no party

    assert count("referrals_answered", "org-mbe", "org-aa") == Counted(60.0, 5)
    assert count("referrals_answered", "org-mbe", "org-aa", of="org-mbe") == Counted(None, 0)
    assert count("referrals_answered", "org-aa") == Counted(None, 0)


def test_fewer_than_five_are_hidden(refer: Callable[..., Referral], count: Count) -> None:
    Referral.objects.all().delete()
    for _number in range(4):
        refer(DAY, DAY)

    assert count("referrals_answered", "org-mbe", "org-aa").is_hidden
    refer(DAY, DAY)
    assert not count("referrals_answered", "org-mbe", "org-aa").is_hidden
    assert not Counted(0.0).is_hidden  # nobody stands behind hours


def test_hand_overs_count_by_the_day_agreed(
    network: Network, person: Person, counsellor: Account, count: Count
) -> None:
    Assignment.objects.all().delete()
    due = dt.date(2027, 2, 16)
    for accepted in (due, due + dt.timedelta(days=1)):
        Assignment.objects.create(
            person=person, organization_id=house("org-ki"), kind="intake", status="handed_over",
            opened_by=counsellor.staff_member, opened_at=at(DAY), assigned_at=at(DAY),
            assigned_to=counsellor.staff_member, accept_by=due, accepted_at=at(accepted),
            handed_over_at=at(accepted),
        )  # fmt: skip

    assert count("handed_over", "org-ki") == Counted(50.0, 2)
    assert count("handed_over", "org-aa") == Counted(None, 0)


def attend(visit: Visit, *stays: tuple[str, dt.date]) -> None:
    """Let kept appointments at these houses on these days be all there is of a visit."""
    template = visit.appointments.select_related("service").first()
    assert template is not None
    for number, (code, day) in enumerate(stays, 50 + visit.appointments.count()):
        appointment = Appointment.objects.get(pk=template.pk)
        appointment.pk = None
        appointment._state.adding = True
        appointment.organization_id = house(code)
        appointment.starts_at, appointment.ends_at = at(day), at(day, 10)
        appointment.status, appointment.position = AppointmentStatus.ATTENDED, number
        appointment.save()


def test_a_visit_counts_once_and_within_two_days(visit: Visit, count: Count) -> None:
    attend(visit, ("org-ki", DAY), ("org-aa", DAY + dt.timedelta(days=1)), ("org-aa", DAY))

    assert count("visits", "org-ki", "org-aa") == Counted(1, 1)
    assert count("visits_in_two_days", "org-ki", "org-aa") == Counted(100.0, 1)
    assert count("visits", "org-ki", "org-vz") == Counted(0, 0)

    attend(visit, ("org-ki", DAY + dt.timedelta(days=2)))
    assert count("visits_in_two_days", "org-ki", "org-aa") == Counted(0.0, 1)
    assert Visit.objects.get(pk=visit.pk).status == VisitStatus.BOOKED


def test_joint_talks_and_conferences_count_once_for_all_parties(
    visit: Visit, network: Network, counsellor: Account, count: Count
) -> None:
    CaseConference.objects.all().delete()
    attend(visit, ("org-ki", DAY))
    appointment = visit.appointments.get(status=AppointmentStatus.ATTENDED)
    agency = StaffMember.objects.get(code="st-aa06")
    appointment.staff.set([counsellor.staff_member, agency])
    JointSession.objects.create(
        appointment=appointment, question="?", arranged_by=counsellor.staff_member
    )
    conference = CaseConference.objects.create(
        network=network, organization=counsellor.staff_member.organization, question="?",
        requested_by=counsellor.staff_member, chair=counsellor.staff_member, mode="anonymous",
        status="held", starts_at=at(DAY), created_at=at(DAY), record="-", recorded_at=at(DAY),
        corrections_until=DAY,
    )  # fmt: skip
    conference.seats.create(staff_member=counsellor.staff_member)
    conference.seats.create(staff_member=agency)

    for code in ("joint_sessions", "conferences"):
        assert count(code, "org-ki", "org-aa", "org-jobcenter") == Counted(1, 1)
        assert count(code, "org-ki", "org-aa", "org-jobcenter", of="org-jobcenter").value == 0
        assert count(code, "org-ki").value == 0


def test_outreach_hours_leave_out_holidays_closed_and_cancelled_days(
    network: Network, count: Count
) -> None:
    OutreachHours.objects.all().delete()
    member = StaffMember.objects.get(code="st-mb02")
    hours = OutreachHours.objects.create(
        staff_member=member, location=network.locations.first(), code="x", title="x",
        rrule="FREQ=WEEKLY;BYDAY=FR", first_on=FIRST, starts_at=dt.time(9),
        ends_at=dt.time(11, 30), excluded_days=[dt.date(2027, 1, 8)],
    )  # fmt: skip
    shut = Closure.objects.create(network=network, day=dt.date(2027, 1, 15), reason="moves")
    shut.organizations.add(member.organization)

    # Eight Fridays; 1 January is a holiday, the 8th is cancelled, on the 15th the house is closed.
    assert count("outreach_hours", "org-mbe") == Counted(5 * 2.5)
    assert count("outreach_hours", "org-mbe", last=dt.date(2027, 1, 31)) == Counted(2 * 2.5)
    assert count("outreach_hours", "org-aa") == Counted(0)
    hours.delete()


def test_entries_are_fresh_for_half_a_year_and_cannot_be_counted_afterwards(
    network: Network, count: Count
) -> None:
    services = Service.objects.filter(organization=house("org-vz"))
    services.update(verified_on=LAST - dt.timedelta(days=180), status="verified")
    assert count("fresh_entries", "org-vz") == Counted(100.0)

    services.update(verified_on=LAST - dt.timedelta(days=181))
    assert count("fresh_entries", "org-vz") == Counted(0.0)
    assert count("fresh_entries", "org-vz", last=LAST - dt.timedelta(days=1)) == Counted(None)


def test_fairs_and_waits(network: Network, count: Count) -> None:
    Fair.objects.filter(code="ev-02").update(
        status=FairStatus.HELD, starts_at=at(DAY), ends_at=at(DAY, 16)
    )
    assert count("fairs_held", "org-vz", "org-aa") == Counted(1)

    RegularWait.objects.all().delete()
    for code, wait in (("org-aa", "7"), ("org-abh", "57")):  # baselines: 7 and 38
        RegularWait.objects.create(
            organization_id=house(code), month=dt.date(2027, 1, 1), appointments=40,
            median_wait_workdays=Decimal(wait),
        )  # fmt: skip
    assert count("waits_against_baseline", "org-aa", "org-abh") == Counted(50.0)
    assert count("waits_against_baseline", "org-aa") == Counted(0.0)
    assert count("waits_against_baseline", "org-vz") == Counted(None)


def test_each_person_counts_once_for_what_she_reached(
    person: Person, counsellor: Account, count: Count
) -> None:
    CarePlan.objects.all().delete()
    LanguageLevel.objects.all().delete()
    plan = write_strengths(person=person, words="cooks", german="", by=counsellor)
    CarePlan.objects.filter(pk=plan.pk).update(created_at=at(DAY), path_confirmed_at=at(DAY))
    for area in ("people", "people", "german"):
        goal = add_goal(plan=plan, area=area, words="x", german="", by=counsellor)
        PlanGoal.objects.filter(pk=goal.pk).update(met_at=at(DAY))
    for level, on in (("A2", dt.date(2026, 5, 1)), ("B1", DAY), ("B2", LAST)):
        LanguageLevel.objects.create(person=person, level=level, on=on, evidence="certificate")
    token, _new = HeldToken._meta.get_field("token").related_model.objects.get_or_create(
        code="recognition_file_complete", defaults={"network": person.network}
    )
    HeldToken.objects.create(person=person, token=token, since=DAY)

    for code in ("goals_met", "among_people", "language_level", "recognition"):
        assert count(code, "org-ki", "org-aa") == Counted(1, 1), code
        assert count(code, "org-aa") == Counted(0, 0), code
        assert count(code, "org-ki", "org-aa").is_hidden
    assert count("paths_confirmed", "org-ki") == Counted(100.0, 1)


def test_a_level_that_was_there_before_is_no_success(
    person: Person, counsellor: Account, count: Count
) -> None:
    CarePlan.objects.all().delete()
    LanguageLevel.objects.all().delete()
    write_strengths(person=person, words="cooks", german="", by=counsellor)
    for level, on, evidence in (
        ("B1", dt.date(2026, 5, 1), "test"), ("B1", DAY, "certificate"), ("C1", DAY, "estimate"),
    ):  # fmt: skip
        LanguageLevel.objects.create(person=person, level=level, on=on, evidence=evidence)

    assert count("language_level", "org-ki") == Counted(0, 0)


def test_a_path_counts_at_the_stage_noted_last_and_small_numbers_stay_hidden(
    network: Network, person: Person, count: Count
) -> None:
    CarePlan.objects.all().delete()
    later, writer = LAST + dt.timedelta(days=1), person.organization
    ways: list[list[tuple[str, dt.date, bool]]] = [
        [("school", DAY, False), ("apprenticeship", LAST, False)],
        [("school", DAY, False), ("apprenticeship", later, False)],
        [("school", DAY, False), ("work", DAY, True)],
        *[[("study", DAY, False), ("work", LAST, False)]] * 5,
    ]
    for way in ways:
        who = Person.objects.create(
            network=network, organization=writer, given_name="x", created_at=at(DAY)
        )
        plan = CarePlan.objects.create(
            person=who, organization=writer, strengths="x", created_at=at(DAY)
        )
        for kind, on, is_ahead in way:
            CareerStage.objects.create(
                plan=plan, kind=kind, words="x", is_ahead=is_ahead, created_at=at(on)
            )

    found = {it: count(f"paths_at_{it}", "org-ki") for it in STAGES}

    assert found == {
        "school": Counted(2, 2), "apprenticeship": Counted(1, 1), "study": Counted(0, 0),
        "work": Counted(5, 5),
    }  # fmt: skip
    assert [it for it, counted in found.items() if not counted.is_hidden] == ["work"]
    assert count("paths_at_work", "org-aa") == Counted(0, 0)
    assert count("paths_at_apprenticeship", "org-ki", last=later) == Counted(2, 2)


@pytest.mark.parametrize("code", sorted(INDICATORS))
def test_every_indicator_says_how_it_counts_and_reads_in_a_few_queries(
    network: Network, code: str
) -> None:
    indicator = INDICATORS[code]
    with CaptureQueriesContext(connection) as queries:
        rows = indicator.read(network, FIRST, dt.date(2027, 12, 31))
    everybody = frozenset(network.organizations.values_list("pk", flat=True))

    answer = indicator.count(rows, Asked(everybody, everybody, FIRST, LAST))

    assert len(queries) <= 3
    assert str(indicator.definition).endswith(".")
    assert answer.value is None or answer.value >= -100
