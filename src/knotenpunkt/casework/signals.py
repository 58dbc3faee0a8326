"""What shared work tells those above it; sent inside the transaction."""

from django.dispatch import Signal

# kwargs: referral
referral_answered = Signal()
