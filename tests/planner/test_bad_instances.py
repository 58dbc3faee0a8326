"""A bad instance gets a clear error that names the place, never a wrong plan or a hang."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from knotenpunkt.planner import BadInstance, PreparedNetwork, read_problem
from knotenpunkt.planner.command import plan_file
from tests.planner.instances import random_instance


def spoil(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        node: Any = document
        *parents, last = [int(key) if key.isdigit() else key for key in path.split("/")]
        for key in parents:
            node = node[key]
        node[last] = value

    return change


SEED = 2  # two sites, three needs or more

BAD = [
    ("format", "coordplan-2", "instance.format"),
    ("network/horizon_days", 0, "instance.network.horizon_days"),
    ("network/horizon_days", 3650, "instance.network.horizon_days"),
    ("network/travel", [[0]], "instance.network.travel"),
    ("network/travel/0/1", -3, "instance.network.travel[0][1]"),
    ("network/services/0/duration", -1, "instance.network.services[0].duration"),
    ("network/services/0/duration", 2.5, "instance.network.services[0].duration"),
    ("network/services/0/duration", float("nan"), "instance.network.services[0].duration"),
    ("network/desks/0/site", 99, "instance.network.desks[0].site"),
    ("network/desks/0/services", ["nothing"], "instance.network.desks[0].services[0]"),
    ("network/desks/0/free", {"0": [[5, 3]]}, "instance.network.desks[0].free.0[0]"),
    ("network/desks/0/free", {"0": [[5, 9], [2, 4]]}, "instance.network.desks[0].free.0"),
    ("network/desks/0/free", {"0": [[2, 6], [5, 9]]}, "instance.network.desks[0].free.0"),
    ("network/desks/0/free", {"99": [[2, 6]]}, "instance.network.desks[0].free.99"),
    ("network/desks/0/free", {"01": [[2, 6]]}, "instance.network.desks[0].free.01"),
    ("network/desks/0/free", {"²": [[2, 6]]}, "instance.network.desks[0].free.²"),
    ("network/desks/0/free", {1: [[2, 6]]}, "instance.network.desks[0].free.1"),
    ("network/desks/0/free", {"0": [[-3, 4]]}, "instance.network.desks[0].free.0[0][0]"),
    ("network/desks/0/free", {"0": [[3, 99]]}, "instance.network.desks[0].free.0[0][1]"),
    ("network/desks/0/free", {"0": [[3, 10**30]]}, "instance.network.desks[0].free.0[0][1]"),
    ("network/desks/0/free", {"0": [[float("nan"), 4]]}, "instance.network.desks[0].free.0[0][0]"),
    ("network/desks/0/free", {"0": [[True, 4]]}, "instance.network.desks[0].free.0[0][0]"),
    ("network/services/1/id", "s0", "instance.network.services[1].id"),
    ("network/day_ticks", -1, "instance.network.day_ticks"),
    ("network/travel/0/1", float("inf"), "instance.network.travel[0][1]"),
    ("request/items", [], "instance.request.items"),
    ("request/items", [{"service": "s0"}] * 11, "instance.request.items"),
    ("request/items/0/service", "nothing", "instance.request.items[0].service"),
    ("request/max_days", 7, "instance.request.max_days"),
    ("request/availability", [], "instance.request.availability"),
    ("request/languages", {"uk": -1}, "instance.request.languages.uk"),
    ("request/availability", {"0": [[-1, 4]]}, "instance.request.availability.0[0][0]"),
    ("request/availability", {"0": [[5, 9], [2, 6]]}, "instance.request.availability.0"),
    ("request/items/0/desks", ["nobody"], "instance.request.items[0].desks[0]"),
    ("request/items/0/earliest_day", -1, "instance.request.items[0].earliest_day"),
    ("request/allowed_sites", [9], "instance.request.allowed_sites[0]"),
    ("request/max_stretch", float("nan"), "instance.request.max_stretch"),
    ("request/precedence", [{"before": 0, "after": 9}], "instance.request.precedence[0].after"),
    ("request/precedence", [{"before": [], "after": 1}], "instance.request.precedence[0].before"),
]


@pytest.mark.parametrize(("path", "value", "place"), BAD)
def test_error_names_the_place(path: str, value: object, place: str) -> None:
    document = random_instance(SEED)
    spoil(path, value)(document)

    with pytest.raises(BadInstance) as error:
        read_problem(document)

    assert error.value.place == place


def test_unspoiled_it_is_read() -> None:
    """Control: what the errors above name is what was spoiled."""
    problem = read_problem(random_instance(SEED))

    assert len(problem.request.items) >= 2
    assert len(problem.network.sites) == 2


TALKER = {"id": "i", "languages": ["uk"], "mode": "remote"}


@pytest.mark.parametrize(
    ("spoiled", "place"),
    [
        ({"mode": "by post"}, "mode"),
        ({"free": {"0": [[2, 4, 7, -1]]}}, "free.0[0][2]"),
        ({"free": {"0": [[2, 4]]}}, "free.0[0]"),
        ({"free": {"0": [[2, 6, -1, -1], [5, 9, -1, -1]]}}, "free.0"),
        ({"first_day": -1}, "first_day"),
        ({"class": "friend"}, "class"),
    ],
)
def test_an_interpreter_is_read_as_strictly(spoiled: dict[str, Any], place: str) -> None:
    document = random_instance(SEED)
    document["network"]["interpreters"] = [TALKER | {"free": {}} | spoiled]

    with pytest.raises(BadInstance) as error:
        read_problem(document)

    assert error.value.place == f"instance.network.interpreters[0].{place}"


def test_needs_that_wait_for_each_other_are_refused() -> None:
    document = random_instance(SEED)
    items = len(document["request"]["items"])
    assert items >= 2
    document["request"]["precedence"] = [{"before": 0, "after": 1}, {"before": 1, "after": 0}]

    with pytest.raises(BadInstance, match="circle"):
        read_problem(document)


@pytest.mark.parametrize("document", [None, [], 3, "x", {}, {"format": "coordplan-1"}])
def test_what_is_no_instance_is_refused(document: object) -> None:
    with pytest.raises(BadInstance):
        read_problem(document)


@pytest.mark.parametrize(("kind", "rest"), [("desks", []), ("interpreters", [-1, -1])])
def test_more_than_a_million_intervals_are_refused(kind: str, rest: list[int]) -> None:
    document = random_instance(SEED)
    document["network"]["day_ticks"] = 1440
    intervals = [[n, n + 1, *rest] for n in range(0, 1400, 2)]
    one = document["network"]["desks"][0] if kind == "desks" else {**TALKER}
    one.pop("starts", None)
    one["free"] = dict.fromkeys("012", intervals)
    document["network"][kind] = [one] * 477  # 700 intervals on each of three days

    with pytest.raises(BadInstance, match="intervals"):
        read_problem(document)


def test_a_day_of_more_ticks_than_minutes_is_refused_without_a_file_too() -> None:
    network = replace(read_problem(random_instance(SEED)).network, day_ticks=1441)

    with pytest.raises(BadInstance, match="day_ticks"):
        PreparedNetwork(network)


def test_command_answers_with_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(random_instance(3)))
    bad.write_text('{"format": NaN}')

    codes = plan_file(good, as_json=True), plan_file(bad), plan_file(tmp_path / "missing.json")

    answer = json.loads(capsys.readouterr().out)
    assert codes == (0, 2, 2)
    assert set(answer) == {"status", "objective", "plans", "refusal"}
    assert answer["status"] in {"optimal", "infeasible"}
