"""Every change of a visit: hold, extend, confirm, cancel."""

from knotenpunkt.visits.actions.booking import confirm_visit, extend_hold, hold_visit
from knotenpunkt.visits.actions.cancelling import cancel_appointment, cancel_visit

__all__ = ["cancel_appointment", "cancel_visit", "confirm_visit", "extend_hold", "hold_visit"]
