from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "knotenpunkt.foundation"
    label = "foundation"
