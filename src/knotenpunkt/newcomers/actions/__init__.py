"""Every change a person makes by herself."""

from knotenpunkt.newcomers.actions.answering import hear_answer
from knotenpunkt.newcomers.actions.booking import HerSelf, forget_unbooked, hold_by_herself
from knotenpunkt.newcomers.actions.erasing import FileOfAnOffice, erase_herself
from knotenpunkt.newcomers.actions.packing import pack_documents
from knotenpunkt.newcomers.actions.reminding import queue_reminders

__all__ = [
    "FileOfAnOffice",
    "HerSelf",
    "erase_herself",
    "forget_unbooked",
    "hear_answer",
    "hold_by_herself",
    "pack_documents",
    "queue_reminders",
]
