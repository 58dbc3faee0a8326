"""Releases from confidentiality: one counsellor by name may speak with one colleague by name."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from knotenpunkt.foundation.languages import reading_language
from knotenpunkt.people.actions import end_release, release_confidentiality
from knotenpunkt.people.enums import Layer
from knotenpunkt.people.models import Item, Person
from knotenpunkt.people.queries import items_visible_to, releases_naming
from knotenpunkt.people.rules import Terms
from knotenpunkt.web.access import DeskRequest, staff
from knotenpunkt.web.desk.persons.sharing_forms import ReleaseForm
from knotenpunkt.web.desk.persons.sharing_views import (
    SHARING_ROLES,
    form_sheet_yes,
    own_person,
    sheet_in,
)


@staff(roles=SHARING_ROLES)
def release_new(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """First to whom and what; then the sheet beside the very notes; then yes."""
    person = own_person(request, person_id, "consent")
    me = request.user.staff_member
    form = ReleaseForm(request.POST or None, request.FILES or None, person=person, me=me)

    def give() -> None:
        release_confidentiality(
            subject=person, terms=form.terms, signature=form.signature, by=request.user
        )
        messages.success(request, _("Noted. You may speak with them from now on."))

    return form_sheet_yes(request, person, form, pages=(_form_page, _sheet), give=give)


def _form_page(request: DeskRequest, person: Person, form: ReleaseForm) -> HttpResponse:
    context = {"person": person, "form": form, "nav": "persons"}
    status = 422 if form.errors else 200
    return render(request, "desk/persons/release_new.html", context, status=status)


def _sheet(request: DeskRequest, person: Person, form: ReleaseForm) -> HttpResponse:
    terms, spoken = form.terms, reading_language(person.languages)
    context = {
        "person": person,
        "form": form,
        "sheets": [sheet_in(it, terms) for it in dict.fromkeys((spoken, "de"))],
        "handed_over": _entrusted(request, person, terms),
        "nav": "persons",
    }
    return render(request, "desk/persons/consent_sheet.html", context)


def _entrusted(request: DeskRequest, person: Person, terms: Terms) -> list[Item]:
    """Return what the colleague will hear: my own entrusted notes of these kinds."""
    mine = items_visible_to(request.user).filter(
        subject=person, author=request.user.staff_member, layer=Layer.ENTRUSTED
    )
    return list(mine.filter(category__in=terms.categories))


@staff(roles=SHARING_ROLES)
def release_withdraw(request: DeskRequest, person_id: UUID, release_id: UUID) -> HttpResponse:
    """Ask once, then end it: whoever was freed to speak notes that the person took it back."""
    person = own_person(request, person_id, "consent")
    mine = releases_naming(request.user).filter(subject=person, releases=request.user.staff_member)
    release = get_object_or_404(mine, pk=release_id)
    if request.method == "POST":
        end_release(release=release, by=request.user)
        messages.success(request, _("Taken back. You may not speak about it any more."))
        return redirect("desk:person_sharing", person.id)
    context = {"person": person, "release": release, "nav": "persons"}
    return render(request, "desk/persons/release_withdraw.html", context)
