from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "knotenpunkt.visits"
    label = "visits"
