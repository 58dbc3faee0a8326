from django.apps import AppConfig


class CooperationConfig(AppConfig):
    name = "knotenpunkt.cooperation"
    label = "cooperation"
