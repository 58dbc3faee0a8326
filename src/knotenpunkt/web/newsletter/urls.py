from django.urls import path

from knotenpunkt.web.newsletter import views

app_name = "newsletter"
urlpatterns = [path("off/<str:token>/", views.off, name="off")]
