from django.urls import path

from knotenpunkt.web.desk.interpreting import views, volunteer_views

urlpatterns = [
    path("interpreters/", views.overview, name="interpreting"),
    path("interpreters/telephone/", views.telephone, name="interpreting_telephone"),
    path("interpreters/volunteers/", volunteer_views.volunteers, name="volunteers"),
    path("interpreters/volunteers/<uuid:path_id>/", volunteer_views.volunteer, name="volunteer"),
    path(
        "interpreters/volunteers/<uuid:path_id>/admit/", volunteer_views.volunteer_admit,
        name="volunteer_admit",
    ),
    path(
        "interpreters/volunteers/<uuid:path_id>/end/", volunteer_views.volunteer_end,
        name="volunteer_end",
    ),
    path(
        "persons/<uuid:person_id>/interpreter-wish/", volunteer_views.interpreter_wish,
        name="interpreter_wish",
    ),
    path("interpreters/<uuid:assignment_id>/", views.assignment, name="interpreter_assignment"),
    path(
        "interpreters/<uuid:assignment_id>/<str:step>/", views.assignment_step,
        name="interpreter_assignment_step",
    ),
]  # fmt: skip
