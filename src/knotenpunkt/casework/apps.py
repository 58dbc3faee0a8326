from importlib import import_module

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "knotenpunkt.casework"
    label = "casework"

    def ready(self) -> None:
        """Listen to what happens below."""
        import_module("knotenpunkt.casework.receivers")
