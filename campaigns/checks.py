"""What must be true whatever happened: counted in the database, apart from the code that books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from campaigns.stage import Stage

# Time of one thing, taken twice.
DOUBLES = """
    SELECT count(*) FROM availability_occupancy a JOIN availability_occupancy b
    ON a.resource = b.resource AND a.id < b.id AND a.during && b.during
    WHERE a.expires_at IS NULL AND b.expires_at IS NULL
"""
# Active appointments and the time taken for them do not belong together one to one: the person
# and the staff member of each leg, from its start to its end.
HALVES = """
    WITH leg AS (
        SELECT a.id, a.starts_at, a.ends_at FROM visits_appointment a
        JOIN visits_visit v ON v.id = a.visit_id
        WHERE v.status = 'booked' AND a.status = 'booked'
    ), taken AS (
        SELECT part, count(*) FILTER (WHERE kind = 'person') AS persons,
            count(*) FILTER (WHERE kind = 'staff') AS members,
            min(lower(during)) AS first, max(upper(during)) AS last,
            bool_or(expires_at IS NOT NULL) AS expires
        FROM availability_occupancy WHERE kind IN ('person', 'staff') GROUP BY part
    )
    SELECT count(*) FROM leg LEFT JOIN taken ON taken.part = leg.id
    WHERE taken.part IS NULL OR persons <> 1 OR members <> 1 OR expires
       OR first <> starts_at OR last <> ends_at
"""
# Time that is kept for good although nobody has it.
ORPHANS = """
    SELECT count(*) FROM availability_occupancy o
    LEFT JOIN visits_visit v ON v.id = o.holder
    WHERE o.reason = 'appointment' AND o.expires_at IS NULL
      AND (v.id IS NULL OR v.status NOT IN ('booked', 'running', 'disrupted', 'repaired'))
"""
BOOKED = """
    SELECT v.id, count(a.id) FROM visits_visit v JOIN visits_appointment a ON a.visit_id = v.id
    WHERE v.status = 'booked' AND a.status = 'booked' GROUP BY v.id
"""


@dataclass(frozen=True)
class Findings:
    """Violations by kind; `bookings` is what was acknowledged."""

    bookings: int
    double: int
    lost: int
    half: int
    orphaned: int

    @property
    def violations(self) -> int:
        return self.double + self.lost + self.half + self.orphaned

    def __str__(self) -> str:
        return (
            f"{self.bookings} acknowledged, {self.double} double, {self.lost} lost, "
            f"{self.half} half, {self.orphaned} orphaned"
        )


def read_ledgers(paths: Sequence[Path]) -> dict[UUID, int]:
    """Return the number of legs of every visit that a client was told is booked."""
    told: dict[UUID, int] = {}
    for path in paths:
        for line in path.read_text().splitlines():
            visit, legs = line.split()
            told[UUID(visit)] = int(legs)
    return told


def examine(stage: Stage, told: Mapping[UUID, int]) -> Findings:
    """Hold what clients were told against what the database has."""
    with stage.superuser() as connection:
        booked = dict(connection.execute(BOOKED).fetchall())
    return Findings(
        bookings=len(told),
        double=stage.number(DOUBLES),
        lost=sum(visit not in booked for visit in told),
        half=stage.number(HALVES)
        + sum(visit in booked and booked[visit] != legs for visit, legs in told.items()),
        orphaned=stage.number(ORPHANS),
    )
