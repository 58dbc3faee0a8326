"""Addresses of the desk: one folder an area, one namespace for all."""

from django.urls import include, path

app_name = "desk"
urlpatterns = [
    path("", include("knotenpunkt.web.desk.casework.urls")),
    path("", include("knotenpunkt.web.desk.day.urls")),
    path("", include("knotenpunkt.web.desk.interpreting.urls")),
    path("", include("knotenpunkt.web.desk.directory.urls")),
    path("", include("knotenpunkt.web.desk.exchange.urls")),
    path("", include("knotenpunkt.web.desk.partners.urls")),
    path("", include("knotenpunkt.web.desk.persons.urls")),
    path("", include("knotenpunkt.web.desk.accounts.urls")),
    path("", include("knotenpunkt.web.desk.repair.urls")),
    path("", include("knotenpunkt.web.desk.waiting.urls")),
    path("", include("knotenpunkt.web.desk.fixed.urls")),
    path("", include("knotenpunkt.web.desk.figures.urls")),
    path("", include("knotenpunkt.web.desk.outreach.urls")),
    path("", include("knotenpunkt.web.desk.benefit.urls")),
    path("", include("knotenpunkt.web.desk.pools.urls")),
    path("", include("knotenpunkt.web.desk.programmes.urls")),
    path("", include("knotenpunkt.web.desk.cohorts.urls")),
    path("", include("knotenpunkt.web.desk.visits.urls")),
    path("", include("knotenpunkt.web.desk.responsibility.urls")),
    path("", include("knotenpunkt.web.desk.opening.urls")),
    path("", include("knotenpunkt.web.desk.fairs.urls")),
    path("", include("knotenpunkt.web.desk.agreements.urls")),
    path("", include("knotenpunkt.web.desk.freshness.urls")),
]
