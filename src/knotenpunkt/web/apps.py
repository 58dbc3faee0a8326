from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "knotenpunkt.web"
    label = "web"
