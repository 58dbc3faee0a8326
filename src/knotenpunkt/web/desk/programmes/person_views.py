"""Which programme can she join now? What is missing, what helps instead, and the way on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.directory.queries import services_visible_to
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import LegalClass
from knotenpunkt.people.actions import log_read
from knotenpunkt.people.actions.persons import note_needs
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.programmes.actions.facts import note_checked, note_declared
from knotenpunkt.programmes.enums import FROM_FILE, AskedFact
from knotenpunkt.programmes.models import PersonFact
from knotenpunkt.programmes.queries import standings_of
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.programmes.forms import FactForm


def _person(request: DeskRequest, person_id: UUID) -> Person:
    found = persons_visible_to(request.user).select_related("network")
    person = get_object_or_404(found, pk=person_id)
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="programmes")
    return person


@staff(roles=CASE_ROLES)
def person_programmes(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Show for each programme whether she can join today, and what is known of her for it."""
    return _page(request, _person(request, person_id), None)


@require_POST
@staff(roles=CASE_ROLES)
def person_fact(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Write what she says of herself and what a paper shows; each only if it changed."""
    person = _person(request, person_id)
    form = FactForm(request.POST)
    if not form.is_valid():
        return _page(request, person, form)
    fact = AskedFact(form.cleaned_data["fact"])
    was = PersonFact.objects.filter(person=person, fact=fact).first() or PersonFact()
    declared, checked = form.truth("declared"), form.truth("checked")
    paper = form.cleaned_data["paper"] if checked is not None else ""
    if declared != was.declared:
        note_declared(person=person, fact=fact, value=declared, by=request.user)
    if (checked, paper) != (was.checked, was.paper):
        note_checked(person=person, fact=fact, value=checked, paper=paper, by=request.user)
    messages.success(request, _("Noted."))
    return redirect("desk:person_programmes", person.pk)


@require_POST
@staff(roles=CASE_ROLES)
def programme_book(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Note a service as her matter and go on to her visit."""
    person = _person(request, person_id)
    found = services_visible_to(request.user)
    service = get_object_or_404(found, code=request.POST.get("service", ""))
    note_needs(person=person, services=[service.pk], by=request.user)
    return redirect("desk:visit_new", person.pk)


def _page(request: DeskRequest, person: Person, form: FactForm | None) -> HttpResponse:
    rows = {
        it.fact: it for it in PersonFact.objects.filter(person=person).select_related("checked_by")
    }
    answers = standings_of(person, clock.today())
    own = request.user.staff_member.organization_id
    services = {
        it.pk: it
        for answer in answers
        for it in (*answer.programme.services.all(), *answer.alternatives)
    }
    may_refer = {
        pk
        for pk, it in services.items()
        if it.organization_id != own
        and it.organization.legal_class != LegalClass.IMMIGRATION_OFFICE
    }
    context = {
        "person": person,
        "answers": answers,
        "may_refer": may_refer,
        "facts": [
            (fact.label, rows.get(fact), _fact_form(fact, rows.get(fact), form))
            for fact in AskedFact
            if fact not in FROM_FILE
        ],
        "nav": "persons",
    }
    return render(
        request, "desk/programmes/person.html", context, status=422 if form is not None else 200
    )


def _fact_form(fact: AskedFact, row: PersonFact | None, sent: FactForm | None) -> FactForm:
    """Return the form of a fact; the one that was sent keeps what was typed."""
    if sent is not None and sent.data.get("fact") == fact:
        return sent
    word: dict[Any, str] = {True: "yes", False: "no"}
    return FactForm(
        initial={
            "fact": fact,
            "declared": word.get(row.declared if row else None, ""),
            "checked": word.get(row.checked if row else None, ""),
            "paper": row.paper if row else "",
        },
        auto_id=f"id_{fact}_%s",
    )
