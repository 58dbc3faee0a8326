from django.urls import path

from knotenpunkt.web.public import views

app_name = "public"
urlpatterns = [
    path("", views.start, name="start"),
    path("v/<str:code>/", views.slip, name="slip"),
    path("v/<str:code>.pdf", views.slip_pdf, name="slip_pdf"),
]
