"""Addresses of the desk: one folder an area, one namespace for all."""

from django.urls import include, path

from knotenpunkt.web.desk.visits import day_views

app_name = "desk"
urlpatterns = [
    path("", include("knotenpunkt.web.desk.casework.urls")),
    path("day/", day_views.day, name="day"),
    path("", include("knotenpunkt.web.desk.persons.urls")),
    path("", include("knotenpunkt.web.desk.visits.urls")),
    path("", include("knotenpunkt.web.desk.responsibility.urls")),
    path("", include("knotenpunkt.web.desk.opening.urls")),
    path("", include("knotenpunkt.web.desk.freshness.urls")),
]
