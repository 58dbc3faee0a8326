from django.apps import AppConfig


class CohortsConfig(AppConfig):
    name = "knotenpunkt.cohorts"
    label = "cohorts"
