from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "knotenpunkt.evaluation"
    label = "evaluation"
