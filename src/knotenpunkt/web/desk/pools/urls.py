from django.urls import path

from knotenpunkt.web.desk.pools import views

urlpatterns = [
    path("persons/<uuid:person_id>/pools/", views.pools, name="person_pools"),
    path("persons/<uuid:person_id>/pools/<uuid:pool_id>/leave/", views.leave, name="pool_leave"),
]
