"""Reporting what is missing: first everyone whom it hurts is shown, then it is closed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.visits.actions.incidents import Report, report_incident
from knotenpunkt.visits.affected import affected_appointments
from knotenpunkt.visits.errors import AffectedChanged
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.repair.forms import IncidentForm, SeenForm


@staff(roles=CASE_ROLES)
def incident_new(request: DeskRequest) -> HttpResponse:
    """Ask what is missing; show whom it hurts; by the second button, close it and make tasks."""
    form = IncidentForm(request.POST or None, by=request.user)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(
            request, "desk/repair/incident.html", {"form": form, "nav": "repair"}, status=status
        )
    seen = SeenForm(request.POST)
    if "confirm" not in request.POST or not seen.is_valid():
        return _preview(request, form, form.report)
    try:
        incident = report_incident(
            report=form.report, by=request.user, seen=_ids(seen.cleaned_data["seen"])
        )
    except AffectedChanged:
        return _preview(request, form, form.report, has_changed=True)
    with system_scope("how many visits of whomever need a decision"):
        count = incident.tasks.count()
    messages.success(request, _("Noted. %(count)s visits need a decision.") % {"count": count})
    return redirect("desk:repair")


def _ids(text: str) -> frozenset[UUID]:
    found = set()
    for part in text.split():
        try:
            found.add(UUID(part))
        except ValueError:
            continue
    return frozenset(found)


def _preview(
    request: DeskRequest, form: IncidentForm, report: Report, has_changed: bool = False
) -> HttpResponse:
    """List the hurt appointments: time, office, place, code; a name is not needed here."""
    found = affected_appointments(report).select_related(
        "visit", "service", "organization", "location"
    )
    with system_scope("what an incident would hurt, without names"):
        rows = list(found.prefetch_related("staff").order_by("starts_at", "pk"))
    own = request.user.staff_member.organization_id
    context = {
        "form": form,
        "report": report,
        "rows": rows,
        "own": own,
        "visits": len({row.visit_id for row in rows}),
        "seen": " ".join(str(row.pk) for row in rows),
        "has_changed": has_changed,
        "nav": "repair",
    }
    status = 409 if has_changed else 200
    return render(request, "desk/repair/affected.html", context, status=status)
