"""Every change a person makes by herself."""

from knotenpunkt.newcomers.actions.booking import HerSelf, forget_unbooked, hold_by_herself
from knotenpunkt.newcomers.actions.packing import pack_documents

__all__ = ["HerSelf", "forget_unbooked", "hold_by_herself", "pack_documents"]
