"""Accounts of one organization, for its administrator: who signs in, with which role, who leaves.

The administrator reads nothing about persons: what is open stands here as kinds and numbers.
"""

from __future__ import annotations

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.network.actions import (
    NewColleague,
    change_role,
    deactivate_colleague,
    hand_over_work,
    invite_again,
    invite_colleague,
)
from knotenpunkt.network.enums import Role
from knotenpunkt.network.errors import EmailTaken, StillOpen
from knotenpunkt.network.leaving import open_work_of
from knotenpunkt.network.models import StaffMember
from knotenpunkt.web.access import DeskRequest, staff
from knotenpunkt.web.desk.accounts.forms import ROLE_WORDS, HandOverForm, InviteForm, RoleForm

ADMINISTRATORS: frozenset[str] = frozenset({Role.ADMINISTRATOR})


def _house(request: DeskRequest) -> QuerySet[StaffMember]:
    """Return the staff of the own organization; nobody administers another."""
    second_factor = Authenticator.objects.filter(user=OuterRef("account"))
    return (
        StaffMember.objects.filter(organization=request.user.staff_member.organization)
        .select_related("account", "organization")
        .annotate(has_second_factor=Exists(second_factor))
        .order_by("left_on", "name", "id")
    )


@staff(roles=ADMINISTRATORS)
def accounts(request: DeskRequest) -> HttpResponse:
    """List who works here: role, state of the sign-in, second factor."""
    members = list(_house(request))
    for member in members:
        member.role_words = ROLE_WORDS[member.role]  # type: ignore[attr-defined]
    context = {
        "members": [it for it in members if it.left_on is None],
        "gone": [it for it in members if it.left_on is not None],
        "nav": "accounts",
    }
    return render(request, "desk/accounts/list.html", context)


@staff(roles=ADMINISTRATORS)
def account_new(request: DeskRequest) -> HttpResponse:
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invite_colleague(
                organization=request.user.staff_member.organization,
                colleague=NewColleague(**form.cleaned_data, language=request.user.language),
                by=request.user,
            )
        except EmailTaken:
            form.add_error("email", _("Somebody signs in with this address already."))
        else:
            messages.success(request, _("The invitation is on its way. It is valid for a week."))
            return redirect("desk:accounts")
    status = 422 if form.errors else 200
    return render(
        request, "desk/accounts/new.html", {"form": form, "nav": "accounts"}, status=status
    )


@staff(roles=ADMINISTRATORS)
def account(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    """Show one colleague's account; by POST, another role."""
    member = get_object_or_404(_house(request).filter(left_on=None), pk=staff_id)
    is_me = member == request.user.staff_member
    form = RoleForm(request.POST or None, initial={"role": member.role})
    if request.method == "POST" and not is_me and form.is_valid():
        change_role(member=member, role=form.cleaned_data["role"], by=request.user)
        messages.success(request, _("Saved."))
        return redirect("desk:accounts")
    context = {"member": member, "form": form, "is_me": is_me, "nav": "accounts"}
    return render(request, "desk/accounts/one.html", context, status=422 if form.errors else 200)


@require_POST
@staff(roles=ADMINISTRATORS)
def account_again(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    member = get_object_or_404(_house(request).filter(left_on=None), pk=staff_id)
    if invite_again(member=member, by=request.user):
        messages.success(request, _("A new link is on its way; the one before is over."))
    else:
        messages.info(request, _("She or he has a password already."))
    return redirect("desk:account", member.pk)


@staff(roles=ADMINISTRATORS)
def account_leave(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    """Who leaves hands over first: what is open, to whom, then the account ends."""
    member = get_object_or_404(_house(request).filter(left_on=None), pk=staff_id)
    if member == request.user.staff_member:
        messages.error(request, _("Another administrator has to end your own account."))
        return redirect("desk:account", member.pk)
    work = open_work_of(member)
    given = request.POST if request.method == "POST" else None
    form = HandOverForm(given, member=member, work=work)
    if request.method == "POST" and (form.is_valid() or not form.fields):
        return _leave(request, member, form)
    context = {"member": member, "work": work, "form": form, "nav": "accounts"}
    return render(request, "desk/accounts/leave.html", context, status=422 if form.errors else 200)


def _leave(request: DeskRequest, member: StaffMember, form: HandOverForm) -> HttpResponse:
    given = form.cleaned_data if form.fields else {}
    hand_over_work(member=member, successors=given, by=request.user)
    try:
        deactivate_colleague(member=member, by=request.user)
    except StillOpen as refused:
        kinds = ", ".join(f"{it.label} ({it.count})" for it in refused.work)
        messages.error(request, _("Still open: %(kinds)s. Settle it, then come back.")
                       % {"kinds": kinds})  # fmt: skip
        return redirect("desk:account_leave", member.pk)
    messages.success(request, _("The account has ended. Nothing was left behind."))
    return redirect("desk:accounts")
