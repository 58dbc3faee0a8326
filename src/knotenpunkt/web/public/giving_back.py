"""Pages behind the links in messages. Opening one changes nothing: mail scanners follow links.

A page shows what would happen and a button; only the button acts. Whoever has the link may.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from knotenpunkt.foundation.scope import look_as_person, system_scope
from knotenpunkt.visits.actions import cancel_appointment, cancel_visit
from knotenpunkt.visits.enums import ACTIVE_APPOINTMENTS
from knotenpunkt.visits.errors import IllegalStep
from knotenpunkt.visits.links import BadLink, read_cancel_link
from knotenpunkt.visits.models import Appointment, Visit
from knotenpunkt.visits.queries import newest_of, with_everything
from knotenpunkt.web.access import anyone


@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, text: str) -> HttpResponse:
    """Show what would be cancelled; by POST, cancel it and lead to the dated receipt."""
    kind, visit, legs = _what(text)
    if request.method != "POST":
        return render(request, "public/cancel.html", {"visit": visit, "legs": legs})
    try:
        if kind == "v":
            cancel_visit(visit=visit, by=None)
        for leg in legs:
            cancel_appointment(appointment=leg, by=None)
    except IllegalStep:
        return render(request, "public/cancel.html", {"visit": visit, "legs": []}, status=409)
    return redirect(request.path)


def _what(text: str) -> tuple[str, Visit, list[Appointment]]:
    """Return the kind of the link, the visit, and what of it can still be cancelled by it."""
    try:
        kind, key = read_cancel_link(text)
    except BadLink as error:
        raise Http404 from error
    found = {"pk": key} if kind == "v" else {"appointments__pk": key}
    with system_scope("look up a link"):
        row = Visit.objects.filter(**found).first()
    if row is None:
        raise Http404
    look_as_person(row.person_id)
    visit = with_everything(Visit.objects.filter(pk=newest_of(row).pk)).get()
    legs = [it for it in visit.appointments.all() if it.status in ACTIVE_APPOINTMENTS]
    return kind, visit, [it for it in legs if kind == "v" or it.pk == key]
