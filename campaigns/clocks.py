"""Jumping and differing clocks, and both days of the time change.

Controls: an hour that never changes, and a product that does not notice that another clock has
ended its hold.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from uuid import UUID

from campaigns.checks import examine
from campaigns.report import Result
from campaigns.stage import stage


def run(*, steps: int = 6000, control: int = 3000) -> Iterator[Result]:
    """Yield what happened under such clocks, and what the two controls find."""
    yield walk("clocks", steps)
    yield walk("clocks, ended holds unnoticed", control, CAMPAIGN_UNNOTICED="1")
    yield walk("clocks, winter time all year", 0, CAMPAIGN_FIXED_ZONE="1")


def walk(name: str, steps: int, **control: str) -> Result:
    with stage(for_tests=True) as house:
        done = subprocess.run(
            [sys.executable, "-m", "campaigns.clock_walk", str(steps)],
            env={**house.environment, **control}, stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
        answer = json.loads(done.stdout)
        told = {UUID(visit): legs for visit, legs in answer["told"].items()}
        found = examine(house, told)
    differences = answer["differences"]
    figures = f"{steps} steps, {found}, {differences} differences from the rule of summer time"
    return Result(name, figures, found.violations + differences, is_control=bool(control))
