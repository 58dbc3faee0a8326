"""`knotenpunkt cohort --group`: plan a group that the desk asked for, from the database."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from uuid import UUID

from knotenpunkt.planner.cohort import Effort
from knotenpunkt.planner.cohort.command import BAD_INSTANCE, SOLVED, watched, write_and_tell
from knotenpunkt.planner.model import BadInstance


def cohort_group(group: UUID, *, seconds: float, out: Path, workers: int, resume: bool) -> int:
    """Plan the group, show the proposals in the desk and write the answer to a file too.

    Returns 0 when done, 2 when there is no such group or nothing of it can be planned. The file
    names nobody: members are keys of their places.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "knotenpunkt.config.settings")
    importlib.import_module("django").setup()
    actions = importlib.import_module("knotenpunkt.cohorts.actions")
    models = importlib.import_module("knotenpunkt.cohorts.models")
    scope = importlib.import_module("knotenpunkt.foundation.scope")
    wish = importlib.import_module("knotenpunkt.visits.planning.wish")
    checkpoint = out.with_suffix(".npz")
    if not resume:
        checkpoint.unlink(missing_ok=True)
    try:
        with scope.system_scope("plan a group from the command line"), watched(seconds) as show:
            asked, solution = actions.plan_cohort(
                cohort=models.Cohort.objects.get(pk=group),
                effort=Effort(seconds),
                workers=workers,
                progress=show,
                checkpoint=checkpoint,
            )
    except (models.Cohort.DoesNotExist, BadInstance, wish.BadWish) as error:
        sys.stderr.write(f"{group}: {error}\n")
        return BAD_INSTANCE
    if asked is None or solution is None:
        sys.stderr.write(f"{group}: nobody of it can be planned\n")
        return BAD_INSTANCE
    write_and_tell(asked.cohort, solution, out)
    return SOLVED
