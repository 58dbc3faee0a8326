"""Pages about a fair for everyone: sign up, answer again, calendar."""

from django.urls import path

from knotenpunkt.web.fairs import views

app_name = "fairs"
urlpatterns = [
    path("answer/<str:token>/", views.answer, name="answer"),
    path("<uuid:fair_id>/", views.fair, name="fair"),
    path("<uuid:fair_id>/calendar.ics", views.calendar, name="calendar"),
]
