from django.urls import path

from knotenpunkt.web.desk.directory import (
    card_views,
    editing_views,
    finding_views,
    import_views,
    owner_views,
    people_views,
    photo_views,
    place_views,
    views,
)

urlpatterns = [
    path("directory/", views.directory, name="directory"),
    path("directory/services/<uuid:service_id>/", views.service, name="directory_service"),
    path(
        "directory/services/<uuid:service_id>/change/",
        editing_views.service_change,
        name="directory_service_change",
    ),
    path("directory/services/<uuid:service_id>/book/", views.book, name="directory_book"),
    path("directory/services/<uuid:service_id>/refer/", views.refer, name="directory_refer"),
    path(
        "directory/services/<uuid:service_id>/suggest/",
        editing_views.suggest_for_service,
        name="directory_suggest_service",
    ),
    path("directory/organizations/", views.organizations, name="directory_organizations"),
    path(
        "directory/organizations/<uuid:organization_id>/",
        views.organization,
        name="directory_organization",
    ),
    path(
        "directory/organizations/<uuid:organization_id>/change/",
        editing_views.organization_change,
        name="directory_organization_change",
    ),
    path(
        "directory/organizations/<uuid:organization_id>/suggest/",
        editing_views.suggest_for_organization,
        name="directory_suggest_organization",
    ),
    path(
        "directory/organizations/<uuid:organization_id>/successor/",
        place_views.succeed,
        name="directory_succeed",
    ),
    path(
        "directory/services/<uuid:service_id>/visibility/",
        owner_views.visibility,
        name="directory_visibility",
    ),
    path(
        "directory/services/<uuid:service_id>/translations/",
        owner_views.translations,
        name="directory_translations",
    ),
    path(
        "directory/services/<uuid:service_id>/translations/<slug:language>/",
        owner_views.translation,
        name="directory_translation",
    ),
    path(
        "directory/organizations/<uuid:organization_id>/access/",
        owner_views.access_card,
        name="directory_access_new",
    ),
    path(
        "directory/organizations/<uuid:organization_id>/access/<slug:channel>/",
        owner_views.access_card,
        name="directory_access_change",
    ),
    path("directory/places/merge/", place_views.merge, name="directory_merge"),
    path("directory/watch/", editing_views.watching, name="directory_watching"),
    path(
        "directory/watch/<slug:kind>/<uuid:thing_id>/",
        editing_views.watch_thing,
        name="directory_watch",
    ),
    path("directory/suggestions/", editing_views.suggestions, name="directory_suggestions"),
    path(
        "directory/suggestions/<uuid:suggestion_id>/",
        editing_views.suggestion_answer,
        name="directory_suggestion_answer",
    ),
    path("directory/who/", people_views.who, name="directory_who"),
    path("directory/who/<uuid:topic_id>/", people_views.who_for_topic, name="directory_who_topic"),
    path("directory/people/", people_views.specialists, name="directory_people"),
    path("directory/people/me/", people_views.profile_change, name="directory_profile"),
    path("directory/people/me/photo/", photo_views.photo_change, name="directory_photo_change"),
    path(
        "directory/people/me/photo/remove/", photo_views.photo_remove, name="directory_photo_remove"
    ),
    path("directory/people/<uuid:staff_id>/photo/", photo_views.photo, name="directory_photo"),
    path("directory/people/<uuid:staff_id>/", people_views.profile, name="directory_person"),
    path("directory/people/<uuid:staff_id>/ask/", people_views.ask, name="directory_ask"),
    path("directory/cards/", card_views.cards, name="directory_cards"),
    path("directory/cards/<uuid:card_id>/read/", card_views.read, name="directory_card_read"),
    path("directory/tour/", people_views.tour, name="directory_tour"),
    path("directory/access/", finding_views.access_cards, name="directory_access"),
    path(
        "directory/access/<uuid:card_id>/confirm/",
        finding_views.access_confirm,
        name="directory_access_confirm",
    ),
    path("directory/unanswered/", finding_views.zero_hits, name="directory_zero_hits"),
    path(
        "directory/unanswered/<uuid:hit_id>/",
        finding_views.zero_hit_answer,
        name="directory_zero_hit_answer",
    ),
    path("directory/import/", import_views.import_table, name="directory_import"),
    path(
        "directory/import/<uuid:import_id>/",
        import_views.import_progress,
        name="directory_import_progress",
    ),
    path("directory/import/template.csv", import_views.template, name="directory_template"),
]
