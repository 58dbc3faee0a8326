"""The file format coordplan-cohort-1: a coordplan-1 network, and many requests.

{"format": "coordplan-cohort-1", "network": {...},
 "members": [{"id", "request": {...}, "priority", "group", "programme"}],
 "seats": {desk index: number}, "lines": {interpreter index: number},
 "reserve": 0..1, "fair_share": 0..1,
 "ring_fenced": {programme: {desk index: {day: [[from, to], ...]}}}}
"""

from __future__ import annotations

import math
from typing import Any

from knotenpunkt.planner.cohort.model import MAX_PERSONS, Cohort, CohortSolution, Member
from knotenpunkt.planner.coordplan import read_network, read_request, write_plan
from knotenpunkt.planner.model import BadInstance, Interval, Network

FORMAT = "coordplan-cohort-1"


def read_cohort(document: Any) -> Cohort:
    """Return the cohort of this document. Raises `BadInstance` with the path of what is wrong."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BadInstance("cohort.format", f"is not {FORMAT!r}")
    rows = document.get("members")
    if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_PERSONS:
        raise BadInstance("cohort.members", f"is not a list of 1 to {MAX_PERSONS} members")
    network = read_network(document.get("network"), "cohort.network")
    return Cohort(
        network=network,
        members=tuple(_member(row, place, network) for place, row in enumerate(rows)),
        seats=_counts(document.get("seats") or {}, "seats", len(network.desks)),
        lines=_counts(document.get("lines") or {}, "lines", len(network.interpreters)),
        reserve=_number(document.get("reserve", 0.0), "cohort.reserve"),
        ring_fenced=_ring_fenced(document.get("ring_fenced") or {}, network),
        fair_share=_number(document.get("fair_share", 0.8), "cohort.fair_share"),
    )


def write_answer(cohort: Cohort, solution: CohortSolution) -> dict[str, Any]:
    """Return the answer as plain data: plans by member, worth, bound, groups and the curve."""
    return {
        "format": FORMAT,
        "status": solution.status,
        "served": solution.worth.served,
        "members": len(cohort.members),
        "days": solution.worth.days,
        "score": solution.worth.score,
        "bound": solution.bound,
        "gap": solution.gap,
        "most_served": solution.most_served,
        "groups": [
            {"group": it.group, "members": it.members, "served": it.served, "relative": it.relative}
            for it in solution.groups
        ],
        "plans": {
            member.id: write_plan(plan) if plan else None
            for member, plan in zip(cohort.members, solution.plans, strict=True)
        },
        "curve": [
            [it.seconds, it.served, it.score, it.bound if math.isfinite(it.bound) else None]
            for it in solution.curve
        ],
    }


def _member(row: Any, place: int, network: Network) -> Member:
    at = f"cohort.members[{place}]"
    if not isinstance(row, dict):
        raise BadInstance(at, "is not an object")
    return Member(
        id=_text(row, "id", place),
        request=read_request(row.get("request"), network, f"{at}.request"),
        priority=_number(row.get("priority", 1.0), f"{at}.priority"),
        group=str(row.get("group") or ""),
        programme=row.get("programme"),
    )


def _text(row: dict[str, Any], key: str, place: int) -> str:
    if not isinstance(row.get(key), str) or not row[key]:
        raise BadInstance(f"cohort.members[{place}].{key}", "is not a text")
    return str(row[key])


def _number(value: Any, place: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or value != value:
        raise BadInstance(place, f"{value!r} is not a number")
    return float(value)


def _index(key: Any, size: int, place: str) -> int:
    if not str(key).isdigit() or int(key) >= size:
        raise BadInstance(place, f"there is no {key!r}")
    return int(key)


def _counts(rows: dict[str, Any], name: str, size: int) -> dict[int, int]:
    counts = {}
    for key, count in rows.items():
        if not isinstance(count, int) or not 1 <= count <= 1000:
            raise BadInstance(f"cohort.{name}.{key}", f"{count!r} is not 1 to 1000")
        counts[_index(key, size, f"cohort.{name}")] = count
    return counts


def _ring_fenced(
    programmes: dict[str, Any], network: Network
) -> dict[str, dict[int, dict[int, tuple[Interval, ...]]]]:
    found: dict[str, dict[int, dict[int, tuple[Interval, ...]]]] = {}
    for programme, desks in programmes.items():
        place = f"cohort.ring_fenced.{programme}"
        for key, days in dict(desks).items():
            times = {
                _day(day, network, place): tuple(_interval(it, network, place) for it in intervals)
                for day, intervals in dict(days).items()
            }
            found.setdefault(programme, {})[_index(key, len(network.desks), place)] = times
    return found


def _day(day: Any, network: Network, place: str) -> int:
    if not str(day).isdigit() or int(day) >= network.horizon_days:
        raise BadInstance(place, f"there is no day {day!r}")
    return int(day)


def _interval(value: Any, network: Network, place: str) -> Interval:
    is_pair = isinstance(value, list) and len(value) == 2
    if not is_pair or not all(isinstance(it, int) for it in value):
        raise BadInstance(place, f"{value!r} is not an interval")
    if not 0 <= value[0] < value[1] <= network.day_ticks:
        raise BadInstance(place, f"{value!r} does not lie within a day")
    return value[0], value[1]
