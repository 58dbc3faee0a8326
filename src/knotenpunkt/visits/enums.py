"""States of visits and appointments, and the steps between them: the only place that knows them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class VisitStatus(models.TextChoices):
    HELD = "held", _("held")
    BOOKED = "booked", _("booked")
    RUNNING = "running", _("under way")
    COMPLETED = "completed", _("completed")
    PARTLY_COMPLETED = "partly_completed", _("partly completed")
    DISRUPTED = "disrupted", _("disrupted")
    REPAIRED = "repaired", _("repaired")
    REPLACED = "replaced", _("replaced")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")


class AppointmentStatus(models.TextChoices):
    HELD = "held", _("held")
    BOOKED = "booked", _("booked")
    CHECKED_IN = "checked_in", _("checked in")
    ATTENDED = "attended", _("attended")
    EXCUSED = "excused", _("excused")
    NO_SHOW = "no_show", _("did not come")
    CANCELLED_BY_PERSON = "cancelled_by_person", _("cancelled by the person")
    CANCELLED_BY_ORGANIZATION = "cancelled_by_organization", _("cancelled by the office")
    RESCHEDULED = "rescheduled", _("moved")
    EXPIRED = "expired", _("expired")


class InterpreterStatus(models.TextChoices):
    REQUESTED = "requested", _("to be asked")
    OFFERED = "offered", _("asked")
    ACCEPTED = "accepted", _("has said yes")
    DONE = "done", _("was there")
    SETTLED = "settled", _("settled")
    UNFILLED = "unfilled", _("nobody found yet")
    TELEPHONE = "telephone", _("by telephone")
    RELEASED = "released", _("not needed any more")


class QueueStatus(models.TextChoices):
    """A number for open hours."""

    WAITING = "waiting", _("waiting")
    CALLED = "called", _("called")
    SERVED = "served", _("served")
    LEFT = "left", _("left")


_V, _A, _I, _Q = VisitStatus, AppointmentStatus, InterpreterStatus, QueueStatus

# A change makes a new visit with a new code; the old one is then `replaced` and leads to it.
# A visit whose capacity vanished is `disrupted` until someone decides, and `repaired` afterwards.
VISIT_STEPS: Mapping[str, frozenset[str]] = {
    _V.HELD: frozenset({_V.BOOKED, _V.REPAIRED, _V.RUNNING, _V.CANCELLED, _V.EXPIRED}),
    _V.BOOKED: frozenset(
        {_V.RUNNING, _V.PARTLY_COMPLETED, _V.DISRUPTED, _V.REPLACED, _V.CANCELLED}
    ),
    _V.RUNNING: frozenset(  # back to booked: a check-in was a mistake
        {_V.BOOKED, _V.COMPLETED, _V.PARTLY_COMPLETED, _V.DISRUPTED, _V.REPLACED, _V.CANCELLED}
    ),
    _V.DISRUPTED: frozenset(
        {_V.RUNNING, _V.REPAIRED, _V.REPLACED, _V.CANCELLED, _V.PARTLY_COMPLETED}
    ),
    _V.REPAIRED: frozenset(
        {_V.RUNNING, _V.PARTLY_COMPLETED, _V.DISRUPTED, _V.REPLACED, _V.CANCELLED}
    ),
}
APPOINTMENT_STEPS: Mapping[str, frozenset[str]] = {
    _A.HELD: frozenset(
        {_A.BOOKED, _A.CANCELLED_BY_PERSON, _A.CANCELLED_BY_ORGANIZATION, _A.EXPIRED}
    ),
    _A.BOOKED: frozenset(
        {
            _A.CHECKED_IN,
            _A.EXCUSED,
            _A.NO_SHOW,
            _A.CANCELLED_BY_PERSON,
            _A.CANCELLED_BY_ORGANIZATION,
            _A.RESCHEDULED,
        }
    ),
    _A.CHECKED_IN: frozenset({_A.BOOKED, _A.ATTENDED, _A.EXCUSED, _A.CANCELLED_BY_ORGANIZATION}),
}
INTERPRETER_STEPS: Mapping[str, frozenset[str]] = {
    _I.REQUESTED: frozenset({_I.OFFERED, _I.ACCEPTED, _I.UNFILLED, _I.RELEASED}),
    _I.OFFERED: frozenset({_I.ACCEPTED, _I.UNFILLED, _I.RELEASED}),
    _I.ACCEPTED: frozenset({_I.DONE, _I.UNFILLED, _I.RELEASED}),
    _I.UNFILLED: frozenset({_I.TELEPHONE, _I.REQUESTED, _I.RELEASED}),
    _I.TELEPHONE: frozenset({_I.DONE, _I.UNFILLED, _I.RELEASED}),
    _I.DONE: frozenset({_I.SETTLED}),
}
QUEUE_STEPS: Mapping[str, frozenset[str]] = {
    _Q.WAITING: frozenset({_Q.CALLED, _Q.LEFT}),
    _Q.CALLED: frozenset({_Q.SERVED, _Q.LEFT}),
}
# What still takes time of desk, room, interpreter and person.
ACTIVE_APPOINTMENTS = (_A.HELD, _A.BOOKED, _A.CHECKED_IN)
ACTIVE_VISITS = (_V.HELD, _V.BOOKED, _V.RUNNING, _V.DISRUPTED, _V.REPAIRED)
# What is ahead or under way and was booked: these can be changed, disrupted and repaired.
LIVING_VISITS = (_V.BOOKED, _V.RUNNING, _V.DISRUPTED, _V.REPAIRED)
