from django.urls import include, path

urlpatterns = [
    path("", include("knotenpunkt.web.public.urls")),
    path("desk/", include("knotenpunkt.web.desk.urls")),
    path("account/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
]
