from django.urls import path

from knotenpunkt.web.desk.freshness import views

urlpatterns = [
    path("freshness/", views.freshness, name="freshness"),
    path("freshness/ask/<uuid:organization_id>/", views.ask, name="freshness_ask"),
    path("freshness/<uuid:service_id>/", views.entry, name="freshness_entry"),
]
