from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "knotenpunkt.routing"
    label = "routing"
