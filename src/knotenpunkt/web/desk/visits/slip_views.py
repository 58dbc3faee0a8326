"""The route slip for the desk: on screen, and as PDF to print."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from knotenpunkt.people.actions import log_read
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.queries import visits_visible_to, with_everything
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.slip.pdf import slip_as_pdf
from knotenpunkt.web.slip.view import slip_of


def _visit(request: DeskRequest, visit_id: UUID) -> Visit:
    visit = get_object_or_404(with_everything(visits_visible_to(request.user)), pk=visit_id)
    with transaction.atomic():
        log_read(persons=[visit.person], by=request.user, what="slip")
    return visit


@staff(roles=CASE_ROLES)
def slip(request: DeskRequest, visit_id: UUID) -> HttpResponse:
    shown = slip_of(_visit(request, visit_id))
    return render(request, "slip/page.html", {"slip": shown, "nav": "persons"})


@staff(roles=CASE_ROLES)
def slip_pdf(request: DeskRequest, visit_id: UUID) -> HttpResponse:
    shown = slip_of(_visit(request, visit_id))
    response = HttpResponse(slip_as_pdf(shown), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{shown.code}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
