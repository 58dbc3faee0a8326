from django.urls import path

from knotenpunkt.web.desk.persons import (
    disclosure_views,
    duplicate_views,
    emergency_views,
    household_views,
    keeping_views,
    release_views,
    scan_views,
    shared_views,
    sharing_views,
    statute_views,
    views,
)

urlpatterns = [
    path("persons/", views.persons, name="persons"),
    path("persons/new/", views.person_new, name="person_new"),
    path("persons/<uuid:person_id>/", views.person, name="person"),
    path("persons/<uuid:person_id>/change/", views.person_change, name="person_change"),
    path("persons/<uuid:person_id>/sharing/", sharing_views.sharing, name="person_sharing"),
    path("persons/<uuid:person_id>/sharing/new/", sharing_views.consent_new, name="consent_new"),
    path(
        "persons/<uuid:person_id>/sharing/<uuid:consent_id>/withdraw/",
        sharing_views.consent_withdraw,
        name="consent_withdraw",
    ),
    path(
        "persons/<uuid:person_id>/sharing/release/", release_views.release_new, name="release_new"
    ),
    path(
        "persons/<uuid:person_id>/sharing/release/<uuid:release_id>/withdraw/",
        release_views.release_withdraw,
        name="release_withdraw",
    ),
    path("persons/<uuid:person_id>/sharing/law/", statute_views.statute_new, name="statute_new"),
    path(
        "persons/<uuid:person_id>/sharing/law/<uuid:grant_id>/end/",
        statute_views.statute_end,
        name="statute_end",
    ),
    *(
        path(
            f"persons/<uuid:person_id>/sharing/{kind}/<uuid:row_id>/scan/",
            scan_views.scan,
            {"kind": kind},
            name=f"{kind}_scan",
        )
        for kind in ("consent", "release")
    ),
    path("persons/<uuid:person_id>/sharing/reads/", sharing_views.reads, name="person_reads"),
    path("persons/<uuid:person_id>/items/new/", sharing_views.item_new, name="item_new"),
    path("persons/<uuid:person_id>/household/", household_views.household, name="household"),
    *(
        path(
            f"persons/<uuid:person_id>/household/<uuid:other_id>/{word}/",
            getattr(household_views, f"household_{word}"),
            name=f"household_{word}",
        )
        for word in ("join", "leave")
    ),
    path(
        "persons/<uuid:person_id>/duplicates/",
        duplicate_views.duplicates,
        name="person_duplicates",
    ),
    path(
        "persons/<uuid:person_id>/access/",
        keeping_views.subject_access_page,
        name="subject_access",
    ),
    path(
        "persons/<uuid:person_id>/disclosures/",
        disclosure_views.disclosures,
        name="disclosures",
    ),
    path(
        "persons/<uuid:person_id>/disclosures/<uuid:disclosure_id>/",
        disclosure_views.disclosure_decide,
        name="disclosure_decide",
    ),
    path(
        "persons/<uuid:person_id>/erasure/",
        keeping_views.erasure,
        name="erasure",
    ),
    path("retention/", keeping_views.retention, name="retention"),
    path("emergency/", emergency_views.emergency, name="emergency"),
    path(
        "emergency/<uuid:emergency_id>/decide/",
        emergency_views.emergency_decide,
        name="emergency_decide",
    ),
    path("shared/", shared_views.shared, name="shared"),
    path("shared/<uuid:person_id>/", shared_views.shared_person, name="shared_person"),
]
