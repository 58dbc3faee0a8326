from django.apps import AppConfig
from django.db.backends.signals import connection_created

from knotenpunkt.foundation.scope import watch_connection


class FoundationConfig(AppConfig):
    name = "knotenpunkt.foundation"
    label = "foundation"

    def ready(self) -> None:
        connection_created.connect(watch_connection, dispatch_uid="watch_connection")
