"""A programme's time goes to its own people in line, wherever they stand, until it is released."""

from __future__ import annotations

import datetime as dt

import pytest

from knotenpunkt.availability.actions.pools import enrol, release_pool
from knotenpunkt.availability.board import View
from knotenpunkt.availability.enums import Pool
from knotenpunkt.availability.models import CapacityPool, OpenInterval
from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Account, Network
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import cancel_visit, confirm_visit, hold_visit
from knotenpunkt.visits.actions.waiting import ask_line, decline_offer, join_line
from knotenpunkt.visits.models import Visit, WaitingOffer
from knotenpunkt.visits.planning import kept, translation
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import wish_of
from tests.availability.saturday import CODE, LAST, SATURDAY, programme_on_saturdays

MONDAY = SATURDAY + dt.timedelta(days=2)


@pytest.fixture
def pool(network: Network) -> CapacityPool:
    """Before Monday there is no other time than the programme's hour on Saturday."""
    pool = programme_on_saturdays(network)
    givers = Service.objects.get(code=CODE).staff.values_list("pk", flat=True)
    others = OpenInterval.objects.filter(resource__in=list(givers), day__lt=MONDAY)
    others.exclude(capacity_pool=pool).delete()
    return pool


@pytest.fixture
def first(pool: CapacityPool, counsellor: Account) -> Person:
    """Waits longer than all others; no programme pays for her."""
    return in_line("cl-07", counsellor)


@pytest.fixture
def member(first: Person, pool: CapacityPool, counsellor: Account) -> Person:
    """Came after her; the programme pays for her."""
    person = in_line("cl-15", counsellor)
    enrol(pool=pool, person=person, by=counsellor)
    return person


def ready(code: str) -> Person:
    person = Person.objects.select_related("network").get(code=code)
    person.unavailable_windows.all().delete()
    person.languages, person.phone = ["uk", "ru", "en", "de"], f"+4915112345{code[-2:]}8"
    person.municipality = Person.objects.get(code="cl-01").municipality  # whose town hall it is
    person.save(update_fields=["languages", "phone", "municipality"])
    return person


def in_line(code: str, by: Account) -> Person:
    person = ready(code)
    service = Service.objects.get(code=CODE)
    join_line(person=person, services=[service], last_on=SATURDAY, by=by)
    return person


def booked(person: Person, day: dt.date, by: Account) -> Visit:
    wish = wish_of(person, (Service.objects.get(code=CODE).pk,), day, day)
    plan = propose_visits(wish).proposals[0].plan
    return confirm_visit(visit=hold_visit(person=person, plan=plan, wish=wish, by=by), by=by)


def offers() -> list[tuple[str, str]]:
    """Return who got an offer and of whose time, in the order in which they were made."""
    rows = WaitingOffer.objects.order_by("offered_at", "pk")
    return list(rows.values_list("entry__person__code", "visit__appointments__pool"))


def test_the_programmes_time_is_offered_to_its_member_and_not_to_the_first(
    first: Person, member: Person, network: Network, pool: CapacityPool
) -> None:
    made = [len(ask_line(network=network)) for _ in range(2)]

    assert made == [1, 0]
    assert offers() == [("cl-15", Pool.RING_FENCED)]
    assert WaitingOffer.objects.get().visit.appointments.get().capacity_pool == pool


def test_what_a_member_gives_back_goes_to_the_next_member(
    pool: CapacityPool, counsellor: Account, network: Network
) -> None:
    person = ready("cl-01")
    enrol(pool=pool, person=person, by=counsellor)
    visit = booked(person, SATURDAY, counsellor)
    in_line("cl-07", counsellor)
    enrol(pool=pool, person=in_line("cl-15", counsellor), by=counsellor)

    cancel_visit(visit=visit, by=counsellor)
    decline_offer(offer=WaitingOffer.objects.get(), by=None)

    assert set(offers()) == {("cl-15", Pool.RING_FENCED)}


def test_what_is_released_goes_to_the_first_as_everybodys_time(
    first: Person, member: Person, network: Network, pool: CapacityPool, counsellor: Account
) -> None:
    release_pool(pool=pool, first=SATURDAY, last=SATURDAY, note="nobody came", by=counsellor)

    ask_line(network=network)

    assert offers()[0] == ("cl-07", Pool.REGULAR)
    assert Pool.RING_FENCED not in {pool for _code, pool in offers()}


def test_who_would_like_an_earlier_time_gets_the_programmes_only_as_a_member(
    pool: CapacityPool, counsellor: Account, network: Network
) -> None:
    person = ready("cl-07")
    visit = booked(person, MONDAY, counsellor)
    service = Service.objects.get(code=CODE)
    join_line(person=person, services=[service], last_on=LAST, visit=visit, by=counsellor)

    ask_line(network=network)
    before = offers()
    enrol(pool=pool, person=person, by=counsellor)
    ask_line(network=network)

    assert before == []
    assert offers() == [("cl-07", Pool.RING_FENCED)]


@pytest.mark.parametrize("wants_earlier", [False, True])
def test_without_the_fence_it_would_go_to_whoever_is_first(
    wants_earlier: bool,
    pool: CapacityPool,
    counsellor: Account,
    network: Network,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: the guard of the search taken away, the same scenes see it."""
    if wants_earlier:
        person = ready("cl-07")
        service, visit = Service.objects.get(code=CODE), booked(person, MONDAY, counsellor)
        join_line(person=person, services=[service], last_on=LAST, visit=visit, by=counsellor)
    else:
        in_line("cl-07", counsellor)
    everything = frozenset({pool.pk})
    for place in (kept, translation):
        monkeypatch.setattr(place, "View", lambda _pools, public: View(everything, public))

    ask_line(network=network)

    assert [code for code, _pool in offers()] == ["cl-07"]
