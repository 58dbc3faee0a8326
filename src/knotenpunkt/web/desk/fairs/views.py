"""Fairs: where they stand, who comes, who suits whom, cards for the stalls."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knotenpunkt.cooperation.actions.fairs import note_contact
from knotenpunkt.cooperation.enums import FAIR_STEPS, ComingStatus, FairStatus, StallStatus
from knotenpunkt.cooperation.models import Fair, FairRegistration
from knotenpunkt.cooperation.queries.fairs import (
    contacts_visible_to,
    counts_of,
    fairs_visible_to,
    lost_rooms,
    matches_of,
    places_taken,
)
from knotenpunkt.directory.models import Topic
from knotenpunkt.foundation.languages import NEWCOMER_LANGUAGES
from knotenpunkt.network.enums import Role
from knotenpunkt.web.access import CASE_ROLES, EVERYONE, DeskRequest, staff

COORDINATORS: frozenset[str] = frozenset({Role.COORDINATOR})


def fair_or_404(request: DeskRequest, fair_id: UUID) -> Fair:
    """Return the fair if it is one of the own network."""
    return get_object_or_404(fairs_visible_to(request.user), pk=fair_id)


@staff(roles=EVERYONE)
def fairs(request: DeskRequest) -> HttpResponse:
    context = {"fairs": fairs_visible_to(request.user), "nav": "fairs"}
    return render(request, "desk/fairs/list.html", context)


@staff(roles=EVERYONE)
def fair(request: DeskRequest, fair_id: UUID) -> HttpResponse:
    """Show one fair: date, rooms, stalls, sign-ups, and what can be done next."""
    found = fair_or_404(request, fair_id)
    steps = FAIR_STEPS.get(found.status, frozenset())
    own = request.user.staff_member.organization_id
    stalls = list(found.stalls.select_related("organization", "room"))
    counts = counts_of(found)
    context = {
        "fair": found,
        "stalls": stalls,
        "own_stall": next((it for it in stalls if it.organization_id == own), None),
        "counts": [(ComingStatus(key).label, count) for key, count in counts.items()],
        "total": sum(counts.values()),
        "taken": places_taken(found),
        "uses": found.room_uses.filter(is_active=True).select_related("room__location"),
        "lost": lost_rooms(found),
        "steps": [(it.value, it.label) for it in FairStatus if it in steps
                  and it != FairStatus.POSTPONED],
        "may_postpone": FairStatus.POSTPONED in steps,
        "is_coordinator": request.user.staff_member.role in COORDINATORS,
        "nav": "fairs",
    }  # fmt: skip
    return render(request, "desk/fairs/fair.html", context)


@staff(roles=CASE_ROLES)
def matches(request: DeskRequest, fair_id: UUID) -> HttpResponse:
    """Show before the fair who is interested in which stall: all for coordinators, else the own."""
    found = fair_or_404(request, fair_id)
    staff_member = request.user.staff_member
    shown = [
        (stall, suiting)
        for stall, suiting in matches_of(found)
        if staff_member.role in COORDINATORS
        or stall.organization_id == staff_member.organization_id
    ]
    topics = {it.code: it.name for it in Topic.objects.filter(network=found.network)}
    context = {
        "fair": found,
        "matches": [
            (stall, [(it.registration, [topics[code] for code in it.topics if code in topics])
                     for it in suiting])
            for stall, suiting in shown
        ],
        "nav": "fairs",
    }  # fmt: skip
    return render(request, "desk/fairs/matches.html", context)


class ContactForm(forms.Form):
    registration = forms.ModelChoiceField(
        label=gettext_lazy("Who?"), queryset=FairRegistration.objects.none()
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300)


@staff(roles=CASE_ROLES)
def contacts(request: DeskRequest, fair_id: UUID) -> HttpResponse:
    """List who wants to stay in touch with the own stall; note one more."""
    found = fair_or_404(request, fair_id)
    own = found.stalls.filter(organization=request.user.staff_member.organization).first()
    form = ContactForm(request.POST or None)
    choice: forms.ModelChoiceField = form.fields["registration"]  # type: ignore[assignment, type-arg]
    if own:
        choice.queryset = found.registrations.exclude(status=ComingStatus.WITHDRAWN)
    if request.method == "POST" and own and form.is_valid():
        note_contact(stall=own, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("desk:fair_contacts", found.id)
    context = {
        "fair": found,
        "form": form if own else None,
        "contacts": contacts_visible_to(request.user, found),
        "nav": "fairs",
    }
    return render(request, "desk/fairs/contacts.html", context, status=422 if form.errors else 200)


@staff(roles=EVERYONE)
def cards(request: DeskRequest, fair_id: UUID) -> HttpResponse:
    """Cards to print and put on the stalls: name in German, topics in eight languages."""
    found = fair_or_404(request, fair_id)
    topics = {it.code: it.name for it in Topic.objects.filter(network=found.network)}
    stalls = found.stalls.exclude(status=StallStatus.DECLINED).select_related(
        "organization", "room"
    )
    context = {
        "fair": found,
        "cards": [
            (stall, [[(code, topics[topic]) for topic in stall.topics if topic in topics]
                     for code in NEWCOMER_LANGUAGES])
            for stall in stalls
        ],
        "nav": "fairs",
    }  # fmt: skip
    return render(request, "desk/fairs/cards.html", context)
