"""The slip by its code: on the phone, as PDF, calendar file and picture; ticks for the papers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import look_as_person, system_scope
from knotenpunkt.newcomers.actions import pack_documents
from knotenpunkt.visits.codes import read_code
from knotenpunkt.visits.day import next_today
from knotenpunkt.visits.enums import ACTIVE_VISITS
from knotenpunkt.visits.models import Appointment, Visit
from knotenpunkt.visits.queries import newest_of, visit_of_code, with_everything
from knotenpunkt.web.access import anyone, is_at_desk, keepable
from knotenpunkt.web.public.forms import BringForm, text
from knotenpunkt.web.public.limits import by_code
from knotenpunkt.web.public.papers import papers_of
from knotenpunkt.web.slip.calendar import slip_as_calendar
from knotenpunkt.web.slip.pdf import slip_as_pdf
from knotenpunkt.web.slip.picture import slip_as_picture
from knotenpunkt.web.slip.view import Slip, slip_of

WORKER = Path(settings.PACKAGE) / "web" / "static" / "knotenpunkt" / "worker.js"


def visit_by_code(
    code: str, shown: Callable[[QuerySet[Visit]], QuerySet[Visit]] = with_everything
) -> Visit:
    """Return the visit of a code, however it was typed, and look as its person. Raises `Http404`.

    What is no code is looked up like one: neither page nor time tells the difference.
    """
    with system_scope("look up a code"):
        visit = visit_of_code(read_code(code) or "", shown)
    if visit is None:
        raise Http404
    look_as_person(visit.person_id)
    return visit


def _slip(code: str) -> Slip:
    return slip_of(visit_by_code(code))


@anyone
@by_code
def slip(request: HttpRequest, code: str) -> HttpResponse:
    """Show the slip to whoever carries its code; a replaced one leads to its successor."""
    visit = visit_by_code(code)
    is_open = visit.status in ACTIVE_VISITS and not visit.is_expired
    context = {
        "visit": visit,
        "slip": slip_of(visit),
        "successor": newest_of(visit) if visit.replaced_by_id else None,
        "is_open": is_open,
        "is_at_desk": is_at_desk(request.user),
        "cancelled": [] if visit.cancelled_at else _cancelled(visit),
        "may_be_late": is_open and next_today(visit) is not None,
        "as_of": clock.now(),
    }
    return render(request, "public/slip.html", context)


def _cancelled(visit: Visit) -> list[Appointment]:
    """Return what was cancelled of a visit that goes on: its slip is the dated receipt."""
    return [it for it in visit.appointments.all() if it.cancelled_at]


def _file(body: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@anyone
@by_code
def slip_pdf(request: HttpRequest, code: str) -> HttpResponse:
    return _file(slip_as_pdf(_slip(code)), "application/pdf", "laufzettel.pdf")


@anyone
@by_code
def slip_calendar(request: HttpRequest, code: str) -> HttpResponse:
    return _file(slip_as_calendar(_slip(code)), "text/calendar; charset=utf-8", "termine.ics")


@anyone
@by_code
def slip_picture(request: HttpRequest, code: str) -> HttpResponse:
    return _file(slip_as_picture(_slip(code)), "image/png", "laufzettel.png")


@anyone
@by_code
def papers(request: HttpRequest, code: str) -> HttpResponse:
    """List the papers of a visit with what she has ticked; by POST, keep the ticks."""
    visit = visit_by_code(code)
    found = papers_of([it.service_id for it in visit.appointments.all()])
    form = BringForm(request.POST, papers=[paper.document.id for paper in found])
    if request.method == "POST" and form.is_valid():
        pack_documents(visit=visit, documents=form.cleaned_data["packed"])
        messages.success(request, text("ticks_saved"))
        return redirect("public:papers", visit.code)
    packed = set(visit.packed_documents.values_list("document_id", flat=True))
    return render(
        request, "public/papers.html", {"visit": visit, "papers": found, "packed": packed}
    )


@anyone
@keepable
def worker(request: HttpRequest) -> HttpResponse:
    """Return the script that keeps slips on the phone; its address limits it to slips."""
    response = HttpResponse(WORKER.read_bytes(), content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response
