from django.urls import path

from knotenpunkt.web.desk.waiting import views

urlpatterns = [
    path("waiting/", views.line, name="waiting"),
    path("persons/<uuid:person_id>/waiting/", views.join, name="waiting_join"),
    path("waiting/<uuid:entry_id>/leave/", views.leave, name="waiting_leave"),
    path("waiting/offers/<uuid:offer_id>/", views.answer, name="offer_answer"),
]
