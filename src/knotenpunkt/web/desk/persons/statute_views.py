"""Sharing what a law allows among benefit carriers: with the law and the reason, and an end."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.network.enums import LegalClass
from knotenpunkt.people.actions import end_grants, grant_by_statute
from knotenpunkt.people.enums import Basis
from knotenpunkt.people.errors import MayNotShare
from knotenpunkt.people.queries import grants_of
from knotenpunkt.web.access import DeskRequest, staff
from knotenpunkt.web.desk.persons.faults import sentence_of
from knotenpunkt.web.desk.persons.sharing_forms import StatuteForm
from knotenpunkt.web.desk.persons.sharing_views import SHARING_ROLES, own_person


@staff(roles=SHARING_ROLES)
def statute_new(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Name the law and the reason; only a benefit carrier has this page."""
    own = request.user.staff_member.organization
    if own.legal_class != LegalClass.BENEFIT_CARRIER:
        raise PermissionDenied
    person = own_person(request, person_id, "sharing")
    form = StatuteForm(request.POST or None, person=person, own=own)
    if request.method == "POST" and form.is_valid():
        try:
            grant_by_statute(
                subject=person,
                terms=form.terms,
                statute=form.cleaned_data["statute"],
                necessity=form.cleaned_data["necessity"],
                by=request.user,
            )
        except MayNotShare as refused:
            for fault in refused.faults:
                form.add_error(None, str(sentence_of(fault)))
        else:
            messages.success(request, _("Noted. It is shared from now on."))
            return redirect("desk:person_sharing", person.id)
    context = {"person": person, "form": form, "nav": "persons"}
    status = 422 if form.errors else 200
    return render(request, "desk/persons/statute_new.html", context, status=status)


@require_POST
@staff(roles=SHARING_ROLES)
def statute_end(request: DeskRequest, person_id: UUID, grant_id: UUID) -> HttpResponse:
    """Stop sharing by law: what was necessary is done."""
    person = own_person(request, person_id, "sharing")
    own = request.user.staff_member.organization_id
    found = grants_of(person).filter(basis=Basis.STATUTE, owner=own)
    end_grants(grants=[get_object_or_404(found, pk=grant_id)], by=request.user)
    messages.success(request, _("Ended. Nobody it was shared with sees it any more."))
    return redirect("desk:person_sharing", person.id)
