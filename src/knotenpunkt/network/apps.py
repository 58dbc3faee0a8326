from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "knotenpunkt.network"
    label = "network"
