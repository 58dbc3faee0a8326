"""A place that closes moves with everything that stands there; a successor takes over services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from knotenpunkt.availability.models import OpenInterval
from knotenpunkt.directory.actions.places import (
    affected_by_merge,
    merge_locations,
    succeed_organization,
)
from knotenpunkt.directory.errors import NotTheOwner
from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import (
    Account,
    Location,
    Network,
    Organization,
    StaffMember,
    TravelTime,
)
from knotenpunkt.people.models import Grant, Person
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.models import Appointment, RepairTask
from knotenpunkt.visits.planning.proposals import Proposals
from tests.casework.conftest import consent_to

Sign = Callable[[str], Account]


@pytest.fixture
def coordinator(account: Sign) -> Account:
    return account("st-ki02")


def counts(location: Location) -> dict[str, tuple[int, int | None]]:
    return {it.kind: (it.count, it.coming) for it in affected_by_merge(location)}


def test_everything_is_listed_before_and_moved_after(
    network: Network,
    coordinator: Account,
    olenas_wish: object,
    proposals: Proposals,
    person: object,
) -> None:
    hold_visit(person=person, plan=proposals.proposals[0].plan, wish=olenas_wish, by=coordinator)  # type: ignore[arg-type]
    old, into = Location.objects.get(code="site-arkaden"), Location.objects.get(code="site-jc-ms")
    services = set(Service.objects.filter(locations=old).values_list("code", flat=True))
    appointments = Appointment.objects.filter(location=old).count()

    before = counts(old)
    merge_locations(old=old, into=into, by=coordinator)

    assert before["appointment"] == (appointments, appointments)
    assert appointments > 0
    assert before["service at location"][0] == len(services)
    assert not Location.objects.filter(pk=old.pk).exists()
    assert services <= set(Service.objects.filter(locations=into).values_list("code", flat=True))
    assert Appointment.objects.filter(location=into).count() >= appointments
    assert not TravelTime.objects.filter(origin=into, destination=into).exists()


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


def test_what_is_booked_at_a_merged_place_becomes_work(
    network: Network,
    coordinator: Account,
    olenas_wish: object,
    proposals: Proposals,
    person: object,
) -> None:
    plan = proposals.proposals[0].plan
    held = hold_visit(person=person, plan=plan, wish=olenas_wish, by=coordinator)  # type: ignore[arg-type]
    visit = confirm_visit(visit=held, by=coordinator)
    old, into = Location.objects.get(code="site-arkaden"), Location.objects.get(code="site-jc-ms")
    booked = set(visit.appointments.filter(location=old).values_list("pk", flat=True))
    client = Client(headers={"accept-language": "en"})
    client.force_login(coordinator)

    listed = client.post("/desk/directory/places/merge/", {"old": old.pk, "into": into.pk})
    said = {"old": old.pk, "into": into.pk, "seen": listed.context["seen"]}
    overtaken = client.post("/desk/directory/places/merge/", {**said, "seen": "appointment:1"})
    still_there = Location.objects.filter(pk=old.pk).exists()
    done = client.post("/desk/directory/places/merge/", said)

    task = RepairTask.objects.get(visit=visit)
    assert (listed.status_code, overtaken.status_code, done.status_code) == (200, 409, 302)
    assert still_there
    assert set(task.lost.values_list("pk", flat=True)) == booked
    assert {it.location for it in task.lost.all()} == {into}
    visit.refresh_from_db()
    assert visit.status == "disrupted"
    assert not OpenInterval.objects.filter(location=old.pk).exists()


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
