"""Every half hour of 366 days: what the database calls free is what a reference calls free."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from uuid import UUID

import pytest

from knotenpunkt.availability.actions.open_intervals import renew_open_intervals
from knotenpunkt.availability.board import read_board
from knotenpunkt.availability.models import CapacityPool, Occupancy, OpenInterval
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Network
from tests.availability.reference import Reference, bits, utc_minute

FIRST, DAYS, STARTS, LENGTH = dt.date(2027, 2, 22), 366, 48, 30
Free = dict[tuple[UUID, UUID | None], list[tuple[int, int]]]


@pytest.fixture
def year(network: Network) -> tuple[list[UUID], list[tuple[UUID, int, int]]]:
    """A year of open time, and thousands of times that are taken in it; ended holds among them."""
    last = FIRST + dt.timedelta(days=DAYS - 1)
    Occupancy.objects.all().delete()  # visits of the demo; times of programmes are regular here
    CapacityPool.objects.all().delete()
    renew_open_intervals(network=network, first=FIRST, last=last)
    staff = sorted(
        set(OpenInterval.objects.filter(kind="staff").values_list("resource", flat=True))
    )
    chance = random.Random(5)
    taken: list[tuple[UUID, int, int]] = []
    rows = []
    for member in staff:
        for day in range(0, DAYS, 2):
            start = utc_minute(FIRST + dt.timedelta(days=day), 7 * 60 + chance.randrange(0, 600, 5))
            end = start + chance.choice([15, 20, 30, 45, 60, 90])
            is_over = chance.randrange(5) == 0
            rows.append(
                Occupancy(
                    resource=member,
                    kind="staff",
                    during=(moment(start), moment(end)),
                    expires_at=clock.now() - dt.timedelta(minutes=1) if is_over else None,
                )
            )
            taken += [] if is_over else [(member, start, end)]
    Occupancy.objects.bulk_create(rows, batch_size=2000)
    return staff, taken


def moment(minute: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(minute * 60, dt.UTC)


def differences(
    reference: Reference, staff: list[UUID], taken: list[tuple[UUID, int, int]]
) -> Iterator[tuple[UUID, dt.date, int]]:
    """Yield each half hour about which the two disagree."""
    last = FIRST + dt.timedelta(days=DAYS - 1)
    board = read_board(first=FIRST, last=last, open_resources=staff)
    busy: dict[tuple[UUID, dt.date], int] = {}
    for member, start, end in taken:
        day = clock.local_day(moment(start))
        midnight = utc_minute(day, 12 * 60) - 12 * 60  # clocks change at night: noon is safe
        busy[member, day] = busy.get((member, day), 0) | bits(start - midnight, end - midnight)
    for member in staff:
        pieces: dict[dt.date, list[tuple[UUID | None, int, int]]] = {}
        for piece in board.free.get(member, ()):
            pieces.setdefault(piece.day, []).append((piece.location, *piece.during))
        for number in range(DAYS):
            day = FIRST + dt.timedelta(days=number)
            is_busy = busy.get((member, day), 0)
            free = {p: it & ~is_busy for p, it in reference.open_on(member, day).items()}
            for start in range(0, STARTS * 30, 30):
                wanted, begin = bits(start, start + LENGTH), utc_minute(day, start)
                expected = {place for place, it in free.items() if it & wanted == wanted}
                found = {
                    place
                    for place, low, high in pieces.get(day, ())
                    if low <= begin and begin + LENGTH <= high
                }
                if found != expected:
                    yield member, day, start


def test_every_half_hour_of_a_year_agrees_with_the_reference(
    network: Network, year: tuple[list[UUID], list[tuple[UUID, int, int]]]
) -> None:
    staff, taken = year

    found = list(differences(Reference(network), staff, taken))

    assert len(staff) > 40
    assert found == []


def test_a_forgotten_closure_a_forgotten_booking_and_a_wrong_hour_are_found(
    network: Network,
    year: tuple[list[UUID], list[tuple[UUID, int, int]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    staff, taken = year
    few = staff[:12]
    mine = [row for row in taken if row[0] in few]

    assert list(differences(Reference(network, without_closures=True), staff, taken))
    assert list(differences(Reference(network), few, mine[len(mine) // 2 :]))
    monkeypatch.setattr(
        "tests.availability.test_reference.utc_minute",
        lambda day, minute: (day - dt.date(1970, 1, 1)).days * 24 * 60 + minute - 60,
    )
    assert list(differences(Reference(network), few, mine))
