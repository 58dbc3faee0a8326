"""Binding appointments of authorities, entered from the letter; planning keeps clear of them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.people.actions import log_read
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.visits.actions.fixed_blocks import enter_fixed_block, remove_fixed_block
from knotenpunkt.visits.errors import Collides
from knotenpunkt.visits.models import Appointment
from knotenpunkt.visits.queries import fixed_blocks_visible_to
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.fixed.forms import BlockForm


@staff(roles=CASE_ROLES)
def blocks(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """List a person's fixed blocks and take in one more; collisions are shown first."""
    person = get_object_or_404(persons_visible_to(request.user), pk=person_id)
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="fixed blocks")
    form = BlockForm(request.POST or None)
    hurt: list[Appointment] = []
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            enter_fixed_block(
                person=person,
                block=form.block,
                by=request.user,
                displace=form.cleaned_data["displace"],
            )
        except Collides as error:
            found = Appointment.objects.filter(pk__in=error.appointments)
            hurt, status = list(found.select_related("service", "location")), 409
        else:
            messages.success(request, _("Entered. Planning keeps clear of it."))
            return redirect("desk:fixed_blocks", person.id)
    context = {
        "person": person,
        "form": form,
        "hurt": hurt,
        "is_taken": status == 409,
        "blocks": fixed_blocks_visible_to(request.user).filter(person=person),
        "nav": "persons",
    }
    return render(request, "desk/fixed/blocks.html", context, status=status)


@require_POST
@staff(roles=CASE_ROLES)
def remove(request: DeskRequest, block_id: UUID) -> HttpResponse:
    """Take a block out again: the authority has called it off."""
    block = get_object_or_404(fixed_blocks_visible_to(request.user), pk=block_id)
    remove_fixed_block(block=block, by=request.user)
    messages.success(request, _("Taken out. The time can be planned again."))
    return redirect("desk:fixed_blocks", block.person_id)
