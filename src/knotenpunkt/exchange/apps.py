from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "knotenpunkt.exchange"
    label = "exchange"
