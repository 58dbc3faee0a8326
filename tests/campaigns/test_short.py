"""The campaigns in short: the same code, fewer bookings. `make campaigns` runs them whole."""

from __future__ import annotations

import pytest

from campaigns import contention
from campaigns.report import Result

pytestmark = pytest.mark.race


def well(results: list[Result]) -> list[str]:
    """Return the results that are not what they should be."""
    return [str(result) for result in results if not result.is_well]


def test_contention() -> None:
    results = list(contention.run(clients=8, bookings=160, control=160, processes=2))

    assert [result.is_control for result in results] == [False, True]
    assert well(results) == []
