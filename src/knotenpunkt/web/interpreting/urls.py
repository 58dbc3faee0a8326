from django.urls import path

from knotenpunkt.web.interpreting import views

app_name = "interpreting"
urlpatterns = [path("<str:key>/", views.answer, name="answer")]
