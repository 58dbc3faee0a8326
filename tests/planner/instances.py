"""Small random problems with every feature, each of which can be switched off."""

from __future__ import annotations

import random
from typing import Any, NamedTuple

FEATURES = (
    "precedence",
    "lags",
    "buffer",
    "interpreters",
    "gender",
    "classes",
    "notice",
    "windows",
    "stretch",
    "legs",
    "span",
    "costs",
    "starts",
    "sites",
    "days",
    "any_first",
    "preferred",
    "three_days",
)


class Size(NamedTuple):
    items: int
    sites: int
    ticks: int = 14
    horizon: int = 3


def random_instance(seed: int, *, without: str | None = None) -> dict[str, Any]:
    """Return a coordplan-1 document small enough to be solved by brute force."""
    rng = random.Random(seed)
    has = {feature: feature != without and rng.random() < 0.6 for feature in FEATURES}
    size = Size(items=rng.randint(1, 4), sites=2 if has["sites"] else 1)
    network = {
        "tick_minutes": 5,
        "day_ticks": size.ticks,
        "day_origin": "07:00",
        "horizon_days": size.horizon,
        "first_weekday": 0,
        "sites": [f"site{i}" for i in range(size.sites)],
        "travel": [
            [rng.randint(0, 1) if i == j else rng.randint(1, 3) for j in range(size.sites)]
            for i in range(size.sites)
        ],
        "services": [_service(rng, has, k) for k in range(size.items)],
        "desks": [
            _desk(rng, has, size, f"{k}{n}")
            for k in range(size.items)
            for n in range(rng.randint(1, 2))
        ],
        "interpreters": [
            _interpreter(rng, has, size, n) for n in range(2 if has["interpreters"] else 0)
        ],
    }
    request = _request(rng, has, size)
    name = f"random-{seed}"
    return {"format": "coordplan-1", "name": name, "network": network, "request": request}


def _service(rng: random.Random, has: dict[str, bool], k: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": f"s{k}",
        "partner": f"p{k}",
        "duration": rng.randint(1, 3),
        "buffer": rng.randint(0, 1) if has["buffer"] else 0,
    }
    if has["classes"]:
        classes = ["none", "volunteer", "qualified", "sworn_or_phone"]
        found["interpreter_class"] = rng.choice(classes)
    return found


def _desk(rng: random.Random, has: dict[str, bool], size: Size, number: str) -> dict[str, Any]:
    """Return a desk of the service that the number begins with, and perhaps of another."""
    k = number[0]
    desk: dict[str, Any] = {
        "id": f"d{number}",
        "partner": f"p{k}",
        "site": rng.randrange(size.sites),
        "services": sorted({f"s{k}", f"s{rng.randrange(size.items)}"}),
        "languages": rng.choice([["de"], ["de", "uk"], ["de", "en"], ["uk"]]),
        "free": {str(d): _free(rng, size.ticks) for d in range(size.horizon) if rng.random() < 0.8},
    }
    if has["starts"] and rng.random() < 0.3:
        desk["starts"] = {d: sorted(rng.sample(range(size.ticks), 5)) for d in desk["free"]}
    return desk


def _interpreter(rng: random.Random, has: dict[str, bool], size: Size, n: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": f"i{n}",
        "languages": ["uk"],
        "mode": rng.choice(["onsite", "remote"]),
        "free": {
            str(d): [
                [*w, rng.randint(-1, size.sites - 1), rng.randint(-1, size.sites - 1)]
                for w in _free(rng, size.ticks)
            ]
            for d in range(size.horizon)
        },
    }
    if has["classes"]:
        found["class"] = rng.choice(["volunteer", "qualified", "sworn_or_phone"])
    if has["gender"]:
        found["gender"] = rng.choice(["f", "m", None])
    if has["notice"]:
        found["first_day"] = rng.randint(0, 2)
    return found


def _request(rng: random.Random, has: dict[str, bool], size: Size) -> dict[str, Any]:
    items, _, ticks, horizon = size
    precedence: list[dict[str, Any]] = []
    if has["precedence"] and items > 1:
        for _ in range(rng.randint(1, 2)):
            before, after = sorted(rng.sample(range(items), 2))
            precedence.append(
                {
                    "before": before,
                    "after": after,
                    "min_lag_ticks": rng.randint(0, 4) if has["lags"] else 0,
                    "min_lag_days": rng.choice([0, 0, 1]) if has["lags"] else 0,
                }
            )
    if has["any_first"] and items > 2:
        *before, after = sorted(rng.sample(range(items), 3))
        precedence.append({"before": before, "after": after, "min_lag_days": rng.choice([0, 0, 1])})
    costs = has["costs"]
    return {
        "items": [
            {
                "service": f"s{k}",
                "earliest_day": rng.choice([0, 0, 1]) if has["days"] else 0,
                "latest_day": rng.choice([1, 2, 2]) if has["days"] else horizon - 1,
            }
            for k in range(items)
        ],
        "languages": {"uk": 0, "en": 1},
        "allow_interpreter": has["interpreters"],
        "interpreter_cost": rng.randint(0, 3) if costs else 0,
        "remote_interpreter_cost": rng.randint(0, 3) if costs else 0,
        "outside_centre_cost": rng.randint(0, 2) if costs else 0,
        "early_before": 3,
        "early_cost": rng.randint(0, 2) if costs else 0,
        "late_after": 9,
        "late_cost": rng.randint(0, 2) if costs else 0,
        "availability": {
            str(d): (_free(rng, ticks) if has["windows"] else [[0, ticks]]) for d in range(horizon)
        },
        "precedence": precedence,
        "max_days": 3 if has["three_days"] and rng.random() < 0.4 else rng.choice([1, 2, 2]),
        "max_day_span": rng.randint(5, ticks) if has["span"] else ticks,
        **({"preferred_gender": "f", "other_gender_cost": 2} if has["preferred"] else {}),
        **({"interpreter_gender": "f"} if has["gender"] and rng.random() < 0.5 else {}),
        **(
            {"max_stretch": rng.randint(3, 6), "min_break": rng.randint(1, 2)}
            if has["stretch"]
            else {}
        ),
        **({"max_legs_per_day": rng.randint(1, 3)} if has["legs"] else {}),
        **({"order": "fewest_locations"} if has["sites"] and rng.random() < 0.4 else {}),
    }


def _free(rng: random.Random, ticks: int) -> list[list[int]]:
    cuts = sorted(rng.sample(range(ticks + 1), 4))
    return [[cuts[0], cuts[1]], [cuts[2], cuts[3]]] if rng.random() < 0.5 else [[cuts[0], cuts[3]]]
