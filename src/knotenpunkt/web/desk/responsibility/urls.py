from django.urls import path

from knotenpunkt.web.desk.responsibility import change_views, rule_views, views

urlpatterns = [
    path("responsibility/", views.responsibility, name="responsibility"),
    path("responsibility/override/", views.override, name="responsibility_override"),
    path("responsibility/overrides/", views.overrides, name="responsibility_overrides"),
    path(
        "responsibility/overrides/<uuid:override_id>/",
        views.override_review,
        name="responsibility_override_review",
    ),
    path("responsibility/changes/", change_views.changes, name="law_changes"),
    path("responsibility/changes/new/", change_views.change_new, name="law_change_new"),
    path("responsibility/changes/read/", change_views.change_read, name="law_change_read"),
    path("responsibility/changes/mail/", change_views.changes_by_mail, name="law_changes_by_mail"),
    path("responsibility/rules/", rule_views.rules, name="responsibility_rules"),
    path("responsibility/rules/<uuid:rule_id>/", rule_views.rule, name="responsibility_rule"),
]
