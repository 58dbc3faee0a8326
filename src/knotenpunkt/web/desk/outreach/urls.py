from django.urls import path

from knotenpunkt.web.desk.outreach import views

urlpatterns = [
    path("outreach/", views.outreach, name="outreach"),
    path("outreach/table.csv", views.table, name="outreach_table"),
    path("outreach/baseline/", views.baseline, name="outreach_baseline"),
]
