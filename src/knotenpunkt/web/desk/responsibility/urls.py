from django.urls import path

from knotenpunkt.web.desk.responsibility import rule_views, views

urlpatterns = [
    path("responsibility/", views.responsibility, name="responsibility"),
    path("responsibility/override/", views.override, name="responsibility_override"),
    path("responsibility/overrides/", views.overrides, name="responsibility_overrides"),
    path(
        "responsibility/overrides/<uuid:override_id>/",
        views.override_review,
        name="responsibility_override_review",
    ),
    path("responsibility/rules/", rule_views.rules, name="responsibility_rules"),
    path("responsibility/rules/<uuid:rule_id>/", rule_views.rule, name="responsibility_rule"),
]
