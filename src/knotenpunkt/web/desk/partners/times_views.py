"""When a partner can be booked: the hours of its people, the sessions of its groups."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.availability.actions.groups import add_group_sessions, end_group_session
from knotenpunkt.availability.actions.presence import set_presence
from knotenpunkt.availability.models import GroupSession, Presence
from knotenpunkt.directory.hours import hours_from
from knotenpunkt.network.models import StaffMember
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.partners.times_forms import GroupForm, TimesForm, groups_of
from knotenpunkt.web.desk.partners.views import First, before_others, form_page, partner_of


@staff(roles=EVERYONE)
def times(request: DeskRequest, organization_id: UUID, staff_id: UUID) -> HttpResponse:
    """Say when somebody can be booked; the form starts from what holds now at her first place."""
    organization = partner_of(request, organization_id)
    member = get_object_or_404(StaffMember, pk=staff_id, organization=organization, left_on=None)
    rules = Presence.objects.filter(staff_member=member, last_on=None, capacity_pool=None)
    present = rules.order_by("location__position", "id").first()
    there = rules.filter(location=present.location) if present else rules.none()
    said = list(there.values_list("rrule", "starts_at", "ends_at"))
    weeks = 1 if hours_from(said) or not hours_from(said, 2) else 2
    initial = {"location": present.location_id, "room": present.room_id} if present else {}
    form = TimesForm(
        request.POST or None,
        places=organization.locations.all(),
        hours=tuple(hours_from(said, weeks)),
        initial={**initial, "weeks": weeks},
    )
    if request.method == "POST" and form.is_valid():
        set_presence(staff_member=member, week=form.week, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("desk:partner", organization.pk)
    return form_page(
        request, form, heading=_("When %s can be booked") % member.name, button=_("Save"),
        organization=organization, first=before_others(organization),
    )  # fmt: skip


@staff(roles=EVERYONE)
def group_new(request: DeskRequest, organization_id: UUID) -> HttpResponse:
    """Open sessions with seats for a service that is given to a group."""
    organization = partner_of(request, organization_id)
    form = GroupForm(request.POST or None, organization=organization)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        add_group_sessions(
            service=said["service"], leader=said["staff_member"], seats=said["seats"],
            week=form.week, by=request.user,
        )  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("desk:partner", organization.pk)
    first = before_others(organization)
    if first is None and not groups_of(organization).exists():
        address = reverse("desk:partner_service_new", args=[organization.pk])
        first = First(_("Enter a service first that is given in a group with seats."), address)
    return form_page(
        request, form, heading=_("Sessions of a group"), button=_("Save"),
        organization=organization, first=first,
    )  # fmt: skip


@require_POST
@staff(roles=EVERYONE)
def group_end(request: DeskRequest, organization_id: UUID, session_id: UUID) -> HttpResponse:
    """Let a session not take place from tomorrow on."""
    organization = partner_of(request, organization_id)
    session = get_object_or_404(GroupSession, pk=session_id, service__organization=organization)
    end_group_session(session=session, by=request.user)
    messages.success(request, _("It does not take place from tomorrow on. Booked seats stay."))
    return redirect("desk:partner", organization.pk)
