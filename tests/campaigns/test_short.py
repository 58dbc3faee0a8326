"""The campaigns in short: the same code, fewer bookings. `make campaigns` runs them whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from campaigns import clocks, contention, cuts, disk, kills, planner, stories
from campaigns.__main__ import arguments, sizes_of
from campaigns.report import Result

pytestmark = pytest.mark.race


def bad(results: Iterator[Result]) -> list[str]:
    """Return the results that are not what they should be; a control has to be caught."""
    found = list(results)
    assert any(result.is_control for result in found)
    return [str(result) for result in found if not result.is_well]


def test_contention() -> None:
    assert bad(contention.run(clients=8, bookings=160, control=160, processes=2)) == []


def test_kills() -> None:
    assert bad(kills.run(kills=12, clients=4, workers=2, control=1)) == []


def test_cuts() -> None:
    assert bad(cuts.run(cuts=60, control=60)) == []


def test_clocks() -> None:
    assert bad(clocks.run(steps=400, control=400)) == []


def test_a_full_disk() -> None:
    assert bad(disk.run(first=20)) == []


def test_stories() -> None:
    """Each fault takes the time of a server; `make campaigns` plants all of them."""
    faults = ("last first", "no fence", "any time")

    assert bad(stories.run(steps=600, processes=1, controls=faults)) == []


def test_the_planner_goes_on_where_it_was_stopped() -> None:
    """Only the last part is left: the control."""
    sizes = {"small": 200, "without": 0, "large": 0}
    last = len(planner.parts(**sizes)) - 1

    assert bad(planner.run(**sizes, skip=last)) == []


def test_a_size_goes_to_the_campaign_it_belongs_to() -> None:
    chosen = arguments(["contention", "clocks", "--bookings", "7", "--ticks", "9"])

    sizes = {name: sizes_of(name, chosen) for name in ("contention", "clocks", "kills")}

    assert sizes == {"contention": {"bookings": 7}, "clocks": {"steps": 9}, "kills": {}}


def test_a_result_knows_when_it_is_well() -> None:
    wells = {
        (violations, is_control): Result("name", "", violations, is_control).is_well
        for violations in (0, 1)
        for is_control in (False, True)
    }

    assert wells == {(0, False): True, (1, False): False, (0, True): False, (1, True): True}
