from django.urls import path

from knotenpunkt.web.desk.benefit import views

urlpatterns = [
    path("benefit/", views.own_benefit, name="benefit"),
    path("benefit/<uuid:organization_id>/", views.benefit, name="benefit_of"),
]
