from importlib import import_module

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "knotenpunkt.directory"
    label = "directory"

    def ready(self) -> None:
        """Listen to what happens below."""
        import_module("knotenpunkt.directory.receivers")
