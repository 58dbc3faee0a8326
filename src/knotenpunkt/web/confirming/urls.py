"""Owners of entries answer here by a signed link, without signing in."""

from django.urls import path

from knotenpunkt.web.confirming import views

app_name = "confirming"
urlpatterns = [path("<str:token>/", views.confirm, name="confirm")]
