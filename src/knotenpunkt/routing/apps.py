from importlib import import_module

from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "knotenpunkt.routing"
    label = "routing"

    def ready(self) -> None:
        """Let the receivers listen; they need the models, which are there only now."""
        import_module("knotenpunkt.routing.receivers")
