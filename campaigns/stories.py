"""Tens of thousands of random steps against a model. Control: constraint, locks, check are gone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from campaigns.report import Result
from campaigns.stage import NAME, Stage, stage
from knotenpunkt.foundation.postgres import OWNER

ENOUGH_TO_FIND_IT = 5000


def run(*, steps: int = 50_000, processes: int = 2) -> Iterator[Result]:
    """Yield whether all steps agreed, and whether a difference is found without the guards."""
    yield told("stories", steps, processes, guards=True)
    yield told("stories without guards", ENOUGH_TO_FIND_IT, 1, guards=False)


def told(name: str, steps: int, processes: int, *, guards: bool) -> Result:
    share = -(-steps // processes)
    done, differences = 0, []
    # Nothing of this is about crashes: a fast server, and one for each process.
    stages = [stage(for_tests=True) for _ in range(processes)]
    houses = [it.__enter__() for it in stages]
    try:
        children = [start(house, share, n, guards) for n, house in enumerate(houses)]
        for child in children:
            steps_done, _, difference = child.communicate()[0].partition(" ")
            done += int(steps_done or 0)
            differences += [difference.strip()] if child.returncode else []
    finally:
        for it in stages:
            it.__exit__(None, None, None)
    figures = f"{done} steps" + "".join(f", {difference}" for difference in differences)
    missing = 0 if done >= steps or not guards else 1
    return Result(name, figures, len(differences) or missing, is_control=not guards)


def start(house: Stage, steps: int, number: int, guards: bool) -> subprocess.Popen[str]:
    if not guards:
        house.drop_guard()
    environment = {
        **house.environment,
        "DATABASE_URL": house.server.url(NAME, OWNER),  # empties the tables between stories
        "CAMPAIGN_WITHOUT_GUARDS": "" if guards else "1",
    }
    command = [sys.executable, "-m", "campaigns.machine", str(steps), str(1000 * number)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
