from django.urls import include, path

from knotenpunkt.web.api.endpoints import api
from knotenpunkt.web.api.hsds.endpoints import api as hsds

urlpatterns = [
    path("", include("knotenpunkt.web.public.urls")),
    path("fairs/", include("knotenpunkt.web.fairs.urls")),
    path("confirm/", include("knotenpunkt.web.confirming.urls")),
    path("invited/", include("knotenpunkt.web.invited.urls")),
    path("i/", include("knotenpunkt.web.interpreting.urls")),
    path("newsletter/", include("knotenpunkt.web.newsletter.urls")),
    path("desk/", include("knotenpunkt.web.desk.urls")),
    path("api/v1/", api.urls),
    path("hsds/", hsds.urls),
    path("account/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
]
