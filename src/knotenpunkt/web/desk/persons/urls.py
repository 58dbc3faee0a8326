from django.urls import path

from knotenpunkt.web.desk.persons import views

urlpatterns = [
    path("persons/", views.persons, name="persons"),
    path("persons/new/", views.person_new, name="person_new"),
    path("persons/<uuid:person_id>/", views.person, name="person"),
    path("persons/<uuid:person_id>/change/", views.person_change, name="person_change"),
]
