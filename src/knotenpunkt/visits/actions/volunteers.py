"""From the wish to interpret to the first assignment: step by step, dated, each undone the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from knotenpunkt.availability.enums import InterpreterRank
from knotenpunkt.availability.models import Interpreter
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.network.models import Account, Network
from knotenpunkt.visits.errors import StepsOpen
from knotenpunkt.visits.models import InterpreterPath
from knotenpunkt.visits.models.volunteers import VolunteerStep

# The pool's own rule: a volunteer is never asked overnight (invariant 7).
NOTICE_WORKDAYS = 5


@in_system_scope("a volunteer begins; who hands her over does not coordinate interpreters")
@transaction.atomic
def begin_path(
    *, network: Network, name: str, email: str, languages: Sequence[str], by: Account | None
) -> InterpreterPath:
    """Note that somebody wants to interpret. `by` is None when she comes by way of a file: then
    not even the trail of changes leads from here to who knows her."""
    path = InterpreterPath.objects.create(
        network=network, name=name, email=email, languages=list(languages),
        begun_on=clock.today(),
    )  # fmt: skip
    record("interpreter_path.begun", path, by=by)
    return path


@transaction.atomic
def note_step(
    *, path: InterpreterPath, step: VolunteerStep, on: dt.date | None, by: Account
) -> InterpreterPath:
    """Note the day of a step; `None` takes it back, as long as she is not in the pool."""
    path = InterpreterPath.objects.select_for_update(of=("self",)).get(pk=path.pk)
    if path.interpreter_id is not None and on is None:
        raise StepsOpen([step])
    setattr(path, step, on)
    path.save(update_fields=[step])
    record("interpreter_path.step", path, by=by, changed_fields=[step])
    return path


@transaction.atomic
def admit(*, path: InterpreterPath, rank: InterpreterRank, by: Account) -> Interpreter:
    """Put her into the pool with her languages and class. Harmless when repeated.

    Raises `StepsOpen` with what is missing: nobody interprets before every step is done.
    """
    path = InterpreterPath.objects.select_for_update(of=("self",)).get(pk=path.pk)
    if path.interpreter is not None:
        return path.interpreter
    if path.missing:
        raise StepsOpen(path.missing)
    interpreter = Interpreter.objects.create(
        network=path.network,
        code=f"v-{path.pk.hex[:12]}",
        name=path.name,
        rank=rank,
        languages=path.languages,
        notice_workdays=NOTICE_WORKDAYS if rank == InterpreterRank.VOLUNTEER else 0,
        email=path.email,
    )
    path.rank, path.interpreter = rank, interpreter
    path.save(update_fields=["rank", "interpreter"])
    record("interpreter_path.admitted", path, by=by)
    return interpreter


@transaction.atomic
def end_path(*, path: InterpreterPath, by: Account) -> None:
    """She wants no more, or it does not fit: what was noted is deleted. Who is in the pool stays.

    Raises `StepsOpen` for somebody who is in the pool already.
    """
    path = InterpreterPath.objects.select_for_update(of=("self",)).get(pk=path.pk)
    if path.interpreter_id is not None:
        raise StepsOpen([])
    record("interpreter_path.ended", path, by=by)
    path.delete()
