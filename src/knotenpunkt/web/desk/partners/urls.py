from django.urls import path

from knotenpunkt.web.desk.partners import setup_views, times_views, views

ONE = "partners/<uuid:organization_id>/"
urlpatterns = [
    path("partners/", views.partners, name="partners"),
    path("partners/new/", views.partner_new, name="partner_new"),
    path("partners/mine/", views.mine, name="partner_mine"),
    path(ONE, views.partner, name="partner"),
    path(ONE + "show/", views.partner_show, name="partner_show"),
    path(ONE + "agreement/", views.partner_agreement, name="partner_agreement"),
    path(ONE + "invitations/<uuid:staff_id>/", views.invitation_end, name="partner_invitation"),
    path(ONE + "places/new/", setup_views.place_new, name="partner_place_new"),
    path(ONE + "places/use/", setup_views.house_use, name="partner_house"),
    path(ONE + "places/<uuid:location_id>/", setup_views.place_change, name="partner_place"),
    path(ONE + "services/new/", setup_views.service_new, name="partner_service_new"),
    path(ONE + "services/<uuid:service_id>/", setup_views.service_setup, name="partner_service"),
    path(ONE + "staff/new/", setup_views.staff_new, name="partner_staff_new"),
    path(ONE + "staff/<uuid:staff_id>/", setup_views.staff_change, name="partner_staff"),
    path(ONE + "staff/<uuid:staff_id>/times/", times_views.times, name="partner_times"),
    path(ONE + "groups/new/", times_views.group_new, name="partner_group_new"),
    path(ONE + "groups/<uuid:session_id>/end/", times_views.group_end, name="partner_group_end"),
]
