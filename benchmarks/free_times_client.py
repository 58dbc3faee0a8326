"""Ask for the free starts of one calendar and say how long it took, and what the database did.

python -m benchmarks.free_times_client CALENDAR
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any
from uuid import UUID

from django.db import connection

import campaigns  # noqa: F401 - sets Django up
from benchmarks.machine import median_and_p95, milliseconds
from knotenpunkt.availability.board import read_board
from knotenpunkt.foundation import clock

REPEATS = 60
TALK, GRID = 30, 5  # minutes


def free_starts(calendar: UUID, weeks: int) -> list[int]:
    """Return every start (minutes since 1970) at which a talk fits, in the coming weeks."""
    first = clock.today() + dt.timedelta(days=1)
    board = read_board(
        first=first, last=first + dt.timedelta(weeks=weeks, days=-1), open_resources=[calendar]
    )
    return [
        start
        for piece in board.free[calendar]
        for start in range(piece.during[0], piece.during[1] - TALK + 1, GRID)
    ]


def work_of_the_database(calendar: UUID, weeks: int) -> str:
    """Return rows read and blocks touched, as EXPLAIN counts them."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, parameters: Any, *rest: Any) -> Any:
        asked.append((sql, parameters))
        return execute(sql, parameters, *rest)

    with connection.execute_wrapper(note):
        free_starts(calendar, weeks)
    ((sql, parameters),) = asked
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", parameters)
        found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    rows = sum(it["Actual Rows"] * it["Actual Loops"] for it in _scans(plan))
    return f"{rows:.0f} rows read, {plan['Shared Hit Blocks'] + plan['Shared Read Blocks']} blocks"


def _scans(plan: dict[str, Any]) -> list[dict[str, Any]]:
    below = [it for part in plan.get("Plans", []) for it in _scans(part)]
    return [plan, *below] if "Relation Name" in plan else below


def main(calendar: UUID) -> None:
    for weeks in (4, 12):
        count = len(free_starts(calendar, weeks))
        times = [milliseconds(lambda: free_starts(calendar, weeks)) for _ in range(REPEATS)]
        median, p95 = median_and_p95(times)
        work = work_of_the_database(calendar, weeks)
        print(f"    {weeks:2} weeks {median:6.1f} / {p95:6.1f} ms (median / p95), "
              f"{count} starts, {work}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main(UUID(sys.argv[1]))
