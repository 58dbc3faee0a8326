from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "knotenpunkt.directory"
    label = "directory"
