"""What all tests share: the demo region on the day its visits are booked, and our cast."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, settings

from knotenpunkt.config.region.actions import DEMO_REGION, write_region
from knotenpunkt.config.region.check import read_region
from knotenpunkt.config.region.schema import Region
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.models import Account, Network
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.planning.proposals import Proposals, propose_visits
from knotenpunkt.visits.planning.wish import VisitWish, wish_of

BOOKING_DAY = dt.datetime(2027, 2, 22, 8, tzinfo=dt.UTC)
FIRST, LAST = dt.date(2027, 3, 1), dt.date(2027, 3, 12)
ROOT = Path(__file__).resolve().parent.parent

# How long an example takes says something of the machine, nothing of the product.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
# The browser's driver leaves an event loop in the main thread, where races then use the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Races and browsers come last: what they commit stays in the database."""
    items.sort(
        key=lambda item: (
            bool(item.get_closest_marker("browser")) + 2 * bool(item.get_closest_marker("race"))
        )
    )


@pytest.fixture(autouse=True)
def scope_of_tests() -> Iterator[None]:
    """Tests look at rows as the system; the requests they make run under their own viewer."""
    with system_scope("tests"):
        yield


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """Nothing to do: `tests.database` has created and migrated the database."""


@pytest.fixture(scope="session")
def region() -> Region:
    return read_region(DEMO_REGION)


@pytest.fixture(scope="session")
def loaded_network(region: Region, django_db_setup: None, django_db_blocker: object) -> Network:
    """The demo region, committed once for all tests."""
    unblocked = django_db_blocker.unblock()  # type: ignore[attr-defined]
    with unblocked, time_machine.travel(BOOKING_DAY), system_scope("tests load the region"):
        return write_region(region)


@pytest.fixture
def network(loaded_network: Network, db: None) -> Iterator[Network]:
    """The demo region on the day its visits are booked; changes are rolled back."""
    with time_machine.travel(BOOKING_DAY):
        yield Network.objects.get(pk=loaded_network.pk)


@pytest.fixture
def account(network: Network) -> Callable[[str], Account]:
    """Return the sign-in of a staff member by her code."""
    return lambda code: Account.objects.select_related("staff_member__organization").get(
        staff_member__code=code
    )


@pytest.fixture
def as_staff(account: Callable[[str], Account]) -> Callable[[str], Client]:
    """Return the browser of a staff member by her code, signed in, in English."""

    def sign_in(code: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(account(code))
        return client

    return sign_in


@pytest.fixture
def counsellor(account: Callable[[str], Account]) -> Account:
    """The case manager who leads Olena."""
    return account("st-ki03")


@pytest.fixture
def other_authority(account: Callable[[str], Account]) -> Account:
    return account("st-jc05")


@pytest.fixture
def person(network: Network) -> Person:
    """Olena, with two children and a school run at one."""
    return Person.objects.select_related("network").get(code="cl-01")


@pytest.fixture
def service(network: Network) -> Callable[[str], Service]:
    return lambda code: Service.objects.get(code=code)


@pytest.fixture
def wish(network: Network) -> Callable[..., VisitWish]:
    """Return the wish of a person (by code) for services (by code) in the two test weeks."""

    def make(person_code: str, *services: str) -> VisitWish:
        found = {row.code: row.id for row in Service.objects.filter(code__in=services)}
        one = Person.objects.select_related("network").get(code=person_code)
        return wish_of(one, tuple(found[code] for code in services), FIRST, LAST)

    return make


OLENAS_NEEDS = ("of-bb-anmeldung", "of-kim-erst", "of-gk-orient", "of-vz-konto")


@pytest.fixture
def olenas_wish(wish: Callable[..., VisitWish]) -> VisitWish:
    return wish("cl-01", *OLENAS_NEEDS)


@pytest.fixture
def proposals(olenas_wish: VisitWish) -> Proposals:
    return propose_visits(olenas_wish)


@pytest.fixture
def visit(
    person: Person, olenas_wish: VisitWish, proposals: Proposals, counsellor: Account
) -> Visit:
    """Olena's visit, booked as it was proposed first."""
    held = hold_visit(
        person=person, plan=proposals.proposals[0].plan, wish=olenas_wish, by=counsellor
    )
    return confirm_visit(visit=held, by=counsellor)
