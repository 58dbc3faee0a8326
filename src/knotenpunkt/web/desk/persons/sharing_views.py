"""Who may see what of a person: give, look, withdraw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from knotenpunkt.foundation.languages import direction
from knotenpunkt.network.enums import LegalClass, Role
from knotenpunkt.people.actions import (
    give_consent,
    log_read,
    withdraw_consent,
    write_item,
)
from knotenpunkt.people.consent_texts import CURRENT_VERSION, text_of, texts_of
from knotenpunkt.people.enums import Layer
from knotenpunkt.people.errors import MayNotShare
from knotenpunkt.people.models import Consent, Item, Person
from knotenpunkt.people.queries import (
    grants_of,
    items_visible_to,
    persons_visible_to,
    reads_by_day,
    reads_of,
    releases_naming,
)
from knotenpunkt.people.rules import Terms
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.persons.faults import sentence_of
from knotenpunkt.web.desk.persons.sharing_forms import ConsentForm, ItemForm

AnyForm = TypeVar("AnyForm", bound=forms.Form)
Page = Callable[[DeskRequest, Person, AnyForm], HttpResponse]
MOST_LINES, READS_ON_A_PAGE = 20, 50
SHARING_ROLES = CASE_ROLES - {Role.INTERPRETER_COORDINATOR}


def own_person(request: DeskRequest, person_id: UUID, what: str) -> Person:
    """Return a person of the own file, her look logged, or 404."""
    found = persons_visible_to(request.user).select_related("network")
    person = get_object_or_404(found, pk=person_id)
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what=what)
    return person


@staff(roles=SHARING_ROLES)
def sharing(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Show what is written of her, who may see it, and who has looked."""
    person = own_person(request, person_id, "sharing")
    context = {
        "person": person,
        "items": items_visible_to(request.user).filter(subject=person).select_related("author"),
        "consents": person.consents.defer("scan").prefetch_related("grants"),
        "releases": releases_naming(request.user).filter(subject=person),
        "me": request.user.staff_member,
        "may_share_by_law": request.user.staff_member.organization.legal_class
        == LegalClass.BENEFIT_CARRIER,
        "by_statute": grants_of(person).filter(consent=None),
        "reads": reads_by_day(person)[:MOST_LINES],
        "nav": "persons",
    }
    return render(request, "desk/persons/sharing.html", context)


@staff(roles=SHARING_ROLES)
def reads(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Show every look at her, with its time and what it rested on."""
    person = own_person(request, person_id, "sharing")
    page = Paginator(reads_of(person), READS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"person": person, "page": page, "nav": "persons"}
    return render(request, "desk/persons/reads.html", context)


@staff(roles=SHARING_ROLES)
def item_new(request: DeskRequest, person_id: UUID) -> HttpResponse:
    person = own_person(request, person_id, "note")
    form = ItemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        write_item(
            subject=person,
            category=values["category"],
            body=values["body"],
            layer=Layer.ENTRUSTED if values["is_entrusted"] else Layer.CONTACT,
            is_from_person=values["is_from_person"],
            by=request.user,
        )
        messages.success(request, _("Saved."))
        return redirect("desk:person_sharing", person.id)
    context = {"person": person, "form": form, "nav": "persons"}
    status = 422 if form.errors else 200
    return render(request, "desk/persons/item_new.html", context, status=status)


@staff(roles=SHARING_ROLES)
def consent_new(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """First the terms; then the sheet in her language beside what the recipient will see; then yes.

    The three steps are one form that is sent on, so that nothing of a no is ever stored.
    """
    person = own_person(request, person_id, "consent")
    form = ConsentForm(request.POST or None, request.FILES or None, person=person)

    def give() -> None:
        give_consent(
            subject=person,
            terms=form.terms,
            explanation=form.explanation,
            signature=form.signature,
            by=request.user,
        )
        messages.success(request, _("Noted. It is shared from now on."))

    return form_sheet_yes(request, person, form, pages=(_form_page, _sheet), give=give)


def form_sheet_yes(
    request: DeskRequest, person: Person, form: AnyForm,
    *, pages: tuple[Page[AnyForm], Page[AnyForm]], give: Callable[[], None],
) -> HttpResponse:  # fmt: skip
    """Show the form, then the sheet, and on her yes do what both are for; a refusal goes back."""
    show_form, show_sheet = pages
    if request.method != "POST" or not form.is_valid():
        return show_form(request, person, form)
    if "yes" not in request.POST:
        return show_sheet(request, person, form)
    try:
        give()
    except MayNotShare as refused:
        for fault in refused.faults:
            form.add_error(None, str(sentence_of(fault)))
        return show_form(request, person, form)
    return redirect("desk:person_sharing", person.id)


def _form_page(request: DeskRequest, person: Person, form: ConsentForm) -> HttpResponse:
    context = {"person": person, "form": form, "nav": "persons"}
    status = 422 if form.errors else 200
    return render(request, "desk/persons/consent_new.html", context, status=status)


def _sheet(request: DeskRequest, person: Person, form: ConsentForm) -> HttpResponse:
    """Show the sheet in her language and in German, and the very items the recipient will see."""
    terms = form.terms
    spoken = form.cleaned_data["language"]
    written = spoken if spoken in texts_of(CURRENT_VERSION) else "de"
    languages = [written] if written == "de" else [written, "de"]
    context = {
        "person": person,
        "form": form,
        "terms": terms,
        "sheets": [sheet_in(language, terms) for language in languages],
        "handed_over": _handed_over(request, person, terms),
        "nav": "persons",
    }
    return render(request, "desk/persons/consent_sheet.html", context)


def sheet_in(language: str, terms: Terms) -> dict[str, Any]:
    text = text_of(CURRENT_VERSION, language)
    return {
        "language": language,
        "direction": direction(language),
        "text": text,
        "recipients": [(it.name, it.organization.name) for it in terms.recipients],
        "categories": [text.categories[it] for it in terms.categories],
        "special": [text.categories[it] for it in terms.special_categories],
        "purposes": [text.purposes[it] for it in terms.purposes],
        "until": terms.end,
    }


def _handed_over(request: DeskRequest, person: Person, terms: Terms) -> list[Item]:
    own = items_visible_to(request.user).filter(
        subject=person, organization=request.user.staff_member.organization_id
    )
    return list(own.filter(category__in=terms.categories, layer__lte=terms.layer))


@staff(roles=SHARING_ROLES)
def consent_withdraw(request: DeskRequest, person_id: UUID, consent_id: UUID) -> HttpResponse:
    """Ask once, then end it; the person needs no reason."""
    person = own_person(request, person_id, "consent")
    consent = get_object_or_404(Consent.objects.filter(subject=person).defer("scan"), pk=consent_id)
    if request.method == "POST":
        withdraw_consent(consent=consent, by=request.user)
        messages.success(request, _("Withdrawn. Nobody it was shared with sees it any more."))
        return redirect("desk:person_sharing", person.id)
    context = {"person": person, "consent": consent, "nav": "persons"}
    return render(request, "desk/persons/consent_withdraw.html", context)
