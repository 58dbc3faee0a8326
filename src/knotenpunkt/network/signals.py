"""What others hear of."""

from django.dispatch import Signal

# staff_member. A receiver returns a list of `network.leaving.OpenWork`.
what_is_open = Signal()

# staff_member, by. Sent inside the transaction in which somebody leaves.
staff_left = Signal()

# kind, old, new (StaffMember), by. Sent inside the transaction: whoever owns this kind moves it.
work_handed_over = Signal()
organization_succeeded = Signal()  # old, successor, on, by
