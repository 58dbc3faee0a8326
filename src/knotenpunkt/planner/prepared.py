"""A network as flat arrays: built once, searched often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from knotenpunkt.planner.days import DayRows, DayWindow
from knotenpunkt.planner.kernels.layout import Index, Ints
from knotenpunkt.planner.model import MAX_DAY_TICKS, BadInstance, Desk, Network


class PreparedNetwork:
    """Arrays of a network, to be shared by many searches.

    Raises `BadInstance` for a day of too many ticks, times off the grid, empty or crossing
    intervals and unknown sites.

    Attributes
    ----------
    index
        What is free, as the compiled search reads it.
    desks_of
        By service, the desks that give it, in ascending order.
    speaks
        By language, for each desk whether it is spoken there.
    """

    def __init__(self, network: Network) -> None:
        if not 1 <= network.day_ticks <= MAX_DAY_TICKS:
            raise BadInstance("day_ticks", f"is not between 1 and {MAX_DAY_TICKS}")
        self.network = network
        desks, talkers = network.desks, network.interpreters
        self.desks_of = _desks_of(network)
        self.speaks = {
            language: np.array([language in desk.languages for desk in desks], np.bool_)
            for language in sorted(set(chain.from_iterable(desk.languages for desk in desks)))
        }
        desk_at, desk_rows = _rows([desk.free for desk in desks], 2, network, "desks")
        start_at, start_rows = _rows([_starts(desk) for desk in desks], 1, network, "desks")
        talk_at, talk_rows = _rows([one.free for one in talkers], 4, network, "interpreters")
        self.index = Index(
            desk=_desk_table(network),
            desk_at=desk_at,
            desk_rows=desk_rows,
            start_at=start_at,
            start_rows=start_rows,
            talk_at=talk_at,
            talk_rows=talk_rows,
            travel=_travel(network),
        )


def _desk_table(network: Network) -> Ints:
    rows = [
        (desk.site, desk.cost, "de" in desk.languages, desk.starts is not None)
        for desk in network.desks
    ]
    table = np.array(rows, np.int64).reshape(-1, 4)
    if len(table) and not 0 <= table[:, 0].min() <= table[:, 0].max() < len(network.sites):
        raise BadInstance("desks", "a site is unknown")
    return table


def _desks_of(network: Network) -> dict[str, Ints]:
    found: dict[str, list[int]] = {}
    for d, desk in enumerate(network.desks):
        for service in desk.services:
            found.setdefault(service, []).append(d)
    return {service: np.array(desks, np.int64) for service, desks in found.items()}


def _starts(desk: Desk) -> Mapping[int, Sequence[tuple[int, ...]]]:
    return {day: [(tick,) for tick in ticks] for day, ticks in (desk.starts or {}).items()}


def _rows(
    by_day: Sequence[Mapping[int, Sequence[tuple[int, ...]]]],
    width: int,
    network: Network,
    place: str,
) -> tuple[Ints, Ints]:
    """Return (at, rows): the rows of (day, one) are `rows[at[day, one, 0]:at[day, one, 1]]`."""
    days = network.horizon_days
    at = np.zeros((days, len(by_day), 2), np.int64)
    tables = [np.empty((0, width), np.int64)]
    length = 0
    for one, given in enumerate(by_day):
        if not given:
            continue
        window = _window(given, width, days, f"{place}[{one}]")
        begin, end = int(window.offsets[0]), int(window.offsets[-1])
        at[:, one, 0] = window.offsets[:-1] + (length - begin)
        at[:, one, 1] = window.offsets[1:] + (length - begin)
        tables.append(window.rows[begin:end])
        length += end - begin
    table = np.concatenate(tables)
    _check_rows(table, network, place)
    return at, table


def _window(
    given: Mapping[int, Sequence[tuple[int, ...]]], width: int, days: int, place: str
) -> DayWindow:
    if isinstance(given, DayWindow):
        return given
    outside = next((day for day in given if not 0 <= day < days), None)
    if outside is not None:
        raise BadInstance(place, f"{outside} is not a day of the horizon")
    return DayRows(given, width).window(0, days)


def _check_rows(rows: Ints, network: Network, place: str) -> None:
    if not len(rows):
        return
    if rows[:, :2].min() < 0 or rows[:, :2].max() > network.day_ticks:
        raise BadInstance(place, "a time lies outside the day")
    if rows.shape[1] > 1 and (rows[:, 0] >= rows[:, 1]).any():
        raise BadInstance(place, "an interval is empty")
    if rows.shape[1] > 2 and not -1 <= rows[:, 2:].min() <= rows[:, 2:].max() < len(network.sites):
        raise BadInstance(place, "a neighbouring site is unknown")


def _travel(network: Network) -> Ints:
    travel = np.array(network.travel, np.int64).reshape(len(network.travel), -1)
    sites = len(network.sites)
    if travel.shape != (sites, sites) and sites:
        raise BadInstance("travel", f"is not a table of {sites} by {sites}")
    if travel.size and travel.min() < 0:
        raise BadInstance("travel", "a way is negative")
    return travel
