"""What the foundation tells those above it; sent inside the transaction."""

from django.dispatch import Signal

# message=OutboxMessage: the receiver's server says that there is no such address
address_refused = Signal()
