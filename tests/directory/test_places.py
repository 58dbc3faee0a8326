"""A place that closes moves with everything that stands there; a successor takes over services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.db.models import Q
from django.test import Client

from knotenpunkt.availability.models import CapacityPool, Closure, Occupancy, OpenInterval
from knotenpunkt.availability.opening import location_open_on
from knotenpunkt.cooperation.enums import StallStatus
from knotenpunkt.cooperation.models import Fair, Stall
from knotenpunkt.directory.actions.places import (
    affected_by_merge,
    merge_locations,
    succeed_organization,
)
from knotenpunkt.directory.errors import NotTheOwner
from knotenpunkt.directory.models import Program, ScheduleException, Service
from knotenpunkt.directory.queries import locations_today
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import (
    Account,
    Location,
    Network,
    Organization,
    StaffMember,
    TravelTime,
)
from knotenpunkt.onboarding.models import Onboarding
from knotenpunkt.people.models import Grant, Person
from knotenpunkt.routing.models import ResponsibilityRule
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.models import Appointment, RepairTask, Visit
from knotenpunkt.visits.planning.proposals import Proposals
from knotenpunkt.visits.planning.wish import VisitWish
from tests.casework.conftest import consent_to

Sign = Callable[[str], Account]


@pytest.fixture
def coordinator(account: Sign) -> Account:
    return account("st-ki02")


def counts(location: Location) -> dict[str, tuple[int, int]]:
    return {it.kind: (it.count, it.moves) for it in affected_by_merge(location)}


@pytest.fixture
def arcade(network: Network) -> Location:
    return Location.objects.get(code="site-arkaden")


@pytest.fixture
def town(network: Network) -> Location:
    return Location.objects.get(code="site-jc-ms")


@pytest.fixture
def visit(
    coordinator: Account, olenas_wish: VisitWish, proposals: Proposals, person: Person
) -> Visit:
    """A visit of the person, with appointments in the arcade."""
    plan = proposals.proposals[0].plan
    held = hold_visit(person=person, plan=plan, wish=olenas_wish, by=coordinator)
    return confirm_visit(visit=held, by=coordinator)


def test_everything_is_listed_before_and_moved_after(
    network: Network, coordinator: Account, visit: Visit, arcade: Location, town: Location
) -> None:
    old, into = arcade, town
    services = set(Service.objects.filter(locations=old).values_list("code", flat=True))
    appointments = Appointment.objects.filter(location=old).count()

    before = counts(old)
    merge_locations(old=old, into=into, by=coordinator)

    assert before["appointment"] == (appointments, appointments)
    assert appointments > 0
    assert before["service at location"][0] == len(services)
    old.refresh_from_db()
    assert old.successor == into
    assert old not in locations_today(network)
    assert {it.moves for it in affected_by_merge(old)} <= {0}
    assert services <= set(Service.objects.filter(locations=into).values_list("code", flat=True))
    assert Appointment.objects.filter(location=into).count() >= appointments
    assert not TravelTime.objects.filter(origin=into, destination=into).exists()


def test_what_is_over_stays_with_the_old_address(
    coordinator: Account, visit: Visit, arcade: Location, town: Location
) -> None:
    old, into = arcade, town
    there = list(visit.appointments.filter(location=old).values_list("pk", flat=True))

    with time_machine.travel(visit.appointments.latest("ends_at").ends_at + dt.timedelta(days=1)):
        before = counts(old)["appointment"]
        merge_locations(old=old, into=into, by=coordinator)
        kept = Appointment.objects.filter(pk__in=there, location=old).count()
        hurt = RepairTask.objects.filter(visit=visit).count()

    assert before == (len(there), 0)
    assert (kept, hurt) == (len(there), 0)
    taken = Occupancy.objects.filter(holder=visit.pk, location=old)
    assert taken.exists()


def test_closures_of_the_old_house_close_no_other(
    network: Network, coordinator: Account, arcade: Location, town: Location
) -> None:
    day = next(it for it in _days_after(clock.today()) if location_open_on(town, it).times)
    past, later = clock.today() - dt.timedelta(days=7), day + dt.timedelta(days=1)
    for it in (past, day):
        Closure.objects.create(network=network, location=arcade, day=it, reason="Inventur")
    closed = {"kind": "closed", "reason": "Umzug"}
    ScheduleException.objects.create(location=arcade, first_on=day, last_on=later, **closed)
    own = Closure.objects.create(network=network, location=town, day=later, reason="Feier")
    before = location_open_on(town, day).times
    client = Client(headers={"accept-language": "en"})
    client.force_login(coordinator)
    said = {"old": arcade.pk, "into": town.pk}

    listed = client.post("/desk/directory/places/merge/", said)
    merge_locations(old=arcade, into=town, by=coordinator)

    rows = {it.kind: (it.moves, it.stays, it.ends) for it in listed.context["affected"]}
    assert rows["closure"] == (0, 1, 1)
    assert rows["schedule exception"] == (0, 0, 1)
    assert rows["schedule"][0] == 0 < rows["schedule"][2]
    assert listed.context["closures"] == [(day, day, "Inventur"), (day, later, "Umzug")]
    assert "Inventur" in listed.content.decode()
    assert location_open_on(town, day).times == before
    assert set(Closure.objects.filter(location=town)) == {own}
    assert Closure.objects.filter(location=arcade).count() == 2
    assert ScheduleException.objects.filter(location=arcade).count() == 1


def test_a_closure_that_moved_would_be_noticed(
    network: Network, coordinator: Account, arcade: Location, town: Location
) -> None:
    day = next(it for it in _days_after(clock.today()) if location_open_on(town, it).times)
    before = location_open_on(town, day).times

    Closure.objects.create(network=network, location=town, day=day, reason="Inventur")

    assert location_open_on(town, day).times != before


def test_hours_move_to_a_house_that_has_none(
    network: Network, coordinator: Account, arcade: Location, town: Location
) -> None:
    town.schedules.all().delete()
    hours = arcade.schedules.count()

    rows = {it.kind: (it.moves, it.ends) for it in affected_by_merge(arcade, town)}
    merge_locations(old=arcade, into=town, by=coordinator)

    assert rows["schedule"] == (hours, 0)
    assert town.schedules.count() == hours > 0


def _days_after(day: dt.date) -> Iterator[dt.date]:
    return (day + dt.timedelta(days=number) for number in range(1, 29))


def test_only_the_coordinator_merges_places(network: Network, account: Sign) -> None:
    old, into = Location.objects.all()[:2]

    with pytest.raises(NotTheOwner):
        merge_locations(old=old, into=into, by=account("st-jc05"))

    assert Location.objects.filter(pk=old.pk).exists()


def test_a_successor_takes_over_services_and_the_old_one_ends(
    network: Network, coordinator: Account
) -> None:
    old, new = Organization.objects.get(code="org-ihk"), Organization.objects.get(code="org-hwk")
    codes = set(old.services.values_list("code", flat=True))

    for _ in range(2):
        succeed_organization(old=old, successor=new, on=dt.date(2027, 3, 31), by=coordinator)

    old.refresh_from_db()
    assert (old.valid_to, old.successor) == (dt.date(2027, 3, 31), new)
    assert codes <= set(new.services.values_list("code", flat=True))
    assert not old.services.exists()


def test_commitments_follow_and_what_was_promised_twice_stays_once(
    network: Network, coordinator: Account
) -> None:
    old, new = Organization.objects.get(code="org-ihk"), Organization.objects.get(code="org-hwk")
    on = dt.date(2027, 3, 31)
    program = Program.objects.create(organization=old, name="Anerkennungsnetz")
    pools = [_pool(old, "paid", None), _pool(old, "over", dt.date(2027, 1, 31))]
    _pool(new, "paid", None)
    fairs = [it for it in Fair.objects.all() if it.starts_at > clock.local_moment(on, dt.time())]
    both = Stall.objects.filter(fair__in=fairs, organization=old)
    is_doubled = set(both.values_list("fair", flat=True)) & set(
        Stall.objects.filter(organization=new).values_list("fair", flat=True)
    )
    kept = [it.pk for it in both]
    Onboarding.objects.create(
        organization=old, started_at=clock.now(), agreed_on=on, agreement_note="Ordner 7"
    )

    succeed_organization(old=old, successor=new, on=on, by=coordinator)

    program.refresh_from_db()
    assert program.organization == new
    assert [CapacityPool.objects.get(pk=it.pk).organization for it in pools] == [new, old]
    assert CapacityPool.objects.get(pk=pools[0].pk).code == "paid-org-ihk"
    for stall in Stall.objects.filter(pk__in=kept):
        follows = (stall.organization == new, stall.status == StallStatus.DECLINED)
        assert follows == ((False, True) if stall.fair_id in is_doubled else (True, False))
    assert Onboarding.objects.get(organization=new).agreement_note == "Ordner 7"


def _pool(house: Organization, code: str, last_on: dt.date | None) -> CapacityPool:
    return CapacityPool.objects.create(
        organization=house, code=code, programme="P", funder="F", first_on=dt.date(2027, 1, 1),
        last_on=last_on,
    )  # fmt: skip


def test_the_successor_is_responsible_from_its_first_day(
    network: Network, coordinator: Account
) -> None:
    old, new = (
        Organization.objects.get(code="org-jobcenter"),
        Organization.objects.get(code="org-hwk"),
    )
    on = dt.date(2027, 3, 31)
    rules = ResponsibilityRule.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on))
    before = {(it.code, it.matter) for it in rules.filter(organization=old)}

    succeed_organization(old=old, successor=new, on=on, by=coordinator)

    after = ResponsibilityRule.objects.filter(organization=new, valid_from__gte=on)
    assert before
    assert before <= {(it.code, it.matter) for it in after}
    assert not rules.filter(organization=old).exists()
    past = ResponsibilityRule.objects.filter(organization=old, valid_from__lt=on)
    assert set(past.values_list("valid_to", flat=True)) == {on}


def test_what_is_booked_at_a_merged_place_becomes_work(
    coordinator: Account, visit: Visit, arcade: Location, town: Location
) -> None:
    old, into = arcade, town
    booked = set(visit.appointments.filter(location=old).values_list("pk", flat=True))
    client = Client(headers={"accept-language": "en"})
    client.force_login(coordinator)

    listed = client.post("/desk/directory/places/merge/", {"old": old.pk, "into": into.pk})
    said = {"old": old.pk, "into": into.pk, "seen": listed.context["seen"]}
    overtaken = client.post("/desk/directory/places/merge/", {**said, "seen": "appointment:1"})
    still_there = Location.objects.filter(pk=old.pk, successor=None).exists()
    done = client.post("/desk/directory/places/merge/", said)

    task = RepairTask.objects.get(visit=visit)
    assert (listed.status_code, overtaken.status_code, done.status_code) == (200, 409, 302)
    assert still_there
    assert set(task.lost.values_list("pk", flat=True)) == booked
    assert {it.location for it in task.lost.all()} == {into}
    visit.refresh_from_db()
    assert visit.status == "disrupted"
    coming = OpenInterval.objects.filter(location=old.pk, day__gte=clock.today())
    assert not coming.exists()


def test_the_page_of_a_successor_lists_first_and_consents_stay(
    network: Network, coordinator: Account, person: Person, counsellor: Account
) -> None:
    old, new = Organization.objects.get(code="org-ihk"), Organization.objects.get(code="org-hwk")
    recipient = StaffMember.objects.filter(organization=old).first()
    assert recipient is not None
    consent = consent_to(person, (recipient,), "benefits", counsellor)
    client = Client(headers={"accept-language": "en"})
    client.force_login(coordinator)
    address = f"/desk/directory/organizations/{old.pk}/successor/"
    said = {"successor": new.pk, "on": "2027-03-31"}
    services = old.services.count()

    listed = client.post(address, said)
    before = old.services.count()
    done = client.post(address, {**said, "sure": "1"})

    rows = {it.kind: (it.count, it.moves) for it in listed.context["affected"]}
    assert rows["services"] == (services, True)
    assert (listed.status_code, before, done.status_code) == (200, services, 302)
    assert new.services.count() >= services
    grants = Grant.objects.filter(consent=consent)
    assert {it.recipient_staff.organization for it in grants if it.recipient_staff} == {old}


def test_only_the_coordinator_opens_these_pages(network: Network, account: Sign) -> None:
    client = Client()
    client.force_login(account("st-jc05"))
    old = Organization.objects.get(code="org-ihk")
    pages = ["/desk/directory/places/merge/", f"/desk/directory/organizations/{old.pk}/successor/"]

    assert [client.get(page).status_code for page in pages] == [403, 403]
