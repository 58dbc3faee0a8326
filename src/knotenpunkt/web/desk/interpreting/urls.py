from django.urls import path

from knotenpunkt.web.desk.interpreting import views

urlpatterns = [
    path("interpreters/", views.overview, name="interpreting"),
    path("interpreters/telephone/", views.telephone, name="interpreting_telephone"),
    path("interpreters/<uuid:assignment_id>/", views.assignment, name="interpreter_assignment"),
    path(
        "interpreters/<uuid:assignment_id>/<str:step>/", views.assignment_step,
        name="interpreter_assignment_step",
    ),
]  # fmt: skip
