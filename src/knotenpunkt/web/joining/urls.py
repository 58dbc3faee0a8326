from django.urls import path

from knotenpunkt.web.joining import views

app_name = "joining"
urlpatterns = [path("<str:token>/", views.join, name="join")]
