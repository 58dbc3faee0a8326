from django.urls import path

from knotenpunkt.web.desk.casework import (
    assignment_views,
    conference_views,
    consent_views,
    import_views,
    joint_views,
    law_book_views,
    letter_views,
    plan_views,
    referral_views,
    today_views,
)

urlpatterns = [
    path("", today_views.today, name="home"),
    path("follow-ups/", today_views.follow_ups, name="follow_ups"),
    path("follow-ups/<uuid:follow_up_id>/", today_views.follow_up_settle, name="follow_up_settle"),
    path("talks/<uuid:appointment_id>/", today_views.talk, name="talk"),
    path("talks/<uuid:appointment_id>/done/", today_views.talk_done, name="talk_done"),
    path("persons/<uuid:person_id>/follow-up/", today_views.follow_up_new, name="follow_up_new"),
    path("persons/<uuid:person_id>/referral/", referral_views.referral_new, name="referral_new"),
    path("casework/conferences/", conference_views.conferences, name="conferences"),
    path("casework/conferences/new/", conference_views.conference_new, name="conference_new"),
    path(
        "persons/<uuid:person_id>/conference/",
        conference_views.conference_named,
        name="conference_named",
    ),
    path(
        "casework/conferences/<uuid:conference_id>/",
        conference_views.conference,
        name="conference",
    ),
    *(
        path(
            f"casework/conferences/<uuid:conference_id>/{word}/",
            getattr(conference_views, f"conference_{word}"),
            name=f"conference_{word}",
        )
        for word in ("lights", "schedule", "item", "guest", "minutes", "correct", "step", "consent")
    ),
    path(
        "casework/conferences/<uuid:conference_id>/do/<slug:word>/",
        conference_views.conference_do,
        name="conference_do",
    ),
    path("casework/steps/<uuid:step_id>/", conference_views.step_done, name="step_done"),
    path("persons/<uuid:person_id>/plan/", plan_views.plan, name="plan"),
    *(
        path(
            f"persons/<uuid:person_id>/plan/{word}/",
            getattr(plan_views, f"plan_{word}"),
            name=f"plan_{word}",
        )
        for word in ("strengths", "goal", "stage", "confirm", "level", "official", "fact")
    ),
    path("persons/<uuid:person_id>/plan.pdf", plan_views.plan_pdf, name="plan_pdf"),
    path("persons/<uuid:person_id>/helpers/", plan_views.helpers, name="helpers"),
    path("casework/goals/<uuid:goal_id>/step/", plan_views.plan_step, name="plan_step"),
    path("casework/plan-steps/<uuid:step_id>/", plan_views.plan_tick, name="plan_tick"),
    path("casework/assignments/", assignment_views.assignments, name="assignments"),
    path(
        "casework/assignments/<uuid:assignment_id>/",
        assignment_views.assignment,
        name="assignment",
    ),
    *(
        path(
            f"casework/assignments/<uuid:assignment_id>/{word}/",
            getattr(assignment_views, f"assignment_{word}"),
            name=f"assignment_{word}",
        )
        for word in ("assign", "accept", "bounce", "finish", "take", "consent")
    ),
    path("persons/<uuid:person_id>/needs/", assignment_views.needs_assess, name="needs_assess"),
    path(
        "persons/<uuid:person_id>/handover/", assignment_views.handover_page, name="handover_page"
    ),
    path("persons/<uuid:person_id>/law-book/", law_book_views.law_book, name="law_book"),
    path("persons/<uuid:person_id>/joint/", joint_views.joint_new, name="joint_new"),
    path("casework/import/", import_views.persons_import, name="persons_import"),
    path("casework/", referral_views.referrals, name="referrals"),
    path("casework/letter/<str:token>/", letter_views.referral_letter, name="referral_letter"),
    path("casework/referrals/<uuid:referral_id>/", referral_views.referral, name="referral"),
    path(
        "casework/referrals/<uuid:referral_id>/consent/",
        consent_views.referral_consent,
        name="referral_consent",
    ),
    *(
        path(
            f"casework/referrals/<uuid:referral_id>/{word}/",
            getattr(referral_views, f"referral_{word}"),
            name=f"referral_{word}",
        )
        for word in ("send", "accept", "decline", "ask", "inform", "complete", "withdraw", "nudge")
    ),
    path(
        "casework/referrals/<uuid:referral_id>/letter/",
        referral_views.referral_letter_write,
        name="referral_letter_write",
    ),
]
