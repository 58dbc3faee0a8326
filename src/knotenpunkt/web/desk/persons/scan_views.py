"""Scans of signed sheets: shown to whoever may see the consent or the release, and added later."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from knotenpunkt.people.actions import add_scan
from knotenpunkt.people.enums import HowGiven
from knotenpunkt.people.models import ConfidentialityRelease, Consent, Person
from knotenpunkt.people.models.scans import kind_of_scan
from knotenpunkt.people.queries import releases_naming
from knotenpunkt.web.access import DeskRequest, staff
from knotenpunkt.web.desk.persons.sharing_forms import ScanForm
from knotenpunkt.web.desk.persons.sharing_views import SHARING_ROLES, own_person


def _sheet_of(
    request: DeskRequest, person: Person, kind: str, row_id: UUID
) -> Consent | ConfidentialityRelease:
    """Return the paper one behind this address, or 404 for whoever may not know of it."""
    if kind == "consent":
        own = request.user.staff_member.organization_id
        consents = Consent.objects.filter(subject=person, organization=own)
        return get_object_or_404(consents.filter(how_given=HowGiven.PAPER), pk=row_id)
    mine = releases_naming(request.user).filter(subject=person, releases=request.user.staff_member)
    return get_object_or_404(mine.filter(how_given=HowGiven.PAPER), pk=row_id)


@staff(roles=SHARING_ROLES)
def scan(request: DeskRequest, person_id: UUID, kind: str, row_id: UUID) -> HttpResponse:
    """Give the scan as a file; by POST, add it where there is none yet."""
    person = own_person(request, person_id, "scan")
    found = _sheet_of(request, person, kind, row_id)
    if request.method == "POST":
        return _add(request, person, found)
    content = bytes(found.scan or b"")
    media_type = kind_of_scan(content)
    if media_type is None:
        raise Http404
    answer = HttpResponse(content, content_type=media_type)
    ending = media_type.rpartition("/")[2]
    answer["Content-Disposition"] = f'attachment; filename="scan.{ending}"'
    return answer


def _add(
    request: DeskRequest, person: Person, found: Consent | ConfidentialityRelease
) -> HttpResponse:
    form = ScanForm(request.POST, request.FILES)
    if form.is_valid():
        add_scan(of=found, scan=form.cleaned_data["scan"], by=request.user)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, str(form.errors["scan"][0]))
    return redirect("desk:person_sharing", person.pk)
