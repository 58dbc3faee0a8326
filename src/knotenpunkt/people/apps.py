from importlib import import_module

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "knotenpunkt.people"
    label = "people"

    def ready(self) -> None:
        """Listen to deletions."""
        import_module("knotenpunkt.people.receivers")
