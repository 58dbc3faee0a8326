"""Partners on their way in: invited by the coordinator, set up by themselves, shown to all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.directory.queries import organizations_visible_to
from knotenpunkt.directory.rights import NETWORK_ROLES, may_edit
from knotenpunkt.network.errors import EmailTaken, NotYourHouse
from knotenpunkt.network.models import Organization, StaffMember
from knotenpunkt.network.rights import INVITING_ROLES, roles_to_give
from knotenpunkt.onboarding.actions.inviting import invite_partner
from knotenpunkt.onboarding.actions.showing import note_agreement, show_partner
from knotenpunkt.onboarding.checklist import STEPS, checklists_of, first_times, in_progress
from knotenpunkt.onboarding.errors import StillMissing
from knotenpunkt.onboarding.models import Onboarding
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.accounts.views import send_again_or_withdraw
from knotenpunkt.web.desk.partners.forms import AgreementForm, PartnerForm
from knotenpunkt.web.desk.partners.shown import pieces_of, sessions_of, steps_of, width_of

PAGE_SIZE = 20


def partner_of(request: DeskRequest, organization_id: UUID) -> Organization:
    """Return an organization that this account may change; 404 if it may not even see it."""
    found = get_object_or_404(
        organizations_visible_to(request.user).select_related("network"), pk=organization_id
    )
    if not may_edit(request.user, found):
        raise PermissionDenied
    return found


@dataclass(frozen=True)
class First:
    """What has to be there before a form can be filled in, and where that is done."""

    text: str
    address: str


def before_others(organization: Organization) -> First | None:
    """Return what a form that chooses among places has to wait for: a place."""
    if organization.locations.exists():
        return None
    return First(
        _("Enter a place first: a service is given somewhere, and people are booked there."),
        reverse("desk:partner_place_new", args=[organization.pk]),
    )


def form_page(request: DeskRequest, form: Any, **context: Any) -> HttpResponse:
    """Show a form of the setting up; what was wrong is 422."""
    status = 422 if form.is_bound and form.errors else 200
    return render(
        request, "desk/partners/form.html", {"form": form, "nav": "directory", **context},
        status=status,
    )  # fmt: skip


@staff(roles=NETWORK_ROLES)
def partners(request: DeskRequest) -> HttpResponse:
    """List the partners on their way in, with how far each has come."""
    network = request.user.staff_member.organization.network
    page = Paginator(in_progress(network.pk), PAGE_SIZE).get_page(request.GET.get("page"))
    found = in_progress(network.pk).filter(pk__in=[it.pk for it in page])
    rows = [(it, pieces_of(it)) for it in checklists_of(found)]
    context = {"page": page, "rows": rows, "width": width_of(rows[0][1]) if rows else 0}
    return render(
        request, "desk/partners/list.html", {**context, "steps": STEPS, "nav": "directory"}
    )


@staff(roles=NETWORK_ROLES)
def partner_new(request: DeskRequest) -> HttpResponse:
    form = PartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            onboarding = invite_partner(partner=form.partner, by=request.user)
        except EmailTaken:
            form.add_error("email", _("Somebody signs in with this address already."))
        else:
            messages.success(request, _("Invited. The link is on its way."))
            return redirect("desk:partner", onboarding.organization_id)
    return form_page(
        request, form, heading=_("Invite a partner"), button=_("Invite"), back="desk:partners"
    )


@staff(roles=EVERYONE)
def mine(request: DeskRequest) -> HttpResponse:
    """Lead to the checklist of the own organization."""
    return redirect("desk:partner", request.user.staff_member.organization_id)


@staff(roles=EVERYONE)
def partner(request: DeskRequest, organization_id: UUID) -> HttpResponse:
    """Show what is done and what is left; each step leads to the page that does it."""
    organization = partner_of(request, organization_id)
    checklist = checklists_of(Organization.objects.filter(pk=organization.pk))[0]
    services = list(
        organization.services.prefetch_related(
            "staff", "group_sessions__staff_member", "services_at_location__location"
        )
    )
    pieces = pieces_of(checklist)
    context = {
        "organization": organization,
        "onboarding": Onboarding.objects.filter(organization=organization).first(),
        "checklist": checklist,
        "steps": steps_of(checklist),
        "pieces": pieces,
        "width": width_of(pieces),
        "services": services,
        "places": organization.locations.all(),
        "sessions": sessions_of(organization),
        "members": organization.staff.filter(left_on=None).select_related("account"),
        "first_times": first_times(organization, services=services),
        "may_invite": bool(roles_to_give(request.user, organization)),
        "is_own": request.user.staff_member.organization_id == organization.pk,
        "nav": "directory",
    }
    return render(request, "desk/partners/checklist.html", context)


@staff(roles=EVERYONE)
def partner_agreement(request: DeskRequest, organization_id: UUID) -> HttpResponse:
    organization = partner_of(request, organization_id)
    onboarding = get_object_or_404(Onboarding, organization=organization)
    initial = {
        "url": onboarding.agreement_url,
        "note": onboarding.agreement_note,
        "agreed_on": onboarding.agreed_on,
    }
    form = AgreementForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        note_agreement(onboarding=onboarding, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("desk:partner", organization.pk)
    return form_page(
        request, form, heading=_("The agreement"), button=_("Save"), organization=organization
    )


@require_POST
@staff(roles=EVERYONE)
def partner_show(request: DeskRequest, organization_id: UUID) -> HttpResponse:
    """Show the entries to everybody, or say what is missing."""
    organization = partner_of(request, organization_id)
    onboarding = get_object_or_404(Onboarding, organization=organization)
    try:
        show_partner(onboarding=onboarding, by=request.user)
    except StillMissing as error:
        texts = dict(STEPS)
        listed = "; ".join(str(texts[key]) for key in error.steps)
        messages.error(request, _("Not yet: %s.") % listed)
        return redirect("desk:partner", organization.pk)
    messages.success(request, _("Everybody can see and book your services now."))
    return redirect("desk:partner", organization.pk)


@require_POST
@staff(roles=INVITING_ROLES)
def invitation_end(request: DeskRequest, organization_id: UUID, staff_id: UUID) -> HttpResponse:
    """Send the link anew, or with `withdraw` let it die."""
    organization = partner_of(request, organization_id)
    member = get_object_or_404(StaffMember, pk=staff_id, organization=organization, left_on=None)
    try:
        send_again_or_withdraw(request, member)
    except NotYourHouse as error:
        raise PermissionDenied from error
    return redirect("desk:partner", organization.pk)
