from django.apps import AppConfig


class NewcomersConfig(AppConfig):
    name = "knotenpunkt.newcomers"
    label = "newcomers"
