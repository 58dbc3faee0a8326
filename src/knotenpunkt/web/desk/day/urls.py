from django.urls import path

from knotenpunkt.web.desk.day import load_views, queue_views, views

urlpatterns = [
    path("day/", views.day, name="day"),
    path("day/check-in/", views.check_in, name="check_in"),
    path("day/in/<str:code>/", views.check_in_code, name="check_in_code"),
    path("day/appointments/<uuid:appointment_id>/delay/", views.delay, name="delay"),
    path("day/appointments/<uuid:appointment_id>/<str:step>/", views.day_step, name="day_step"),
    path("day/queue/<uuid:location_id>/", queue_views.queue, name="queue"),
    path("day/queue/<uuid:location_id>/ticket/", queue_views.ticket_new, name="ticket_new"),
    path("day/queue/<uuid:location_id>/next/", queue_views.ticket_next, name="ticket_next"),
    path("day/tickets/<uuid:ticket_id>/end/", queue_views.ticket_end, name="ticket_end"),
    path("day/screen/<str:place>/", queue_views.screen, name="screen"),
    path("day/load/", load_views.load, name="load"),
]
