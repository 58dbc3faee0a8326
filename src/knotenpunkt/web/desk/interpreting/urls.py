from django.urls import path

from knotenpunkt.web.desk.interpreting import views

urlpatterns = [
    path("interpreters/", views.overview, name="interpreting"),
    path("interpreters/telephone/", views.telephone, name="interpreting_telephone"),
    path("interpreters/<uuid:assignment_id>/", views.assignment, name="assignment"),
    path(
        "interpreters/<uuid:assignment_id>/<str:step>/", views.assignment_step,
        name="assignment_step",
    ),
]  # fmt: skip
