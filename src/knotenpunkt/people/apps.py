from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "knotenpunkt.people"
    label = "people"
