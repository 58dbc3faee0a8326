"""What the rooms above may hear of visits. Sent inside the transaction of the change."""

from __future__ import annotations

from django.dispatch import Signal

# appointment=Appointment, by=Account | None
appointment_attended = Signal()
appointment_missed = Signal()
# appointment=Appointment, for_person=bool, by=Account | None
appointment_cancelled = Signal()
# old=Appointment, new=Appointment, by=Account | None
appointment_moved = Signal()
# visit=Visit, by=Account | None, is_offer=bool: it was held for someone in line
visit_confirmed = Signal()
# visit=Visit (locked), services=frozenset[UUID]: its times of these services were given back
times_freed = Signal()
