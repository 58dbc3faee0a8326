from importlib import import_module

from django.apps import AppConfig


class CooperationConfig(AppConfig):
    name = "knotenpunkt.cooperation"
    label = "cooperation"

    def ready(self) -> None:
        """Let the receivers listen; they need the models, which are there only now."""
        import_module("knotenpunkt.cooperation.receivers")
