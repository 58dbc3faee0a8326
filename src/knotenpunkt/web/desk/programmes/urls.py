from django.urls import path

from knotenpunkt.web.desk.programmes import person_views, views

urlpatterns = [
    path("programmes/", views.programmes, name="programmes"),
    path("programmes/new/", views.programme_new, name="programme_new"),
    path("programmes/<uuid:programme_id>/", views.programme_change, name="programme_change"),
    path("programmes/<uuid:programme_id>/phases/new/", views.phase_new, name="phase_new"),
    path("programmes/phases/<uuid:phase_id>/", views.phase_change, name="phase_change"),
    path("programmes/phases/<uuid:phase_id>/switch/", views.phase_switch, name="phase_switch"),
    path(
        "persons/<uuid:person_id>/programmes/",
        person_views.person_programmes,
        name="person_programmes",
    ),
    path(
        "persons/<uuid:person_id>/programmes/facts/",
        person_views.person_fact,
        name="programme_fact",
    ),
    path(
        "persons/<uuid:person_id>/programmes/book/",
        person_views.programme_book,
        name="programme_book",
    ),
]
