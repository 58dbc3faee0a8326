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
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.visits.actions.fixed_blocks import (
    change_fixed_block,
    enter_fixed_block,
    remove_fixed_block,
)
from knotenpunkt.visits.errors import Collides
from knotenpunkt.visits.models import Appointment, ExternalAppointment
from knotenpunkt.visits.queries import appointments_visible_to, fixed_blocks_visible_to
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.fixed.forms import BlockForm


@staff(roles=CASE_ROLES)
def blocks(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """List a person's fixed blocks and take in one more; collisions are shown first."""
    person = get_object_or_404(persons_visible_to(request.user), pk=person_id)
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="fixed blocks")
    form = BlockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            enter_fixed_block(
                person=person,
                block=form.block,
                by=request.user,
                displace=form.cleaned_data["displace"],
            )
        except Collides as error:
            return _page(request, person, form, hurt=error.appointments)
        messages.success(request, _("Entered. Planning keeps clear of it."))
        return redirect("desk:fixed_blocks", person.id)
    return _page(request, person, form)


def _page(
    request: DeskRequest, person: Person, form: BlockForm, hurt: list[UUID] | None = None
) -> HttpResponse:
    context = {
        "person": person,
        "form": form,
        "hurt": _shown(request, hurt),
        "is_taken": hurt is not None,
        "blocks": fixed_blocks_visible_to(request.user).filter(person=person),
        "nav": "persons",
    }
    status = 409 if hurt is not None else 422 if form.errors else 200
    return render(request, "desk/fixed/blocks.html", context, status=status)


def _shown(request: DeskRequest, hurt: list[UUID] | None) -> list[Appointment]:
    """Return what would be hurt, as far as one may see it: of others, not even that it is there."""
    found = appointments_visible_to(request.user).filter(pk__in=hurt or [])
    return list(found.select_related("service", "location"))


@staff(roles=CASE_ROLES)
def change(request: DeskRequest, block_id: UUID) -> HttpResponse:
    """Let a block say what the letter says now: the authority has moved it."""
    own = fixed_blocks_visible_to(request.user).select_related("person")
    block = get_object_or_404(own, pk=block_id)
    with transaction.atomic():
        log_read(persons=[block.person], by=request.user, what="fixed blocks")
    form = BlockForm(request.POST) if request.method == "POST" else BlockForm.filled_with(block)
    if form.is_bound and form.is_valid():
        displace = form.cleaned_data["displace"]
        try:
            change_fixed_block(block=block, to=form.block, by=request.user, displace=displace)
        except Collides as error:
            return _change_page(request, block, form, hurt=error.appointments)
        messages.success(request, _("Changed. Planning keeps clear of the new time."))
        return redirect("desk:fixed_blocks", block.person_id)
    return _change_page(request, block, form)


def _change_page(
    request: DeskRequest,
    block: ExternalAppointment,
    form: BlockForm,
    hurt: list[UUID] | None = None,
) -> HttpResponse:
    context = {
        "block": block,
        "person": block.person,
        "form": form,
        "hurt": _shown(request, hurt),
        "is_taken": hurt is not None,
        "nav": "persons",
    }
    status = 409 if hurt is not None else 422 if form.errors else 200
    return render(request, "desk/fixed/change.html", context, status=status)


@require_POST
@staff(roles=CASE_ROLES)
def remove(request: DeskRequest, block_id: UUID) -> HttpResponse:
    """Take a block out again: the authority has called it off."""
    block = get_object_or_404(fixed_blocks_visible_to(request.user), pk=block_id)
    remove_fixed_block(block=block, by=request.user)
    messages.success(request, _("Taken out. The time can be planned again."))
    return redirect("desk:fixed_blocks", block.person_id)
