"""Persons: find, create, look, change."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from knotenpunkt.availability.queries import memberships_of
from knotenpunkt.people.actions import change_person, create_person, log_read
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import find_persons, persons_visible_to, possible_duplicates
from knotenpunkt.visits.queries import visits_visible_to
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.persons.forms import PersonForm, SearchForm, WindowsForm

PAGE_SIZE = 20


@staff(roles=CASE_ROLES)
def persons(request: DeskRequest) -> HttpResponse:
    """List the own persons. The search is sent by POST, so that no name is in a URL."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    text = form.cleaned_data["q"].strip() if form.is_valid() else ""
    found = persons_visible_to(request.user).select_related("municipality", "case_lead")
    found = find_persons(found, text) if text else found.order_by("given_name", "family_name", "id")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    with transaction.atomic():
        log_read(persons=page.object_list, by=request.user, what="list")
    return render(
        request,
        "desk/persons/list.html",
        {"page": page, "form": form, "text": text, "nav": "persons"},
    )


@staff(roles=CASE_ROLES)
def person_new(request: DeskRequest) -> HttpResponse:
    network = request.user.staff_member.organization.network
    form = PersonForm(request.POST or None, network=network)
    windows = WindowsForm(request.POST or None)
    if request.method == "POST" and form.is_valid() & windows.is_valid():
        person = create_person(by=request.user, fields=form.cleaned_data, windows=windows.windows)
        if possible_duplicates(person, for_account=request.user):
            return redirect("desk:person_duplicates", person.id)
        messages.success(request, _("Saved. What is it about?"))
        return redirect("desk:visit_new", person.id)
    return _form_page(request, form, windows, None)


@staff(roles=CASE_ROLES)
def person_change(request: DeskRequest, person_id: UUID) -> HttpResponse:
    person = get_object_or_404(persons_visible_to(request.user), pk=person_id)
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="form")
    form = PersonForm(request.POST or None, instance=person, network=person.network)
    windows = WindowsForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid() & windows.is_valid():
        person.refresh_from_db()
        change_person(
            person=person, by=request.user, fields=form.cleaned_data, windows=windows.windows
        )
        messages.success(request, _("Saved."))
        return redirect("desk:person", person.id)
    return _form_page(request, form, windows, person)


def _form_page(
    request: HttpRequest, form: PersonForm, windows: WindowsForm, person: Person | None
) -> HttpResponse:
    status = 422 if form.is_bound and (form.errors or windows.errors) else 200
    context = {"form": form, "windows": windows, "person": person, "nav": "persons"}
    return render(request, "desk/persons/form.html", context, status=status)


@staff(roles=CASE_ROLES)
def person(request: DeskRequest, person_id: UUID) -> HttpResponse:
    found = get_object_or_404(
        persons_visible_to(request.user).select_related("municipality", "case_lead", "network"),
        pk=person_id,
    )
    with transaction.atomic():
        log_read(persons=[found], by=request.user, what="page")
    visits = visits_visible_to(request.user).filter(person=found)
    context = {
        "person": found,
        "windows": found.unavailable_windows.all(),
        "needs": found.needs.select_related("service__organization", "service__topic"),
        "memberships": memberships_of(found),
        "tokens": found.held_tokens.select_related("token__document"),
        "visits": visits.prefetch_related("appointments__location")[:PAGE_SIZE],
        "nav": "persons",
    }
    return render(request, "desk/persons/person.html", context)
