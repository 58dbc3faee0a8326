"""Where offers are missing, and where they overlap: need x language x place."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from knotenpunkt.directory.gap_map import gap_map_of
from knotenpunkt.directory.queries import locations_today
from knotenpunkt.network.models import Location
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.fairs.gap_picture import gap_picture_of


class PlaceForm(forms.Form):
    place = forms.ModelChoiceField(
        label=_("Where?"), queryset=Location.objects.none(), required=False,
        empty_label=_("everywhere"),
    )  # fmt: skip


@staff(roles=EVERYONE)
def gap_map(request: DeskRequest) -> HttpResponse:
    """Show how many organizations cover a need in a language: as a picture and as a table."""
    network = request.user.staff_member.organization.network
    form = PlaceForm(request.GET or None)
    choice: forms.ModelChoiceField = form.fields["place"]  # type: ignore[assignment, type-arg]
    choice.queryset = locations_today(network)
    place = form.cleaned_data["place"] if form.is_valid() else None
    found = gap_map_of(network, place)
    context = {
        "form": form,
        "place": place,
        "map": found,
        "picture": gap_picture_of(found),
        "nav": "fairs",
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "desk/fairs/gap_map.html", context, status=status)
