"""The life of a visit and of an appointment: every step is in the tables, no other is taken."""

from __future__ import annotations

from itertools import product

import pytest

from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions.steps import step_appointment, step_visit
from knotenpunkt.visits.enums import (
    ACTIVE_APPOINTMENTS,
    APPOINTMENT_STEPS,
    VISIT_STEPS,
    AppointmentStatus,
    VisitStatus,
)
from knotenpunkt.visits.errors import IllegalStep
from knotenpunkt.visits.models import Appointment, Visit


@pytest.mark.parametrize(("old", "new"), list(product(VisitStatus, VisitStatus)))
def test_visit_steps(old: str, new: str) -> None:
    visit = Visit(status=old)
    visit.save = lambda **_: None  # type: ignore[method-assign]

    if old == new:
        assert step_visit(visit, new) is False
    elif new in VISIT_STEPS.get(old, ()):
        assert step_visit(visit, new) is True
        assert visit.status == new
    else:
        with pytest.raises(IllegalStep):
            step_visit(visit, new)
        assert visit.status == old


@pytest.mark.parametrize(("old", "new"), list(product(AppointmentStatus, AppointmentStatus)))
def test_appointment_steps(old: str, new: str) -> None:
    appointment = Appointment(status=old)
    appointment.save = lambda **_: None  # type: ignore[method-assign]

    if old == new:
        assert step_appointment(appointment, new) is False
    elif new in APPOINTMENT_STEPS.get(old, ()):
        assert step_appointment(appointment, new) is True
    else:
        with pytest.raises(IllegalStep):
            step_appointment(appointment, new)


def test_what_is_over_stays_over() -> None:
    ends = set(AppointmentStatus) - set(APPOINTMENT_STEPS)

    assert not ends & set(ACTIVE_APPOINTMENTS)
    assert {
        AppointmentStatus.ATTENDED,
        AppointmentStatus.NO_SHOW,
        AppointmentStatus.EXPIRED,
    } <= ends


def test_every_state_can_be_reached() -> None:
    reached = {step for steps in VISIT_STEPS.values() for step in steps} | {VisitStatus.HELD}

    assert reached == set(VisitStatus)


def test_a_held_visit_without_end_is_refused_by_the_database(person: Person) -> None:
    from django.db import IntegrityError, transaction

    from knotenpunkt.foundation import clock

    with pytest.raises(IntegrityError, match="a_held_visit_has_an_end"), transaction.atomic():
        Visit.objects.create(
            network=person.network,
            person=person,
            status="held",
            language="uk",
            created_at=clock.now(),
        )
