from django.urls import path

from knotenpunkt.web.desk.repair import incident_views, views

urlpatterns = [
    path("repair/", views.tasks, name="repair"),
    path("repair/propose/", views.propose_every, name="repair_propose_all"),
    path("repair/confirm/", views.confirm_every, name="repair_confirm_all"),
    path("repair/incident/", incident_views.incident_new, name="incident_new"),
    path("repair/notices/<uuid:notice_id>/", views.notice_done, name="notice_done"),
    path("repair/<uuid:task_id>/", views.task, name="repair_task"),
    path("repair/<uuid:task_id>/decide/", views.decide, name="repair_decide"),
]
