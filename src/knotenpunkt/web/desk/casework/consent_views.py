"""The consent sheet of a referral or a conference: in the language of the person, on one page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from knotenpunkt.casework.queries.referrals import sent_by_house
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.languages import reading_language
from knotenpunkt.network.models import StaffMember
from knotenpunkt.people.actions import Explanation, Signature, Terms, give_consent, log_read
from knotenpunkt.people.consent_texts import CURRENT_VERSION, text_of
from knotenpunkt.people.enums import Category, HowGiven, Layer
from knotenpunkt.people.errors import MayNotShare
from knotenpunkt.people.models import Person
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.casework.forms import SheetForm

DAYS_A_MONTH = 30
FAULTS = {
    "not_yours": gettext_lazy("Only the house that keeps the file can ask for this consent."),
    "guardian_needed": gettext_lazy("Under 15 the guardian decides and the child is heard."),
    "understanding_not_noted": gettext_lazy("Please note how you saw that she or he understands."),
    "age_unclear": gettext_lazy(
        "The age is not known: please note how you saw that she or he understands."
    ),
    "no_note": gettext_lazy("By word of mouth: please note what was said."),
    "not_findable": gettext_lazy("On paper: please note where the sheet is kept."),
    "bad_scan": gettext_lazy("A scan is a PDF, JPEG or PNG file of at most 5 MB."),
}


@staff(roles=CASE_ROLES)
def referral_consent(request: DeskRequest, referral_id: UUID) -> HttpResponse:
    """Show the sheet for the recipients of a referral; by POST, record the yes."""
    referral = get_object_or_404(
        sent_by_house(request.user)
        .select_related("person", "to_organization")
        .prefetch_related("recipients__organization"),
        pk=referral_id,
    )
    return consent_sheet(
        request,
        person=referral.person,
        recipients=list(referral.recipients.all()),
        purpose=referral.purpose,
        question=referral.question,
        back=reverse("desk:referral", args=[referral.pk]),
    )


def consent_sheet(
    request: DeskRequest,
    *,
    person: Person,
    recipients: Sequence[StaffMember],
    purpose: str,
    question: str,
    back: str,
) -> HttpResponse:
    """Show the sheet, or record the yes and go back. A no records nothing and costs nothing."""
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="consent sheet")
    language = reading_language(person.languages)
    form = SheetForm(request.POST or None, request.FILES or None, purpose=purpose, person=person)
    faults: list[str] = []
    is_shown = request.method == "POST" and form.is_valid()
    if is_shown and "yes" in request.POST:
        faults = _record_yes(request, person, form, _terms(form, recipients, purpose))
        if not faults:
            messages.success(request, _("The consent is recorded."))
            return redirect(back)
    context = {
        "person": person,
        "recipients": recipients,
        "question": question,
        "form": form,
        "faults": faults,
        "is_shown": is_shown,
        "what": _in_words(form, language) if is_shown else "",
        "until": _terms(form, recipients, purpose).end if is_shown else None,
        "sheet": text_of(CURRENT_VERSION, language),
        "language": language,
        "back": back,
        "nav": "cases",
    }
    status = 422 if form.errors or faults else 200
    return render(request, "desk/casework/consent.html", context, status=status)


def _in_words(form: SheetForm, language: str) -> str:
    """Return the data chosen, in the language of the sheet where it has words for them."""
    chosen = {Category.CONTACT, *form.cleaned_data["categories"]}
    with override(language):
        return ", ".join(str(it.label) for it in Category if it in chosen)


def _record_yes(request: DeskRequest, person: Person, form: SheetForm, terms: Terms) -> list[str]:
    """Record the yes, or return what stands against it."""
    language = reading_language(person.languages)
    try:
        give_consent(
            subject=person,
            terms=terms,
            explanation=Explanation(text_version=CURRENT_VERSION, language=language),
            signature=_signature(form.cleaned_data),
            by=request.user,
        )
    except MayNotShare as error:
        return [str(FAULTS.get(fault, fault)) for fault in error.faults]
    return []


def _terms(form: SheetForm, recipients: Sequence[StaffMember], purpose: str) -> Terms:
    values = form.cleaned_data
    return Terms(
        recipients=recipients,
        categories=sorted({Category.CONTACT, *values["categories"]}),
        purposes=[purpose],
        valid_until=clock.now() + dt.timedelta(days=DAYS_A_MONTH * values["months"]),
        layer=Layer.SENSITIVE if form.special else Layer.MATTER,
        special_categories=form.special,
    )


def _signature(values: dict[str, Any]) -> Signature:
    is_paper = values["how"] == HowGiven.PAPER
    return Signature(
        how=values["how"],
        note="" if is_paper else values["note"],
        place_of_original=values["note"] if is_paper else "",
        scan=values["scan"] if is_paper else None,
        understanding_note=values.get("understanding_note", ""),
    )
