"""What higher layers may want to hear; sent inside the transaction."""

from django.dispatch import Signal

locations_merging = Signal()  # old, into, by: before anything has moved
locations_merged = Signal()  # old, into, by
