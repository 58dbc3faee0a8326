from django.urls import path

from knotenpunkt.web.desk.fairs import gap_views, step_views, views

urlpatterns = [
    path("fairs/", views.fairs, name="fairs"),
    path("fairs/<uuid:fair_id>/", views.fair, name="fair"),
    path("fairs/<uuid:fair_id>/matches/", views.matches, name="fair_matches"),
    path("fairs/<uuid:fair_id>/contacts/", views.contacts, name="fair_contacts"),
    path("fairs/<uuid:fair_id>/cards/", views.cards, name="fair_cards"),
    path("fairs/<uuid:fair_id>/stall/", step_views.stall, name="fair_stall"),
    path("fairs/<uuid:fair_id>/step/", step_views.step, name="fair_step"),
    path("fairs/<uuid:fair_id>/postpone/", step_views.postpone, name="fair_postpone"),
    path("fairs/<uuid:fair_id>/block/", step_views.block, name="fair_block"),
    path("gap-map/", gap_views.gap_map, name="gap_map"),
]
