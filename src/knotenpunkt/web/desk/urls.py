from django.urls import path

from knotenpunkt.web.desk import day_views, people_views, slip_views, visit_views

app_name = "desk"
urlpatterns = [
    path("", day_views.day, name="home"),
    path("persons/", people_views.persons, name="persons"),
    path("persons/new/", people_views.person_new, name="person_new"),
    path("persons/<uuid:person_id>/", people_views.person, name="person"),
    path("persons/<uuid:person_id>/change/", people_views.person_change, name="person_change"),
    path("persons/<uuid:person_id>/visit/", visit_views.visit_new, name="visit_new"),
    path("persons/<uuid:person_id>/visit/hold/", visit_views.visit_hold, name="visit_hold"),
    path("visits/<uuid:visit_id>/", visit_views.visit, name="visit"),
    path("visits/<uuid:visit_id>/confirm/", visit_views.visit_confirm, name="visit_confirm"),
    path("visits/<uuid:visit_id>/extend/", visit_views.visit_extend, name="visit_extend"),
    path("visits/<uuid:visit_id>/cancel/", visit_views.visit_cancel, name="visit_cancel"),
    path(
        "visits/<uuid:visit_id>/appointments/<uuid:appointment_id>/cancel/",
        visit_views.appointment_cancel,
        name="appointment_cancel",
    ),
    path("visits/<uuid:visit_id>/slip/", slip_views.slip, name="slip"),
    path("visits/<uuid:visit_id>/slip.pdf", slip_views.slip_pdf, name="slip_pdf"),
]
