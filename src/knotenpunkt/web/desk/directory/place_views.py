"""A place merges, an organization ends: first the list of all it touches, then the button."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from knotenpunkt.availability.models import Closure
from knotenpunkt.directory.actions.places import (
    affected_by_merge,
    affected_by_succession,
    merge_locations,
    succeed_organization,
)
from knotenpunkt.directory.models import ScheduleException
from knotenpunkt.directory.queries import organizations_visible_to
from knotenpunkt.directory.rights import NETWORK_ROLES
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Location
from knotenpunkt.web.access import DeskRequest, staff
from knotenpunkt.web.desk.directory.place_forms import MergeForm, SuccessorForm
from knotenpunkt.web.desk.directory.views import network_of


@staff(roles=NETWORK_ROLES)
def merge(request: DeskRequest) -> HttpResponse:
    """Ask which places; show what moves; do it when that list is still the one that was seen."""
    form = MergeForm(request.POST or None, network=network_of(request))
    if request.method != "POST" or not form.is_valid():
        return _page(request, "merge.html", 422 if form.errors else 200, form=form)
    old, into = form.cleaned_data["old"], form.cleaned_data["into"]
    affected = affected_by_merge(old, into)
    seen = "|".join(f"{it.kind}:{it.count}:{it.moves}:{it.ends}" for it in affected)
    if request.POST.get("seen") == seen:
        name = old.name
        merge_locations(old=old, into=into, by=request.user)
        messages.success(
            request,
            _("%(old)s is now part of %(into)s. What is booked there is on the repair list.")
            % {"old": name, "into": into.name},
        )
        return redirect("desk:repair")
    has_changed = "seen" in request.POST
    context = {
        "form": form, "old": old, "into": into, "affected": affected, "seen": seen,
        "closures": _closures_to_come(old),
    }  # fmt: skip
    return _page(
        request, "merge.html", 409 if has_changed else 200, has_changed=has_changed, **context
    )


def _closures_to_come(place: Location) -> list[tuple[dt.date, dt.date, str]]:
    """Return first day, last day and reason of what closes a place, exceptions of its hours too."""
    days = Closure.objects.filter(location=place, day__gte=clock.today())
    exceptions = ScheduleException.objects.filter(location=place, last_on__gte=clock.today())
    found = [(it.day, it.day, it.reason) for it in days]
    return sorted(found + [(it.first_on, it.last_on, it.reason) for it in exceptions])


@staff(roles=NETWORK_ROLES)
def succeed(request: DeskRequest, organization_id: UUID) -> HttpResponse:
    """Show what the successor gets and what ends here; then let it follow."""
    old = get_object_or_404(
        organizations_visible_to(request.user).select_related("network"), pk=organization_id
    )
    form = SuccessorForm(request.POST or None, old=old)
    if request.method == "POST" and form.is_valid() and "sure" in request.POST:
        succeed_organization(old=old, by=request.user, **form.cleaned_data)
        messages.success(request, _("Done. Consents stay with the old house and end with it."))
        return redirect("desk:directory_organization", form.cleaned_data["successor"].pk)
    is_asked = request.method == "POST" and form.is_valid()
    context = {"form": form, "old": old, "is_asked": is_asked}
    return _page(
        request, "succeed.html", 422 if form.errors else 200,
        affected=affected_by_succession(old), **context,
    )  # fmt: skip


def _page(request: DeskRequest, name: str, status: int, **context: Any) -> HttpResponse:
    return render(request, f"desk/directory/{name}", {"nav": "directory", **context}, status=status)
