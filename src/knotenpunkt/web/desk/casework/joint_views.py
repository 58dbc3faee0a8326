"""A joint session: two counsellors of two employers, one person, one step."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knotenpunkt.casework.actions.joint import book_joint_session
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Network, StaffMember
from knotenpunkt.people.actions import log_read
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.visits.errors import BadPlan, TimesTaken, TooManyHolds
from knotenpunkt.visits.plan import BookingPlan, Malformed, read_plan
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import BadWish, wish_of
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.casework.forms import ServiceChoice

HORIZON = dt.timedelta(days=28)


class JointForm(forms.Form):
    """Which joint talk, and what for."""

    service = ServiceChoice(
        label=gettext_lazy("Which joint talk?"), queryset=Service.objects.none()
    )
    question = forms.CharField(label=gettext_lazy("What is it about?"), max_length=200)
    plan = forms.CharField(max_length=4000, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, network: Network, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["service"].queryset = Service.objects.filter(  # type: ignore[attr-defined]
            organization__network=network, is_joint=True
        ).select_related("organization")

    def clean_plan(self) -> BookingPlan | None:
        if not self.cleaned_data["plan"]:
            return None
        try:
            return read_plan(self.cleaned_data["plan"])
        except Malformed as error:
            raise forms.ValidationError(_("This time could not be read.")) from error


@staff(roles=CASE_ROLES)
def joint_new(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Show common free times of both calendars; one tap books all three."""
    person = get_object_or_404(
        persons_visible_to(request.user).select_related("network"), pk=person_id
    )
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="joint session")
    form = JointForm(request.POST or None, network=person.network)
    if request.method != "POST" or not form.is_valid():
        return _page(request, person, form, 422 if form.errors else 200)
    values = form.cleaned_data
    if values["plan"] is None:
        return _page(request, person, form, times=_times(person, values["service"]))
    try:
        session = book_joint_session(
            person=person, plan=values["plan"], question=values["question"], by=request.user
        )
    except (TimesTaken, BadPlan, TooManyHolds):
        messages.warning(request, _("This time was just taken. Please choose again."))
        return _page(request, person, form, 409, times=_times(person, values["service"]))
    messages.success(request, _("Booked. All appointments are fixed."))
    return redirect("desk:visit", session.appointment.visit_id)


def _times(person: Person, service: Service) -> list[tuple[BookingPlan, list[StaffMember]]]:
    today = clock.today()
    try:
        found = propose_visits(wish_of(person, (service.pk,), today, today + HORIZON))
    except BadWish:
        return []
    plans = [it.plan for it in found.proposals]
    ids = {member for plan in plans for member in plan.legs[0].staff}
    staff_by_id = StaffMember.objects.select_related("organization").in_bulk(list(ids))
    return [(plan, [staff_by_id[it] for it in plan.legs[0].staff]) for plan in plans]


def _page(
    request: DeskRequest,
    person: Person,
    form: JointForm,
    status: int = 200,
    times: list[tuple[BookingPlan, list[StaffMember]]] | None = None,
) -> HttpResponse:
    context = {"person": person, "form": form, "times": times, "nav": "persons"}
    return render(request, "desk/casework/joint.html", context, status=status)
