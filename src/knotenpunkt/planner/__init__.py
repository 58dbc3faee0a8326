"""Find the best visit: which appointments, when, where, with whom, on as few days as possible.

A library of its own: it knows needs, desks, free intervals and ways, nothing of Django or people.

>>> from knotenpunkt.planner import read_problem, solve
>>> solution = solve(read_problem(document), top=3)      # document: coordplan-1 as a dict
>>> solution.best.objective.days
1

`solve` is exact: its first plan is the optimum, or the refusal is proven. `violations` is the one
definition of a valid plan, written apart from the search.
"""

from knotenpunkt.planner.check import Violation, objective_of, violations
from knotenpunkt.planner.coordplan import read_problem, write_plan, write_solution
from knotenpunkt.planner.model import (
    AnyFirst,
    BadInstance,
    Concession,
    Desk,
    Interpreter,
    Item,
    Leg,
    Network,
    Objective,
    Plan,
    Precedence,
    Problem,
    Refusal,
    Request,
    Service,
    Solution,
)
from knotenpunkt.planner.prepared import PreparedNetwork
from knotenpunkt.planner.repair import Change, Repair, repair
from knotenpunkt.planner.repair_day import BookedVisit, DayRepair, repair_day
from knotenpunkt.planner.search import find_plans
from knotenpunkt.planner.solve import solve

__all__ = [
    "AnyFirst",
    "BadInstance",
    "BookedVisit",
    "Change",
    "Concession",
    "DayRepair",
    "Desk",
    "Interpreter",
    "Item",
    "Leg",
    "Network",
    "Objective",
    "Plan",
    "Precedence",
    "PreparedNetwork",
    "Problem",
    "Refusal",
    "Repair",
    "Request",
    "Service",
    "Solution",
    "Violation",
    "find_plans",
    "objective_of",
    "read_problem",
    "repair",
    "repair_day",
    "solve",
    "violations",
    "write_plan",
    "write_solution",
]
