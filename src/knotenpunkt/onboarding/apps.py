from importlib import import_module

from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "knotenpunkt.onboarding"
    label = "onboarding"

    def ready(self) -> None:
        """Let the receivers listen; they need the models, which are there only now."""
        import_module("knotenpunkt.onboarding.receivers")
