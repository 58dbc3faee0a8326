"""What working together brought a partner: each figure against rows made for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.availability.models import Interpreter
from knotenpunkt.casework.models import Referral
from knotenpunkt.directory.actions.asking import ask_colleague
from knotenpunkt.directory.models import Service
from knotenpunkt.evaluation import benefit
from knotenpunkt.evaluation.benefit import Figure, benefit_of
from knotenpunkt.network.models import Account, Location, Network, Organization
from knotenpunkt.people.models import Person
from knotenpunkt.visits.models import Appointment, InterpreterAssignment, Visit
from tests.web.machine import Machine

AsStaff = Callable[[str], Client]
LONG_AGO = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
THIS_YEAR = dt.datetime(2027, 2, 1, 8, tzinfo=dt.UTC)


@pytest.fixture
def office(network: Network, monkeypatch: pytest.MonkeyPatch) -> Organization:
    """The Jobcenter, without anything counted yet; small figures are shown here."""
    monkeypatch.setattr(benefit, "LEAST_COUNT", 1)
    Referral.objects.all().delete()
    Visit.objects.all().delete()
    return Organization.objects.get(code="org-jobcenter")


def figures(office: Organization) -> dict[str, tuple[int, int]]:
    return {
        it.figure.value: (it.this_year or 0, it.last_year or 0)
        for it in benefit_of(office)
        if it.this_year or it.last_year
    }


def leg(visit: Visit, position: int, org: str, site: str, at: dt.datetime) -> Appointment:
    start = at + dt.timedelta(hours=position)
    return Appointment.objects.create(
        visit=visit, position=position, service=Service.objects.filter(organization__code=org)[0],
        organization=Organization.objects.get(code=org), location=Location.objects.get(code=site),
        starts_at=start, ends_at=start + dt.timedelta(minutes=30), language="uk",
        status="attended",
    )  # fmt: skip


def visit_of(person: Person, code: str) -> Visit:
    return Visit.objects.create(
        network=person.network, person=person, status="completed", language="uk",
        created_at=LONG_AGO, confirmed_at=LONG_AGO, code=code,
    )  # fmt: skip


def test_a_day_at_three_offices_saves_appointments_and_trips(
    office: Organization, person: Person
) -> None:
    visit = visit_of(person, "AAAA-AAAA")
    leg(visit, 0, "org-jobcenter", "site-arkaden", THIS_YEAR)
    leg(visit, 1, "org-ki", "site-arkaden", THIS_YEAR)
    leg(visit, 2, "org-aa", "site-aa-jba", THIS_YEAR)
    alone = visit_of(person, "BBBB-BBBB")
    leg(alone, 0, "org-jobcenter", "site-jc-ms", THIS_YEAR + dt.timedelta(days=1))
    before = visit_of(person, "CCCC-CCCC")
    leg(before, 0, "org-jobcenter", "site-jc-ms", LONG_AGO)
    leg(before, 1, "org-ki", "site-jc-ms", LONG_AGO)
    apart = visit_of(person, "DDDD-DDDD")  # two days: nothing is saved
    leg(apart, 0, "org-jobcenter", "site-jc-ms", LONG_AGO)
    leg(apart, 1, "org-ki", "site-jc-ms", LONG_AGO + dt.timedelta(days=2))
    missed = leg(visit, 3, "org-vz", "site-arkaden", THIS_YEAR)
    Appointment.objects.filter(pk=missed.pk).update(status="no_show")
    home = office.locations.filter(code="site-arkaden").exists()

    found = figures(office)

    assert found[Figure.SHARED_VISITS] == (1, 1)
    assert found[Figure.BOOKINGS_SAVED] == (2, 1)
    assert found[Figure.TRIPS_SAVED] == (1, 1)
    assert found.get(Figure.AWAY, (0, 0)) == ((0, 0) if home else (1, 0))


def test_an_interpreter_for_two_offices_is_shared(office: Organization, person: Person) -> None:
    one, other = Interpreter.objects.all()[:2]
    visit = visit_of(person, "AAAA-AAAA")
    legs = [
        leg(visit, 0, "org-jobcenter", "site-arkaden", THIS_YEAR),
        leg(visit, 1, "org-ki", "site-arkaden", THIS_YEAR),
        leg(visit, 2, "org-jobcenter", "site-arkaden", THIS_YEAR),
    ]
    for it, who in zip(legs, (one, one, other), strict=True):
        InterpreterAssignment.objects.create(appointment=it, interpreter=who, status="done")

    assert figures(office)[Figure.INTERPRETERS_SHARED] == (1, 0)


def test_referrals_count_in_the_year_in_which_they_left(
    office: Organization, person: Person, account: Callable[[str], Account]
) -> None:
    sender, recipient = account("st-jc05").staff_member, account("st-ki03").staff_member

    def refer(sent_at: dt.datetime | None, answered_at: dt.datetime | None, status: str) -> None:
        Referral.objects.create(
            network=person.network, person=person, from_organization=office,
            to_organization=recipient.organization, sender=sender, responsible=sender,
            question="x", purpose="counselling", created_at=LONG_AGO, status=status,
            sent_at=sent_at, answered_at=answered_at, answer_due_on=dt.date(2027, 3, 1),
        )  # fmt: skip

    refer(THIS_YEAR, THIS_YEAR, "accepted")
    refer(THIS_YEAR, None, "sent")
    refer(LONG_AGO, THIS_YEAR, "accepted")
    refer(None, None, "draft")

    assert figures(office) == {
        Figure.REFERRALS_SENT: (2, 1), Figure.ANSWERS_RECEIVED: (1, 1),
    }  # fmt: skip
    assert figures(recipient.organization) == {
        Figure.REFERRALS_RECEIVED: (2, 1), Figure.ANSWERS_GIVEN: (1, 1),
    }  # fmt: skip


def test_questions_of_other_offices_count_own_ones_do_not(
    office: Organization, account: Callable[[str], Account]
) -> None:
    colleague = account("st-jc05").staff_member
    for key, by in (("1", "st-ki03"), ("2", "st-mb02"), ("3", "st-jc04")):
        ask_colleague(colleague=colleague, question="?", key=key, by=account(by))

    assert figures(office) == {Figure.QUESTIONS: (2, 0)}


def test_fewer_than_five_are_hidden_and_every_figure_says_how_it_is_counted(
    network: Network, account: Callable[[str], Account]
) -> None:
    office = Organization.objects.get(code="org-jobcenter")
    colleague = account("st-jc05").staff_member
    for key in "1234":
        ask_colleague(colleague=colleague, question="?", key=key, by=account("st-ki03"))
    four = {it.figure: it.this_year for it in benefit_of(office)}[Figure.QUESTIONS]
    ask_colleague(colleague=colleague, question="?", key="5", by=account("st-ki03"))

    lines = {it.figure: it for it in benefit_of(office)}

    assert (four, lines[Figure.QUESTIONS].this_year) == (None, 5)
    assert set(lines) == set(Figure)
    assert all(str(it.how) for it in lines.values())


@pytest.mark.parametrize(
    ("code", "own", "other"),
    [("st-jc01", 200, 404), ("st-ki02", 200, 200), ("st-ki03", 403, 403), ("st-jc12", 403, 403)],
)
def test_managers_see_their_own_office_the_coordinator_all(
    as_staff: AsStaff, network: Network, code: str, own: int, other: int
) -> None:
    client, partner = as_staff(code), Organization.objects.get(code="org-aa")

    assert client.get(reverse("desk:benefit")).status_code == own
    assert client.get(reverse("desk:benefit_of", args=[partner.pk])).status_code == other


def test_the_page_names_no_colleague_and_asks_a_fixed_number_of_queries(
    office: Organization, person: Person, as_staff: AsStaff
) -> None:
    client, address = as_staff("st-jc01"), reverse("desk:benefit")
    client.get(address)

    def look() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    leg(visit_of(person, "AAAA-AAAA"), 0, "org-jobcenter", "site-arkaden", THIS_YEAR)
    one = look()
    for code in ("BBBB-BBBB", "CCCC-CCCC"):
        leg(visit_of(person, code), 0, "org-jobcenter", "site-arkaden", THIS_YEAR)

    assert look() == one
    shown = client.get(address).content.decode()
    me = Account.objects.get(staff_member__code="st-jc01").staff_member.name
    names = [it.name for it in office.staff.all() if it.name != me]
    assert not [name for name in names if name in shown]


def test_a_machine_reads_its_own_figures_alone(
    office: Organization, account: Callable[[str], Account]
) -> None:
    machine = Machine(account("st-jc01"))
    ask_colleague(
        colleague=account("st-jc05").staff_member, question="?", key="1", by=account("st-ki03")
    )

    found = {it["figure"]: it for it in machine.get(f"/organizations/{office.pk}/benefit")}
    partner = Organization.objects.get(code="org-aa")
    refused = machine.client.get(f"/api/v1/organizations/{partner.pk}/benefit")

    assert found["questions"] == {"figure": "questions", "this_year": 1, "last_year": None}
    assert len(found) == len(Figure)
    assert refused.status_code == 404
