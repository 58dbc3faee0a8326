"""Her rights, by code and second factor: who sees what, who looked; take back, along, delete."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.limits import note_try, refuse_if_full
from knotenpunkt.foundation.scope import person_scope, system_scope
from knotenpunkt.newcomers.actions import FileOfAnOffice, erase_herself
from knotenpunkt.newcomers.second_factor import knows_secret
from knotenpunkt.people.actions import end_release, withdraw_consent
from knotenpunkt.people.models import ConfidentialityRelease, Consent
from knotenpunkt.people.queries import reads_of
from knotenpunkt.visits.errors import IllegalStep
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.queries import with_her
from knotenpunkt.web.access import anyone
from knotenpunkt.web.public.answers import sent
from knotenpunkt.web.public.forms import read_phone, text
from knotenpunkt.web.public.her_data import (
    data_as_json,
    data_as_page,
    data_as_pdf,
    everything_of,
)
from knotenpunkt.web.public.limits import (
    WRONG_FACTORS,
    WRONG_FACTORS_OF_ADDRESS,
    address_of,
    by_code,
)
from knotenpunkt.web.public.slip_views import visit_by_code

READS_ON_A_PAGE = 50
PROVED = "proved"
PROVED_FOR = dt.timedelta(minutes=15)


class SecretForm(forms.Form):
    secret = forms.CharField(max_length=200)


def _is_proved(request: HttpRequest, visit: Visit) -> bool:
    """Return whether this browser has shown the second factor of this person just now."""
    proved = request.session.get(PROVED, {})
    until = str(proved.get("until", ""))
    is_she = str(proved.get("person")) == str(visit.person_id)
    return is_she and until > clock.now().isoformat()


@anyone
@by_code
def mine(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for the second factor; then show everything that is known, shared and read."""
    visit = visit_by_code(code, with_her)
    if _is_proved(request, visit):
        with person_scope(visit.person_id):
            return render(
                request, "public/mine.html", {"visit": visit, **everything_of(visit.person)}
            )
    form = SecretForm(sent(request))
    is_wrong = False
    if request.method == "POST" and form.is_valid():
        if _proves(request, visit, form.cleaned_data["secret"]):
            return redirect("public:mine", visit.code)
        is_wrong = True
    context = {"visit": visit, "is_wrong": is_wrong}
    return render(request, "public/prove.html", context, status=403 if is_wrong else 200)


def _proves(request: HttpRequest, visit: Visit, secret: str) -> bool:
    """Check the second factor, slowly and only a few times. Raises `TooManyTries`."""
    refuse_if_full(WRONG_FACTORS, visit.code)
    refuse_if_full(WRONG_FACTORS_OF_ADDRESS, address_of(request))
    if not knows_secret(visit.person, secret, read_phone(secret)):
        note_try(WRONG_FACTORS, visit.code)
        note_try(WRONG_FACTORS_OF_ADDRESS, address_of(request))
        return False
    until = (clock.now() + PROVED_FOR).isoformat()
    request.session[PROVED] = {"person": str(visit.person_id), "until": until}
    return True


@anyone
@by_code
def reads(request: HttpRequest, code: str) -> HttpResponse:
    """Show every look at her data with its time."""
    visit = visit_by_code(code, with_her)
    if not _is_proved(request, visit):
        return redirect("public:mine", visit.code)
    with person_scope(visit.person_id):
        found = Paginator(reads_of(visit.person), READS_ON_A_PAGE)
        page = found.get_page(request.GET.get("page"))
        return render(request, "public/reads.html", {"visit": visit, "page": page})


@require_POST
@anyone
@by_code
def take_back(request: HttpRequest, code: str, consent_id: Any) -> HttpResponse:
    """Withdraw a consent: one button, as it was one button to give it."""
    visit = visit_by_code(code, with_her)
    if _is_proved(request, visit):
        with person_scope(visit.person_id):
            found = Consent.objects.filter(subject_id=visit.person_id)
            consent = get_object_or_404(found, pk=consent_id)
            withdraw_consent(consent=consent, by=None, how="phone")
        messages.success(request, text("withdrawn"))
    return redirect("public:mine", visit.code)


@require_POST
@anyone
@by_code
def take_back_release(request: HttpRequest, code: str, release_id: Any) -> HttpResponse:
    """End a release from confidentiality: whoever was freed to speak is free no longer."""
    visit = visit_by_code(code)
    if _is_proved(request, visit):
        with person_scope(visit.person_id):
            found = ConfidentialityRelease.objects.filter(subject_id=visit.person_id)
            end_release(release=get_object_or_404(found, pk=release_id), by=None)
        messages.success(request, text("withdrawn"))
    return redirect("public:mine", visit.code)


@anyone
@by_code
def export(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Give her data as one file: to read as page or PDF, for machines as JSON (Art. 20 GDPR)."""
    visit = visit_by_code(code, with_her)
    if kind not in EXPORTS:
        raise Http404
    if not _is_proved(request, visit):
        return redirect("public:mine", visit.code)
    with person_scope(visit.person_id):
        found = everything_of(visit.person)
        response = EXPORTS[kind](found)
    response["Content-Disposition"] = f'attachment; filename="data.{kind}"'
    return response


EXPORTS: dict[str, Callable[[dict[str, Any]], HttpResponse]] = {
    "html": lambda found: HttpResponse(data_as_page(found)),
    "pdf": lambda found: HttpResponse(data_as_pdf(found), content_type="application/pdf"),
    "json": lambda found: JsonResponse(
        data_as_json(found), json_dumps_params={"ensure_ascii": False, "indent": 1}
    ),
}


@anyone
@by_code
def erase(request: HttpRequest, code: str) -> HttpResponse:
    """Ask once, then delete her and her visits; a file of an office is that office's to delete."""
    visit = visit_by_code(code, with_her)
    if not _is_proved(request, visit):
        return redirect("public:mine", visit.code)
    if request.method == "POST":
        try:
            with system_scope("a person deletes herself"):
                erase_herself(person=visit.person)
        except (FileOfAnOffice, IllegalStep):
            return redirect("public:erase", visit.code)
        request.session.flush()
        messages.success(request, text("forgotten"))
        return redirect("public:start")
    return render(
        request, "public/erase.html", {"visit": visit, "office": visit.person.organization}
    )
