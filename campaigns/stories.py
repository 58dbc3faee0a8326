"""Tens of thousands of random steps against a model. Controls: each guard taken away is noticed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence

from campaigns.report import Result
from campaigns.stage import NAME, Stage, stage
from knotenpunkt.foundation.postgres import OWNER

ENOUGH_TO_FIND_IT = 1500
CONTROLS = ("no guards", "no fence", "last first", "told twice", "two offers", "any time")
NO_TWO_OFFERS = "DROP INDEX nobody_has_two_open_offers"


def run(
    *, steps: int = 50_000, processes: int = 2, controls: Sequence[str] = CONTROLS
) -> Iterator[Result]:
    """Yield whether all steps agreed, and whether each planted fault is found."""
    yield told("stories", steps, processes, fault="")
    for fault in controls:
        yield told(f"stories, {fault}", ENOUGH_TO_FIND_IT, 1, fault=fault)


def told(name: str, steps: int, processes: int, *, fault: str) -> Result:
    share = -(-steps // processes)
    done, differences = 0, []
    # Nothing of this is about crashes: a fast server, and one for each process.
    stages = [stage(for_tests=True) for _ in range(processes)]
    houses = [it.__enter__() for it in stages]
    try:
        children = [start(house, share, n, fault) for n, house in enumerate(houses)]
        for child in children:
            steps_done, _, difference = child.communicate()[0].partition(" ")
            done += int(steps_done or 0)
            differences += [difference.strip()] if child.returncode else []
    finally:
        for it in stages:
            it.__exit__(None, None, None)
    figures = f"{done} steps" + "".join(f", {difference}" for difference in differences)
    missing = 0 if done >= steps or fault else 1
    return Result(name, figures, len(differences) or missing, is_control=bool(fault))


def start(house: Stage, steps: int, number: int, fault: str) -> subprocess.Popen[str]:
    if fault == "no guards":
        house.drop_guard()
    if fault == "two offers":
        with house.superuser() as connection:
            connection.execute(NO_TWO_OFFERS)
    environment = {
        **house.environment,
        "DATABASE_URL": house.server.url(NAME, OWNER),  # empties the tables between stories
        "CAMPAIGN_FAULT": fault,
    }
    command = [sys.executable, "-m", "campaigns.machine", str(steps), str(1000 * number)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
