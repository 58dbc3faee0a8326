"""The slip by its code: on the phone, and as PDF."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.queries import visit_of_code
from knotenpunkt.web.access import anyone
from knotenpunkt.web.slip.pdf import slip_as_pdf
from knotenpunkt.web.slip.view import slip_of


def _visit(code: str) -> Visit:
    visit = visit_of_code(code)
    if visit is None:
        raise Http404
    return visit


@anyone
@never_cache
def slip(request: HttpRequest, code: str) -> HttpResponse:
    """Show the slip to whoever carries its code."""
    return render(request, "public/slip.html", {"slip": slip_of(_visit(code))})


@anyone
@never_cache
def slip_pdf(request: HttpRequest, code: str) -> HttpResponse:
    return HttpResponse(slip_as_pdf(slip_of(_visit(code))), content_type="application/pdf")
