"""For whom a programme pays: shown on the person's page; begun and ended by whose time it is."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.availability.actions.pools import enrol, leave_pool
from knotenpunkt.availability.queries import memberships_of, pools_filled_by
from knotenpunkt.people.actions import log_read
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.pools.forms import EnrolForm


def _person(request: DeskRequest, person_id: UUID) -> Person:
    found = persons_visible_to(request.user).select_related("network")
    person = get_object_or_404(found, pk=person_id)
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="programmes")
    return person


@staff(roles=CASE_ROLES)
def pools(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """List the programmes that pay for a person; by POST, begin one."""
    person = _person(request, person_id)
    form = EnrolForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        enrol(pool=values["pool"], person=person, last=values["last_on"], by=request.user)
        messages.success(request, _("She is in. Times of the programme are proposed to her."))
        return redirect("desk:person_pools", person.id)
    context = {
        "person": person,
        "form": form,
        "memberships": memberships_of(person),
        "may_end": set(pools_filled_by(request.user).values_list("pk", flat=True)),
        "nav": "persons",
    }
    return render(request, "desk/pools/person.html", context, status=422 if form.errors else 200)


@require_POST
@staff(roles=CASE_ROLES)
def leave(request: DeskRequest, person_id: UUID, pool_id: UUID) -> HttpResponse:
    """Let it end; what is booked stays booked."""
    person = _person(request, person_id)
    pool = get_object_or_404(pools_filled_by(request.user), pk=pool_id)
    leave_pool(pool=pool, person=person, by=request.user)
    messages.success(request, _("It has ended. What is booked stays booked."))
    return redirect("desk:person_pools", person.id)
