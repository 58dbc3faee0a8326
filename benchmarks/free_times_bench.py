"""Free times of one calendar over four and twelve weeks, with no past and with ten years of it."""

from __future__ import annotations

import subprocess
import sys

from campaigns.stage import CONSTRAINT, Stage, stage

CLIENT = [sys.executable, "-m", "benchmarks.free_times_client"]
YEARS, CALENDARS = 10, 10
# Every half hour from eight to six, forty minutes apart, on every day of ten years; the calendar
# that is asked is the first of them. Without the constraint while it loads: the times are distinct.
OPEN = """
INSERT INTO availability_openinterval (resource, kind, day, during, location_id, room_id, pool)
SELECT o.resource, o.kind, d::date,
    tstzrange(d::date + time '08:00', d::date + time '18:00'), o.location_id, o.room_id, 'regular'
FROM (SELECT DISTINCT ON (resource) * FROM availability_openinterval ORDER BY resource) AS o,
    generate_series(current_date + %s, current_date + %s, interval '1 day') AS d
WHERE o.resource = ANY(%s)
"""
TAKEN = """
INSERT INTO availability_occupancy (id, resource, kind, during, reason, holder, part, location_id,
    pool, expires_at)
SELECT gen_random_uuid(), r, 'staff', tstzrange(t, t + interval '30 minutes'), 'appointment',
    gen_random_uuid(), gen_random_uuid(), %s, 'regular', NULL
FROM unnest(%s::uuid[]) AS r, generate_series(1, %s) AS days,
    generate_series(current_date - days + time '08:00', current_date - days + time '17:20',
        interval '40 minutes') AS t
"""


def main() -> None:
    print("\nFree times of one calendar, open ten hours a day, a third taken")
    with stage() as house:
        _fill_coming_weeks(house)
        _ask(house, "no past")
        rows = _load_past(house)
        _ask(house, f"{YEARS} years: {rows} taken times, {rows // CALENDARS} of this calendar")


def _calendars(house: Stage) -> list[object]:
    with house.superuser() as connection:
        rows = connection.execute("SELECT id FROM network_staffmember ORDER BY code LIMIT 10")
        return [row[0] for row in rows]


def _fill_coming_weeks(house: Stage) -> None:
    """Open the calendars for twelve weeks, and take a third of the first one's times."""
    calendars = _calendars(house)
    with house.superuser() as connection:
        connection.execute(OPEN, [60, 90, calendars])
        connection.execute(
            TAKEN.replace("current_date - days", "current_date + days"),
            [None, calendars[:1], 84],
        )
        connection.execute(
            "DELETE FROM availability_occupancy WHERE extract(epoch FROM lower(during))::bigint "
            "/ 2400 % 3 > 0"
        )
        connection.execute("VACUUM ANALYZE availability_occupancy, availability_openinterval")


def _load_past(house: Stage) -> int:
    """Load ten years of days that were open and taken; return how many times were taken."""
    calendars, days = _calendars(house), 365 * YEARS
    guard = (
        f"ALTER TABLE availability_occupancy ADD CONSTRAINT {CONSTRAINT} "
        "EXCLUDE USING gist (resource WITH =, during WITH &&)"
    )
    with house.superuser() as connection:
        house.drop_guard()
        connection.execute(OPEN, [-days, -1, calendars])
        loaded = connection.execute(TAKEN, [None, calendars, days]).rowcount
        connection.execute(guard)
        connection.execute("VACUUM ANALYZE availability_occupancy, availability_openinterval")
    return loaded


def _ask(house: Stage, past: str) -> None:
    print(f"  {past}", flush=True)
    subprocess.run([*CLIENT, str(_calendars(house)[0])], env=house.environment, check=True)
