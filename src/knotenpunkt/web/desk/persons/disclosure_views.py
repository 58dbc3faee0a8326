"""Requests of authorities in writing: one prepares, another decides, and the record stays."""

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
from django.views.decorators.http import require_POST

from knotenpunkt.people.actions import (
    WrittenRequest,
    decide_disclosure,
    log_read,
    prepare_disclosure,
)
from knotenpunkt.people.actions.disclosing import FIELDS, disclosed
from knotenpunkt.people.enums import Informed, Layer
from knotenpunkt.people.errors import MayNotShare
from knotenpunkt.people.labels import label_of
from knotenpunkt.people.models import Disclosure, Item, Person
from knotenpunkt.people.queries import disclosures_of, items_visible_to, persons_visible_to
from knotenpunkt.web.access import DeskRequest, staff
from knotenpunkt.web.desk.persons.faults import sentence_of
from knotenpunkt.web.desk.persons.sharing_views import SHARING_ROLES


def _label(name: str) -> str:
    return label_of(Person._meta.get_field(name))  # type: ignore[arg-type]


class RequestForm(forms.Form):
    """Who asks, by which law, and for exactly what."""

    requester = forms.CharField(label=gettext_lazy("Who asks in writing"), max_length=200)
    reference = forms.CharField(
        label=gettext_lazy("Their reference"), max_length=120, required=False
    )
    legal_basis = forms.CharField(label=gettext_lazy("By which law"), max_length=120)
    necessity = forms.CharField(label=gettext_lazy("Why it is necessary"), max_length=300)
    fields_asked = forms.MultipleChoiceField(
        label=gettext_lazy("Of the person"), required=False, widget=forms.CheckboxSelectMultiple
    )
    items = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Notes"), queryset=Item.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, person: Person, request: DeskRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, _label(name)) for name in FIELDS]
        self.fields["fields_asked"].choices = choices  # type: ignore[attr-defined]
        own = items_visible_to(request.user).filter(
            subject=person,
            organization=request.user.staff_member.organization_id,
            layer__lt=Layer.ENTRUSTED,
        )
        self.fields["items"].queryset = own  # type: ignore[attr-defined]

    @property
    def written(self) -> WrittenRequest:
        """Return what was filled in; only of a valid form."""
        given = dict(self.cleaned_data)
        return WrittenRequest(
            fields=given.pop("fields_asked"), items=list(given.pop("items")), **given
        )


class DecisionForm(forms.Form):
    """Give or refuse, and how she or he hears of it."""

    answer = forms.ChoiceField(choices=[("give", ""), ("refuse", "")])
    informed = forms.ChoiceField(choices=Informed.choices, required=False)
    silent_because = forms.CharField(max_length=300, required=False)


def _page(
    request: DeskRequest, person: Person, form: RequestForm, status: int = 200, **more: Any
) -> HttpResponse:
    rows = list(disclosures_of(person, request.user))
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="disclosures")
    context = {
        "person": person,
        "form": form,
        "rows": [(it, _shown(it)) for it in rows],
        "ways": Informed.choices,
        "me": request.user.staff_member,
        "nav": "persons",
        **more,
    }
    return render(request, "desk/persons/disclosures.html", context, status=status)


def _shown(row: Disclosure) -> list[str]:
    """Return the names of what is asked for, and the categories of the notes."""
    names = [_label(name) for name in row.fields]
    return [*names, *(it.get_category_display() for it in row.items.all())]


@staff(roles=SHARING_ROLES)
def disclosures(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """List what was asked for and given; by POST, write down a new request."""
    person = get_object_or_404(persons_visible_to(request.user), pk=person_id)
    form = RequestForm(request.POST or None, person=person, request=request)
    if request.method == "POST" and form.is_valid():
        try:
            prepare_disclosure(subject=person, request=form.written, by=request.user)
        except MayNotShare as refused:
            for fault in refused.faults:
                form.add_error(None, str(sentence_of(fault)))
        else:
            messages.success(request, _("Written down. Somebody else of your house decides."))
            return redirect("desk:disclosures", person.pk)
    return _page(request, person, form, 422 if form.errors else 200)


@require_POST
@staff(roles=SHARING_ROLES)
def disclosure_decide(request: DeskRequest, person_id: UUID, disclosure_id: UUID) -> HttpResponse:
    """Give or refuse as the second person; what was given is shown once, to be sent on paper."""
    person = get_object_or_404(persons_visible_to(request.user), pk=person_id)
    found = get_object_or_404(disclosures_of(person, request.user), pk=disclosure_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please choose one of the answers."))
        return redirect("desk:disclosures", person.pk)
    given = form.cleaned_data
    try:
        row = decide_disclosure(
            disclosure=found, is_given=given["answer"] == "give", by=request.user,
            informed=given["informed"], silent_because=given["silent_because"],
        )  # fmt: skip
    except MayNotShare as refused:
        for fault in refused.faults:
            messages.error(request, str(sentence_of(fault)))
        blank = RequestForm(person=person, request=request)
        return _page(request, person, blank, 422, decision=form, decided=found)
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="disclosures")
    context = {"person": person, "row": row, "values": _values(row), "nav": "persons"}
    return render(request, "desk/persons/disclosed.html", context)


def _values(row: Disclosure) -> list[tuple[str, str]]:
    fields = {name: _label(name) for name in row.fields}
    return [(fields.get(name, name), text) for name, text in disclosed(row)]
