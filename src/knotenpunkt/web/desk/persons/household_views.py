"""Who of the own file lives together with a person, and which services accompany them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.casework.queries.family import accompaniment_of, counselling_services
from knotenpunkt.people.actions import live_apart, live_together, log_read
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import find_persons, persons_visible_to
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.persons.forms import SearchForm

MOST = 10


def _own(request: DeskRequest, person_id: UUID) -> Person:
    return get_object_or_404(
        persons_visible_to(request.user).select_related("network", "household"), pk=person_id
    )


def _members(request: DeskRequest, person: Person) -> QuerySet[Person]:
    """Return who lives with her and is in the own file; of others nothing is said."""
    if person.household_id is None:
        return Person.objects.none()
    found = persons_visible_to(request.user).filter(household=person.household_id)
    return found.exclude(pk=person.pk).order_by("given_name", "id")


@staff(roles=CASE_ROLES)
def household(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """List who lives with her and which services accompany them; look for somebody by name.

    The search comes by POST: no name in an address.
    """
    person = _own(request, person_id)
    form = SearchForm(request.POST if request.method == "POST" else None)
    text = form.cleaned_data["q"].strip() if form.is_valid() else ""
    members = list(_members(request, person))
    others = persons_visible_to(request.user).exclude(
        pk__in=[person.pk, *(it.pk for it in members)]
    )
    found = list(find_persons(others, text)[:MOST]) if text else []
    with transaction.atomic():
        log_read(persons=[person, *members, *found], by=request.user, what="household")
    family = accompaniment_of(request.user, [person, *members])
    context = {
        "person": person, "members": members, "family": family, "found": found, "text": text,
        "services": counselling_services(family), "nav": "persons",
    }  # fmt: skip
    return render(request, "desk/persons/household.html", context)


@require_POST
@staff(roles=CASE_ROLES)
def household_join(request: DeskRequest, person_id: UUID, other_id: UUID) -> HttpResponse:
    person, other = _own(request, person_id), _own(request, other_id)
    if person != other:
        live_together(person=person, other=other, by=request.user)
        messages.success(request, _("Saved."))
    return redirect("desk:household", person.pk)


@require_POST
@staff(roles=CASE_ROLES)
def household_leave(request: DeskRequest, person_id: UUID, other_id: UUID) -> HttpResponse:
    person = _own(request, person_id)
    live_apart(person=get_object_or_404(_members(request, person), pk=other_id), by=request.user)
    messages.success(request, _("Saved."))
    return redirect("desk:household", person.pk)
