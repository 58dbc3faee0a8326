"""Seeded instances shaped like a real Kreis: one house, outside locations, morning hours."""

from __future__ import annotations

import random
from typing import Any

HOUSE = 0
PARTNERS, OUTSIDE, INTERPRETERS = 12, 6, 14
USE = 0.7  # share of time that is booked already
MORNING, AFTERNOON = (18, 60), (78, 114)  # ticks: 08:30-12:00, 13:30-16:30
LANGUAGES = ("uk", "ar", "fa", "tr", "ru", "fr")


def interpreters_by(rng: random.Random, count: int, days: int, use: float) -> list[Any]:
    """Return so many interpreters of a coordplan-1 document."""
    return [_interpreter(rng, i, OUTSIDE, days, use) for i in range(count)]


def generate(
    seed: int,
    *,
    needs: int = 5,
    days: int = 60,
    desks: int = 60,
    use: float = USE,
    is_rich: bool = False,
) -> dict[str, Any]:
    """Return a coordplan-1 document; `use` is the share of time already booked (0..1).

    With `is_rich` every optional rule is there: classes and gender of interpreters, group
    sessions, breaks, lags in ticks and days, a choice of who comes first, limits.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable instances, no secrets
    sites = ["house", *(f"outside-{i}" for i in range(1, OUTSIDE + 1))]
    document = {
        "format": "coordplan-1",
        "name": f"kreis-{seed}-{needs}-{days}-{desks}-{use}",
        "network": {
            "tick_minutes": 5,
            "day_ticks": 144,
            "day_origin": "07:00",
            "horizon_days": days,
            "first_weekday": 0,
            "sites": sites,
            "travel": _travel(rng, len(sites)),
            "services": [_service(rng, k, PARTNERS) for k in range(3 * PARTNERS)],
            "desks": [_desk(rng, d, PARTNERS, OUTSIDE, days, use) for d in range(desks)],
            "interpreters": interpreters_by(rng, INTERPRETERS, days, use),
        },
        "request": a_request(rng, needs, days),
    }
    if is_rich:
        enrich(document, random.Random(seed))  # noqa: S311
    return document


def enrich(document: dict[str, Any], rng: random.Random) -> None:
    """Add every optional rule of the format."""
    network, request = document["network"], document["request"]
    for service in network["services"]:
        service["interpreter_class"] = rng.choice(["none", "volunteer", "volunteer", "qualified"])
    for interpreter in network["interpreters"]:
        interpreter["class"] = rng.choice(["volunteer", "qualified", "sworn_or_phone"])
        interpreter["gender"] = rng.choice(["f", "m"])
        interpreter["first_day"] = rng.choice([0, 0, 2])
    for desk in rng.sample(network["desks"], len(network["desks"]) // 10):
        desk["starts"] = {
            day: sorted({low + 6 * n for low, high in free for n in range((high - low) // 6)})
            for day, free in desk["free"].items()
        }
    for n, rule in enumerate(request["precedence"]):
        rule |= {"min_lag_ticks": 6} if n % 2 else {"min_lag_days": 1}
    count = len(request["items"])
    if count > 3:
        *before, after = sorted(rng.sample(range(count), 3))
        request["precedence"].append({"before": before, "after": after})
    request |= {"preferred_gender": "f", "other_gender_cost": 1}
    request |= {"max_stretch": 42, "min_break": 6, "max_legs_per_day": 6}


def _travel(rng: random.Random, sites: int) -> list[list[int]]:
    travel = [[2] * sites for _ in range(sites)]
    for i in range(sites):
        for j in range(i):
            travel[i][j] = travel[j][i] = rng.randint(5, 7) if j == HOUSE else rng.randint(6, 14)
    return travel


def _service(rng: random.Random, k: int, partners: int) -> dict[str, Any]:
    duration = rng.choice([4, 6, 6, 9, 12])
    return {
        "id": f"s{k}",
        "partner": f"p{k % partners}",
        "duration": duration,
        "buffer": rng.choice([0, 1, 2]),
    }


def _desk(
    rng: random.Random, d: int, partners: int, outside: int, days: int, use: float
) -> dict[str, Any]:
    partner = d % partners
    offered = [f"s{partner + partners * n}" for n in range(3)]
    weekdays = set(rng.sample(range(5), rng.choice([2, 3, 5])))
    return {
        "id": f"d{d}",
        "partner": f"p{partner}",
        "site": HOUSE if rng.random() < 0.7 else rng.randint(1, outside),
        "services": sorted(rng.sample(offered, rng.randint(1, 3))),
        "languages": ["de", *rng.sample(LANGUAGES, rng.choice([0, 0, 1, 2]))],
        "free": {
            str(day): free
            for day in range(days)
            if day % 7 in weekdays and (free := _free(rng, [MORNING, AFTERNOON], use))
        },
    }


def _interpreter(rng: random.Random, i: int, outside: int, days: int, use: float) -> dict[str, Any]:
    is_remote = i == 0
    spoken = list(LANGUAGES) if is_remote else rng.sample(LANGUAGES, rng.choice([1, 2]))
    free: dict[str, list[list[int]]] = {}
    for day in range(days):
        if day % 7 > 4 or (not is_remote and rng.random() < 0.4):
            continue
        windows = _free(rng, [(12, 132)] if is_remote else [MORNING, AFTERNOON], use / 2)
        around = [] if is_remote else [rng.randint(-1, outside) for _ in range(2 * len(windows))]
        free[str(day)] = [
            [*window, *(around[2 * n : 2 * n + 2] if around else (-1, -1))]
            for n, window in enumerate(windows)
        ]
    mode = "remote" if is_remote else "onsite"
    return {"id": f"i{i}", "languages": spoken, "mode": mode, "free": free}


def _free(rng: random.Random, windows: list[tuple[int, int]], use: float) -> list[list[int]]:
    """Return what booked talks of 30 minutes leave of the windows."""
    free: list[list[int]] = []
    for start, end in windows:
        for tick in range(start, end, 6):
            if rng.random() < use:
                continue
            stop = min(tick + 6, end)
            if free and free[-1][1] == tick:
                free[-1][1] = stop
            else:
                free.append([tick, stop])
    return free


def a_request(
    rng: random.Random, needs: int, days: int, partners: int = PARTNERS
) -> dict[str, Any]:
    chosen = rng.sample(range(3 * partners), needs)
    precedence = []
    for _ in range(needs // 3):
        before, after = sorted(rng.sample(range(needs), 2))
        precedence.append({"before": before, "after": after, "min_lag_ticks": 0, "min_lag_days": 0})
    main = rng.choice(LANGUAGES)
    return {
        "items": [
            {"service": f"s{k}", "earliest_day": rng.choice([1, 3, 5]), "latest_day": days - 1}
            for k in chosen
        ],
        "languages": {main: 0, "en": 1},
        "allow_interpreter": True,
        "interpreter_cost": 2,
        "remote_interpreter_cost": 3,
        "outside_centre_cost": 1,
        "early_before": 18,
        "early_cost": 1,
        "late_after": 108,
        "late_cost": 1,
        "availability": {str(day): [[12, 126]] for day in range(days) if day % 7 < 5},
        "precedence": precedence,
        "max_days": 2,
        "max_day_span": 96,
    }
