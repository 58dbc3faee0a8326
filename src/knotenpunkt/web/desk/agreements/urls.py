from django.urls import path

from knotenpunkt.web.desk.agreements import (
    commitment_views,
    evaluation_views,
    meeting_views,
    part_views,
    views,
)

ONE = "agreements/<uuid:agreement_id>/"
COMMITMENT = ONE + "commitments/<uuid:commitment_id>/"
SERIES = ONE + "series/<uuid:series_id>/"
MEETING = SERIES + "<slug:day>/"
YEAR = ONE + "evaluations/<int:year>/"
VERSION = ONE + "versions/<uuid:version_id>/"
urlpatterns = [
    path("agreements/", views.agreements, name="agreements"),
    path("agreements/new/", views.begin, name="agreement_new"),
    path(ONE, views.agreement, name="agreement"),
    path(ONE + "change/", views.change, name="agreement_change"),
    path(ONE + "end/", views.end, name="agreement_end"),
    path(ONE + "parties/new/", part_views.party, name="agreement_party_new"),
    path(ONE + "parties/<uuid:party_id>/leave/", part_views.leave, name="agreement_party_leave"),
    path(ONE + "versions/new/", part_views.version, name="agreement_version_new"),
    path(VERSION + "document/", views.document, name="agreement_document"),
    path(VERSION + "sign/", part_views.sign, name="agreement_sign"),
    path(ONE + "stage/", part_views.stage, name="agreement_stage"),
    path(ONE + "tasks/", part_views.task, name="agreement_task"),
    path(ONE + "tasks/<uuid:task_id>/drop/", part_views.drop, name="agreement_task_drop"),
    path(ONE + "commitments/new/", commitment_views.make, name="agreement_commitment_new"),
    path(COMMITMENT, commitment_views.commitment, name="agreement_commitment"),
    path(COMMITMENT + "target/", commitment_views.target, name="agreement_target"),
    path(COMMITMENT + "evidence/", commitment_views.evidence, name="agreement_evidence"),
    path(COMMITMENT + "end/", commitment_views.end, name="agreement_commitment_end"),
    path(ONE + "meetings/", meeting_views.meetings, name="agreement_meetings"),
    path(ONE + "points/new/", meeting_views.point, name="agreement_point_new"),
    path(ONE + "points/<uuid:point_id>/done/", meeting_views.done, name="agreement_point_done"),
    path(ONE + "series/new/", meeting_views.series_new, name="agreement_series_new"),
    path(SERIES + "calendar.ics", meeting_views.calendar, name="agreement_series_calendar"),
    path(SERIES + "end/", meeting_views.series_end, name="agreement_series_end"),
    path(MEETING, meeting_views.meeting, name="agreement_meeting"),
    path(MEETING + "minutes/", meeting_views.hold, name="agreement_meeting_hold"),
    path(MEETING + "move/", meeting_views.change, {"how": "move"}, name="agreement_meeting_move"),
    path(
        MEETING + "cancel/",
        meeting_views.change,
        {"how": "cancel"},
        name="agreement_meeting_cancel",
    ),
    path(MEETING + "decide/", meeting_views.decision, name="agreement_meeting_decide"),
    path(ONE + "evaluations/", evaluation_views.evaluations, name="agreement_evaluations"),
    path(YEAR, evaluation_views.evaluation, name="agreement_evaluation"),
    path(YEAR + "freeze/", evaluation_views.freeze, name="agreement_freeze"),
    path(YEAR + "decide/", evaluation_views.decision, name="agreement_evaluation_decide"),
    path(YEAR + "adopt/", evaluation_views.adopt, name="agreement_adopt"),
    path(YEAR + "correct/", evaluation_views.correct, name="agreement_correct"),
]
