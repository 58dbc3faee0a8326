from importlib import import_module

from django.apps import AppConfig


class AvailabilityConfig(AppConfig):
    name = "knotenpunkt.availability"
    label = "availability"

    def ready(self) -> None:
        """Listen to what happens below."""
        import_module("knotenpunkt.availability.receivers")
