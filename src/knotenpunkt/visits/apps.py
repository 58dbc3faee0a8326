from importlib import import_module

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "knotenpunkt.visits"
    label = "visits"

    def ready(self) -> None:
        """Let the receivers listen; they need the models, which are there only now."""
        import_module("knotenpunkt.visits.receivers")
