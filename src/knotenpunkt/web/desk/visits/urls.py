from django.urls import path

from knotenpunkt.web.desk.visits import change_views, slip_views, views

urlpatterns = [
    path("persons/<uuid:person_id>/visit/", views.visit_new, name="visit_new"),
    path("persons/<uuid:person_id>/visit/hold/", views.visit_hold, name="visit_hold"),
    path("visits/<uuid:visit_id>/", views.visit, name="visit"),
    path("visits/<uuid:visit_id>/confirm/", views.visit_confirm, name="visit_confirm"),
    path("visits/<uuid:visit_id>/extend/", views.visit_extend, name="visit_extend"),
    path("visits/<uuid:visit_id>/cancel/", views.visit_cancel, name="visit_cancel"),
    path(
        "visits/<uuid:visit_id>/appointments/<uuid:appointment_id>/cancel/",
        change_views.cancel_one,
        name="appointment_cancel",
    ),
    path("visits/<uuid:visit_id>/change/", change_views.change, name="visit_change"),
    path("visits/<uuid:visit_id>/change/hold/", change_views.hold, name="visit_change_hold"),
    path("visits/<uuid:visit_id>/preview/", change_views.preview, name="visit_preview"),
    path(
        "visits/<uuid:visit_id>/appointments/<uuid:appointment_id>/options/",
        change_views.options,
        name="visit_options",
    ),
    path("visits/<uuid:visit_id>/slip/", slip_views.slip, name="slip"),
    path("visits/<uuid:visit_id>/slip.pdf", slip_views.slip_pdf, name="slip_pdf"),
]
