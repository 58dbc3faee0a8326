"""What changes in the law: filtered, read, sent by mail; notes for law that no rule speaks of."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Organization
from knotenpunkt.routing.actions.reading import note_law, read_change, subscribe_to_law
from knotenpunkt.routing.changes import ChangeKind, LawChange, law_changes, read_by
from knotenpunkt.routing.enums import Matter
from knotenpunkt.routing.errors import NoSuchChange
from knotenpunkt.routing.models import LawSubscription
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.responsibility.views import network_of

PAGE_SIZE = 20
ALL = ("", gettext_lazy("all"))


class ChangeFilterForm(forms.Form):
    """Which changes to show."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What happens"), required=False, choices=[ALL, *ChangeKind.choices]
    )
    matter = forms.ChoiceField(
        label=gettext_lazy("Matter"), required=False, choices=[ALL, *Matter.choices]
    )
    organization = forms.ModelChoiceField(
        Organization.objects.none(), label=gettext_lazy("Organization"), required=False,
        empty_label=gettext_lazy("all"),
    )  # fmt: skip
    unread = forms.BooleanField(label=gettext_lazy("Only what I have not read"), required=False)

    def __init__(self, *args: Any, changes: list[LawChange], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = {key for change in changes for key, _name in change.organizations}
        field: Any = self.fields["organization"]
        field.queryset = Organization.objects.filter(pk__in=named).order_by("name")

    def fits(self, change: LawChange, read: set[str]) -> bool:
        """Return whether a change is among what is wanted; only of a valid form."""
        wanted = self.cleaned_data
        house = wanted["organization"]
        return (
            (not wanted["kind"] or change.kind == wanted["kind"])
            and (not wanted["matter"] or wanted["matter"] in change.matters)
            and (house is None or house.pk in {key for key, _name in change.organizations})
            and not (wanted["unread"] and change.key in read)
        )


class NoteForm(forms.Form):
    """A change of law that no rule speaks of."""

    legal_basis = forms.CharField(label=gettext_lazy("Legal basis"), max_length=200)
    words = forms.CharField(
        label=gettext_lazy("What it changes here"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    matters = forms.MultipleChoiceField(
        label=gettext_lazy("Matters"), required=False, choices=Matter.choices,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    on = forms.DateField(
        label=gettext_lazy("From which day?"), initial=clock.today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    source = forms.CharField(label=gettext_lazy("Source"), max_length=300)


@staff(roles=EVERYONE)
def changes(request: DeskRequest) -> HttpResponse:
    """List what begins, ended or may begin, the latest day first."""
    every, read = law_changes(network_of(request)), read_by(request.user)
    form = ChangeFilterForm(request.GET or None, changes=every)
    is_valid = form.is_valid()
    found = [it for it in every if form.fits(it, read)] if is_valid else every
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    me = request.user.staff_member
    context = {
        "form": form,
        "page": page,
        "rows": [(it, slugify(it.key), it.key in read, it.on > clock.today()) for it in page],
        "query": query.urlencode(),
        "is_subscribed": LawSubscription.objects.filter(staff_member=me).exists(),
        "may_note": me.role == Role.COORDINATOR,
        "nav": "responsibility",
    }
    status = 422 if form.is_bound and not is_valid else 200
    return render(request, "desk/responsibility/changes.html", context, status=status)


@require_POST
@staff(roles=EVERYONE)
def change_read(request: DeskRequest) -> HttpResponse:
    """Note that she has read a change, or take that back."""
    key = request.POST.get("key", "")
    try:
        read_change(key=key, by=request.user, is_read="off" not in request.POST)
    except NoSuchChange as error:
        raise Http404 from error
    return redirect(f"{reverse('desk:law_changes')}#{slugify(key)}")


@require_POST
@staff(roles=EVERYONE)
def changes_by_mail(request: DeskRequest) -> HttpResponse:
    """Order the weekly mail or end it."""
    subscribe_to_law(by=request.user, is_wanted="off" not in request.POST)
    messages.success(request, _("Saved."))
    return redirect("desk:law_changes")


@staff(roles=EVERYONE)
def change_new(request: DeskRequest) -> HttpResponse:
    """Let the coordinator note a change by hand."""
    if request.user.staff_member.role != Role.COORDINATOR:
        raise PermissionDenied
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note_law(by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("desk:law_changes")
    context = {"form": form, "nav": "responsibility"}
    status = 422 if form.errors else 200
    return render(request, "desk/responsibility/change_form.html", context, status=status)
