"""What belongs to an agreement: parties, texts, signatures, stages, tasks."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from knotenpunkt.cooperation.actions.agreements import (
    add_party,
    add_version,
    drop_task,
    let_party_leave,
    reach_stage,
    share_task,
    sign_version,
)
from knotenpunkt.cooperation.enums import Part
from knotenpunkt.cooperation.errors import (
    AlreadyParty,
    StageOutOfOrder,
    StillPromises,
    VersionOutOfOrder,
)
from knotenpunkt.cooperation.queries.agreements import WRITING_ROLES
from knotenpunkt.foundation import clock
from knotenpunkt.web.access import DeskRequest, staff
from knotenpunkt.web.desk.agreements.forms import (
    LeaveForm,
    PartyForm,
    SignatureForm,
    StageForm,
    TaskForm,
    VersionForm,
)
from knotenpunkt.web.desk.agreements.pages import form_page, written_or_404


def _saved(request: DeskRequest, agreement_id: UUID) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("desk:agreement", agreement_id)


@staff(roles=WRITING_ROLES)
def party(request: DeskRequest, agreement_id: UUID) -> HttpResponse:
    """Add a party, of the directory or by its name."""
    found = written_or_404(request, agreement_id)
    form = PartyForm(
        request.POST or None, agreement=found, by=request.user,
        initial={"joined_on": clock.today()},
    )  # fmt: skip
    heading = _("Add a party")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            add_party(
                agreement=found,
                organization=given["organization"] or given["name"],
                legal_form=given["legal_form"],
                joined_on=given["joined_on"],
                by=request.user,
            )
        except AlreadyParty:
            form.add_error("organization", _("This house is a party already."))
            return form_page(request, found, form, heading, conflict=409)
        return _saved(request, found.pk)
    return form_page(request, found, form, heading)


@staff(roles=WRITING_ROLES)
def leave(request: DeskRequest, agreement_id: UUID, party_id: UUID) -> HttpResponse:
    """Note that a party leaves; refused while it has promises that run."""
    found = written_or_404(request, agreement_id)
    one = get_object_or_404(found.parties.select_related("organization"), pk=party_id)
    form = LeaveForm(request.POST or None, initial={"left_on": clock.today()})
    heading = _("%(house)s leaves") % {"house": one.organization.name}
    if request.method == "POST" and form.is_valid():
        try:
            let_party_leave(party=one, by=request.user, **form.cleaned_data)
        except StillPromises as error:
            text = ngettext(
                "%(count)d promise of this house runs on. End it first.",
                "%(count)d promises of this house run on. End them first.",
                error.count,
            )
            form.add_error(None, text % {"count": error.count})
            return form_page(request, found, form, heading, conflict=409)
        if one.organization_id == request.user.staff_member.organization_id:
            messages.success(request, _("Saved."))
            return redirect("desk:agreements")
        return _saved(request, found.pk)
    return form_page(
        request, found, form, heading,
        lead=_("From this day on the house sees nothing of the agreement any more."),
    )  # fmt: skip


@staff(roles=WRITING_ROLES)
def version(request: DeskRequest, agreement_id: UUID) -> HttpResponse:
    """Add a text; the one before it ends."""
    found = written_or_404(request, agreement_id)
    form = VersionForm(request.POST or None, request.FILES or None)
    heading = _("Add a text")
    if request.method == "POST" and form.is_valid():
        try:
            add_version(agreement=found, version=form.version, by=request.user)
        except VersionOutOfOrder:
            form.add_error("valid_from", _("The text before it begins later or on the same day."))
            return form_page(request, found, form, heading, conflict=409)
        return _saved(request, found.pk)
    return form_page(
        request, found, form, heading, lead=_("The text before it ends on the day before.")
    )


@staff(roles=WRITING_ROLES)
def sign(request: DeskRequest, agreement_id: UUID, version_id: UUID) -> HttpResponse:
    """Write down who has signed a text on paper."""
    found = written_or_404(request, agreement_id)
    signed = get_object_or_404(found.versions.select_related("agreement"), pk=version_id)
    form = SignatureForm(request.POST or None, version=signed)
    if request.method == "POST" and form.is_valid():
        sign_version(version=signed, signature=form.signature, by=request.user)
        return _saved(request, found.pk)
    return form_page(request, found, form, _("Write down a signature"))


@staff(roles=WRITING_ROLES)
def stage(request: DeskRequest, agreement_id: UUID) -> HttpResponse:
    """Note that the partners have grown one stage closer."""
    found = written_or_404(request, agreement_id)
    form = StageForm(request.POST or None, initial={"reached_on": clock.today()})
    heading = _("A stage is reached")
    if request.method == "POST" and form.is_valid():
        try:
            reach_stage(agreement=found, by=request.user, **form.cleaned_data)
        except StageOutOfOrder:
            form.add_error("reached_on", _("This day does not fit to the other stages."))
            return form_page(request, found, form, heading, conflict=409)
        return _saved(request, found.pk)
    return form_page(request, found, form, heading)


@staff(roles=WRITING_ROLES)
def task(request: DeskRequest, agreement_id: UUID) -> HttpResponse:
    """Write down who does what in a task; a known title is written anew."""
    found = written_or_404(request, agreement_id)
    known = found.tasks.filter(title=request.GET.get("title", "")).first()
    initial = {}
    if known is not None:
        shares = list(known.shares.all())
        initial = {
            "title": known.title,
            "leading": [it.organization_id for it in shares if it.part == Part.LEADS],
            "helping": [it.organization_id for it in shares if it.part == Part.HELPS],
        }
    form = TaskForm(request.POST or None, agreement=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        share_task(agreement=found, by=request.user, **form.cleaned_data)
        return _saved(request, found.pk)
    return form_page(request, found, form, _("Who does what?"))


@require_POST
@staff(roles=WRITING_ROLES)
def drop(request: DeskRequest, agreement_id: UUID, task_id: UUID) -> HttpResponse:
    """Take a task off the list."""
    found = written_or_404(request, agreement_id)
    drop_task(task=get_object_or_404(found.tasks, pk=task_id), by=request.user)
    return _saved(request, found.pk)
