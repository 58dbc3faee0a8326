from django.urls import path

from knotenpunkt.web.desk.opening import views

urlpatterns = [path("opening/", views.opening, name="opening")]
