"""Every change a person makes by herself."""

from knotenpunkt.newcomers.actions.booking import HerSelf, forget_unbooked, hold_by_herself
from knotenpunkt.newcomers.actions.erasing import FileOfAnOffice, erase_herself
from knotenpunkt.newcomers.actions.packing import pack_documents
from knotenpunkt.newcomers.actions.reminding import queue_reminders

__all__ = [
    "FileOfAnOffice",
    "HerSelf",
    "erase_herself",
    "forget_unbooked",
    "hold_by_herself",
    "pack_documents",
    "queue_reminders",
]
