"""States of visits and appointments, and the steps between them: the only place that knows them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class VisitStatus(models.TextChoices):
    HELD = "held", _("on hold")
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
    HELD = "held", _("on hold")
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


class IncidentKind(models.TextChoices):
    """What took capacity away after it was booked."""

    ORGANIZATION_CANCELS = "organization_cancels", _("an office cancels")
    STAFF_ABSENT = "staff_absent", _("a colleague is absent")
    LOCATION_CLOSED = "location_closed", _("a place is closed")
    LOCATION_MOVES = "location_moves", _("a place merges into another")
    FIXED_ELSEWHERE = "fixed_elsewhere", _("a binding appointment elsewhere")


class RepairStatus(models.TextChoices):
    OPEN = "open", _("open")
    PROPOSED = "proposed", _("replacement held")
    REPAIRED = "repaired", _("repaired")
    DROPPED = "dropped", _("cancelled")
    SETTLED = "settled", _("no longer needed")


class WaitingStatus(models.TextChoices):
    WAITING = "waiting", _("waiting")
    OFFERED = "offered", _("has an offer")
    SERVED = "served", _("has a time")
    LEFT = "left", _("left the list")


class OfferStatus(models.TextChoices):
    OPEN = "open", _("open")
    TAKEN = "taken", _("taken")
    DECLINED = "declined", _("declined")
    PASSED = "passed", _("not answered in time")
    LOST = "lost", _("no longer possible")


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
_R, _W, _O = RepairStatus, WaitingStatus, OfferStatus
REPAIR_STEPS: Mapping[str, frozenset[str]] = {
    _R.OPEN: frozenset({_R.PROPOSED, _R.REPAIRED, _R.DROPPED, _R.SETTLED}),
    _R.PROPOSED: frozenset({_R.OPEN, _R.REPAIRED, _R.DROPPED, _R.SETTLED}),
}
WAITING_STEPS: Mapping[str, frozenset[str]] = {
    _W.WAITING: frozenset({_W.OFFERED, _W.SERVED, _W.LEFT}),
    _W.OFFERED: frozenset({_W.WAITING, _W.SERVED, _W.LEFT}),
}
OFFER_STEPS: Mapping[str, frozenset[str]] = {
    _O.OPEN: frozenset({_O.TAKEN, _O.DECLINED, _O.PASSED, _O.LOST}),
}
OPEN_REPAIRS = (_R.OPEN, _R.PROPOSED)
IN_LINE = (_W.WAITING, _W.OFFERED)
