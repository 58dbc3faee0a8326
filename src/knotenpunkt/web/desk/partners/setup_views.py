"""The forms behind the steps: place, house, service, staff, times."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from knotenpunkt.directory.actions.entries import change_service
from knotenpunkt.directory.actions.setting_up import (
    add_location,
    add_service,
    change_location,
    change_offered,
    may_change_location,
    use_location,
)
from knotenpunkt.directory.hours import hours_from
from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Location, Organization, StaffMember
from knotenpunkt.onboarding.actions.staff import add_staff, change_staff
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.partners.forms import HouseForm, PlaceForm, StaffForm
from knotenpunkt.web.desk.partners.service_form import ServiceSetupForm, blank_service
from knotenpunkt.web.desk.partners.views import before_others, form_page, partner_of


def _saved(request: DeskRequest, organization: Organization) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("desk:partner", organization.pk)


@staff(roles=EVERYONE)
def place_new(request: DeskRequest, organization_id: UUID) -> HttpResponse:
    organization = partner_of(request, organization_id)
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        add_location(organization=organization, place=form.place, by=request.user)
        return _saved(request, organization)
    return form_page(
        request, form, heading=_("A place with its opening hours"), button=_("Save"),
        organization=organization,
    )  # fmt: skip


@staff(roles=EVERYONE)
def place_change(request: DeskRequest, organization_id: UUID, location_id: UUID) -> HttpResponse:
    organization = partner_of(request, organization_id)
    location = get_object_or_404(organization.locations, pk=location_id)
    if not may_change_location(request.user, location):
        raise PermissionDenied
    rules = location.schedules.values_list("rrule", "opens_at", "closes_at")
    form = PlaceForm(request.POST or None, location=location, hours=hours_from(rules))
    if request.method == "POST" and form.is_valid():
        change_location(location=location, place=form.place, by=request.user)
        return _saved(request, organization)
    return form_page(
        request, form, heading=location.name, button=_("Save"), organization=organization
    )


@staff(roles=EVERYONE)
def house_use(request: DeskRequest, organization_id: UUID) -> HttpResponse:
    """A partner without a place of its own sits in a house of the network."""
    organization = partner_of(request, organization_id)
    form = HouseForm(request.POST or None, organization=organization)
    if request.method == "POST" and form.is_valid():
        location: Location = form.cleaned_data["location"]
        use_location(organization=organization, location=location, by=request.user)
        return _saved(request, organization)
    return form_page(
        request, form, heading=_("We sit in a house of the network"), button=_("Save"),
        organization=organization,
    )  # fmt: skip


@staff(roles=EVERYONE)
def service_new(request: DeskRequest, organization_id: UUID) -> HttpResponse:
    organization = partner_of(request, organization_id)
    form = ServiceSetupForm(
        request.POST or None, service=blank_service(organization), organization=organization
    )
    if request.method == "POST" and form.is_valid():
        add_service(
            organization=organization, fields=form.values, offered=form.offered, by=request.user
        )
        return _saved(request, organization)
    return form_page(
        request, form, heading=_("A new service"), button=_("Save"), organization=organization,
        first=before_others(organization),
    )  # fmt: skip


@staff(roles=EVERYONE)
def service_setup(request: DeskRequest, organization_id: UUID, service_id: UUID) -> HttpResponse:
    """Change all of a service: its texts, and who gives it where, with which papers."""
    organization = partner_of(request, organization_id)
    service = get_object_or_404(Service, pk=service_id, organization=organization)
    form = ServiceSetupForm(request.POST or None, service=service, organization=organization)
    if request.method == "POST" and form.is_valid():
        change_service(service=service, fields=form.values, by=request.user)
        change_offered(service=service, offered=form.offered, by=request.user)
        return _saved(request, organization)
    return form_page(
        request, form, heading=str(service), button=_("Save and confirm"),
        organization=organization,
    )  # fmt: skip


@staff(roles=EVERYONE)
def staff_new(request: DeskRequest, organization_id: UUID) -> HttpResponse:
    organization = partner_of(request, organization_id)
    form = StaffForm(request.POST or None, services=organization.services.all())
    if request.method == "POST" and form.is_valid():
        add_staff(
            organization=organization, said=form.said, services=form.cleaned_data["services"],
            by=request.user,
        )  # fmt: skip
        return _saved(request, organization)
    return form_page(
        request, form, heading=_("Somebody who gives services"), button=_("Save"),
        organization=organization,
    )  # fmt: skip


@staff(roles=EVERYONE)
def staff_change(request: DeskRequest, organization_id: UUID, staff_id: UUID) -> HttpResponse:
    organization = partner_of(request, organization_id)
    member = get_object_or_404(StaffMember, pk=staff_id, organization=organization, left_on=None)
    form = StaffForm(request.POST or None, services=organization.services.all(), member=member)
    if request.method == "POST" and form.is_valid():
        change_staff(
            staff_member=member, said=form.said, services=form.cleaned_data["services"],
            by=request.user,
        )  # fmt: skip
        return _saved(request, organization)
    return form_page(
        request, form, heading=member.name, button=_("Save"), organization=organization
    )
