from django.urls import path

from knotenpunkt.web.desk.figures import views

urlpatterns = [
    path("capacity/", views.waits, name="capacity"),
    path("capacity/report/", views.report, name="capacity_report"),
    path("capacity/check/", views.check, name="capacity_check"),
    path("capacity/pools/", views.pools, name="pools"),
    path("capacity/pools/<uuid:pool_id>/", views.ledger, name="pool_ledger"),
    path("capacity/pools/<uuid:pool_id>/release/", views.release, name="pool_release"),
]
