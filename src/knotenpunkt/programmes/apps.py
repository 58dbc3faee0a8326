from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "knotenpunkt.programmes"
    label = "programmes"
