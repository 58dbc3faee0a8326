"""Visits, what disturbs them, who waits for one, and what stands fixed beside them."""

from knotenpunkt.visits.models.external import ExternalAppointment
from knotenpunkt.visits.models.repair import HandNotice, Incident, RepairTask
from knotenpunkt.visits.models.visit import (
    Appointment,
    Arrival,
    InterpreterAssignment,
    QueueTicket,
    Visit,
)
from knotenpunkt.visits.models.volunteers import InterpreterPath
from knotenpunkt.visits.models.waiting import WaitingEntry, WaitingOffer

__all__ = [
    "Appointment",
    "Arrival",
    "ExternalAppointment",
    "HandNotice",
    "Incident",
    "InterpreterAssignment",
    "InterpreterPath",
    "QueueTicket",
    "RepairTask",
    "Visit",
    "WaitingEntry",
    "WaitingOffer",
]
