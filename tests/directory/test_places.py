"""A place that closes moves with everything that stands there; a successor takes over services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from knotenpunkt.directory.actions.places import (
    affected_by_merge,
    merge_locations,
    succeed_organization,
)
from knotenpunkt.directory.errors import NotTheOwner
from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Account, Location, Network, Organization, TravelTime
from knotenpunkt.visits.actions import hold_visit
from knotenpunkt.visits.models import Appointment
from knotenpunkt.visits.planning.proposals import Proposals

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
