"""Many persons at once before the same desks: as many as possible, and a proven bound.

>>> from knotenpunkt.planner.cohort import Effort, generate_cohort, solve_cohort
>>> solution = solve_cohort(generate_cohort(1, persons=100), effort=Effort(seconds=30))
>>> solution.worth.served, solution.gap
"""

from knotenpunkt.planner.cohort.check import cohort_violations
from knotenpunkt.planner.cohort.fanout import engine, solve_cohorts
from knotenpunkt.planner.cohort.format import read_cohort, write_answer
from knotenpunkt.planner.cohort.generator import generate_cohort
from knotenpunkt.planner.cohort.model import (
    Cohort,
    CohortSolution,
    GroupShare,
    Member,
    Moment,
    Worth,
)
from knotenpunkt.planner.cohort.solve import Effort, solve_cohort

__all__ = [
    "Cohort",
    "CohortSolution",
    "Effort",
    "GroupShare",
    "Member",
    "Moment",
    "Worth",
    "cohort_violations",
    "engine",
    "generate_cohort",
    "read_cohort",
    "solve_cohort",
    "solve_cohorts",
    "write_answer",
]
