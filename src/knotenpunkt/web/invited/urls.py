"""An invited colleague chooses her password here, by a signed link."""

from django.urls import path

from knotenpunkt.web.invited import views

app_name = "invited"
urlpatterns = [path("<str:key>/", views.invited, name="invited")]
