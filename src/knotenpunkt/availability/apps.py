from django.apps import AppConfig


class AvailabilityConfig(AppConfig):
    name = "knotenpunkt.availability"
    label = "availability"
