"""What partners share with exactly me, and nothing else of that person."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from knotenpunkt.people.actions import open_shared_items
from knotenpunkt.people.queries import grants_to, persons_shared_with
from knotenpunkt.web.access import DeskRequest, staff
from knotenpunkt.web.desk.persons.sharing_views import SHARING_ROLES

PAGE_SIZE = 20


@staff(roles=SHARING_ROLES)
def shared(request: DeskRequest) -> HttpResponse:
    """List the persons of whom a partner shares something with me."""
    found = persons_shared_with(request.user).order_by("given_name", "family_name", "id")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "desk/persons/shared.html", {"page": page, "nav": "persons"})


@staff(roles=SHARING_ROLES)
def shared_person(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Show what the living grants hand over, each look logged with its grant and purpose."""
    person = get_object_or_404(persons_shared_with(request.user), pk=person_id)
    context = {
        "person": person,
        "items": open_shared_items(person=person, by=request.user),
        "grants": grants_to(request.user).filter(subject=person).select_related("owner"),
        "nav": "persons",
    }
    return render(request, "desk/persons/shared_person.html", context)
