"""A demo has life in it: booked visits, a hurt one, people who wait."""

from __future__ import annotations

from knotenpunkt.config.demo_bookings import fill_bookings
from knotenpunkt.network.models import Network
from knotenpunkt.visits.models import RepairTask, Visit, WaitingEntry


def test_the_pages_of_a_demo_are_not_empty(network: Network) -> None:
    fill_bookings(network)

    assert Visit.objects.filter(status="booked").exists()
    assert RepairTask.objects.filter(status="open").count() == 1
    assert WaitingEntry.objects.filter(status__in=["waiting", "offered"]).exists()
