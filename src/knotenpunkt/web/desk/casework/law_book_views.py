"""Her residence paper, and what the rules make of it: the law book that she lives under today."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knotenpunkt.casework.responsibility import law_book_of
from knotenpunkt.foundation import clock
from knotenpunkt.people.actions import log_read, note_residence
from knotenpunkt.people.models import ResidenceFacts
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.routing.enums import Title
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
FIELDS = ("title", "first_title_on", "arrived_on", "work_permitted_until")


class ResidenceForm(forms.Form):
    """The paper she has now, its days, and since when she is here."""

    title = forms.ChoiceField(
        label=gettext_lazy("Residence paper"), required=False,
        choices=[("", gettext_lazy("not known")), *Title.choices],
    )  # fmt: skip
    first_title_on = forms.DateField(
        label=gettext_lazy("First paper since"), required=False, widget=DAY
    )
    arrived_on = forms.DateField(label=gettext_lazy("In Germany since"), required=False, widget=DAY)
    work_permitted_until = forms.DateField(
        label=gettext_lazy("Work is permitted until"), required=False, widget=DAY,
        help_text=gettext_lazy("The last day that the paper names. Empty if it names none."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("first_title_on", "arrived_on"):
            if given.get(name) and given[name] > clock.today():
                self.add_error(name, _("This day is still to come."))
        return given


@staff(roles=CASE_ROLES)
def law_book(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Note what the rules ask for, and show what follows; a hand-over is proposed, never made."""
    person = get_object_or_404(
        persons_visible_to(request.user).select_related("network", "organization"), pk=person_id
    )
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="law book")
    known = ResidenceFacts.objects.filter(person=person).first()
    initial = {name: getattr(known, name) for name in FIELDS} if known else {}
    form = ResidenceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        note_residence(person=person, by=request.user, fields=form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("desk:law_book", person.pk)
    context = {"person": person, "form": form, "law": law_book_of(person), "nav": "persons"}
    status = 422 if form.errors else 200
    return render(request, "desk/casework/law_book.html", context, status=status)
