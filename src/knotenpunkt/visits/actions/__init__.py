"""Every change of a visit: hold, extend, confirm, cancel, and what happened on the day."""

from knotenpunkt.visits.actions.attendance import (
    check_in,
    note_attended,
    note_excused,
    note_no_show,
)
from knotenpunkt.visits.actions.booking import confirm_visit, extend_hold, hold_visit
from knotenpunkt.visits.actions.cancelling import cancel_appointment, cancel_visit

__all__ = [
    "cancel_appointment",
    "cancel_visit",
    "check_in",
    "confirm_visit",
    "extend_hold",
    "hold_visit",
    "note_attended",
    "note_excused",
    "note_no_show",
]
