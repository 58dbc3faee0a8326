from django.apps import AppConfig
from django.core.checks import register

from knotenpunkt.web.rights import every_endpoint_has_its_row


class WebConfig(AppConfig):
    name = "knotenpunkt.web"
    label = "web"

    def ready(self) -> None:
        register(every_endpoint_has_its_row)
