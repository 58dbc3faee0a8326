"""Files that may be one person: look, then say the same or not the same."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from knotenpunkt.people.actions import keep_apart, log_read, merge_persons
from knotenpunkt.people.queries import persons_visible_to, possible_duplicates
from knotenpunkt.web.access import DeskRequest, staff
from knotenpunkt.web.desk.persons.sharing_views import SHARING_ROLES


class PairForm(forms.Form):
    """Which file, and what was decided."""

    other = forms.UUIDField()
    answer = forms.ChoiceField(choices=[("same", ""), ("apart", "")])


@staff(roles=SHARING_ROLES)
def duplicates(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Propose files of the own organization beside this one; merged ones can be parted again."""
    person = get_object_or_404(persons_visible_to(request.user), pk=person_id)
    form = PairForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        visible = persons_visible_to(request.user, merged=True)
        other = get_object_or_404(visible, pk=form.cleaned_data["other"])
        if form.cleaned_data["answer"] == "same":
            merge_persons(kept=person, other=other, by=request.user)
            messages.success(request, _("Both files are one now. Nothing is shared further."))
        else:
            keep_apart(one=person, other=other, by=request.user)
            messages.success(request, _("Noted: two people. The pair is not proposed again."))
        return redirect("desk:person_duplicates", person.id)
    proposed = possible_duplicates(person, for_account=request.user)
    merged = list(person.merged_files.all())
    with transaction.atomic():
        log_read(persons=[person, *proposed, *merged], by=request.user, what="duplicates")
    context = {"person": person, "proposed": proposed, "merged": merged, "nav": "persons"}
    status = 422 if form.errors else 200
    return render(request, "desk/persons/duplicates.html", context, status=status)
