"""No more newsletter: a button for people, one POST for mail programs (RFC 8058)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from knotenpunkt.exchange.actions.newsletter import stop_newsletter
from knotenpunkt.exchange.links import reader_of
from knotenpunkt.web.access import anyone


@anyone
@csrf_exempt  # a mail program has no cookie; the signed link is the proof
def off(request: HttpRequest, token: str) -> HttpResponse:
    """Only a POST ends it: programs that look at links in mails must not."""
    reader = reader_of(token)
    if reader is None:
        raise Http404
    if request.method == "POST":
        stop_newsletter(staff_member=reader)
    return render(request, "newsletter/off.html", {"is_off": request.method == "POST"})
