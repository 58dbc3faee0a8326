from django.urls import path

from knotenpunkt.web.desk.agreements import commitment_views, part_views, views

ONE = "agreements/<uuid:agreement_id>/"
COMMITMENT = ONE + "commitments/<uuid:commitment_id>/"
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
]
