from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "knotenpunkt.onboarding"
    label = "onboarding"
