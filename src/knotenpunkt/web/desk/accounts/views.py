"""Accounts of one organization, for its administrator: who signs in, with which role, who leaves.

The administrator reads nothing about persons: what is open stands here as kinds and numbers.
The coordinator of the network gives her own role to colleagues of her house, nothing else.
"""

from __future__ import annotations

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from knotenpunkt.network.actions import (
    NewColleague,
    change_role,
    deactivate_colleague,
    hand_over_work,
    invite_again,
    invite_colleague,
    withdraw_invitation,
)
from knotenpunkt.network.enums import Role
from knotenpunkt.network.errors import EmailTaken, LastCoordinator, StillOpen
from knotenpunkt.network.leaving import open_work_of
from knotenpunkt.network.models import StaffMember
from knotenpunkt.network.rights import LEADING, roles_to_give
from knotenpunkt.web.access import GIVING_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.accounts.forms import ROLE_WORDS, HandOverForm, InviteForm, RoleForm

ADMINISTRATORS: frozenset[str] = frozenset({Role.ADMINISTRATOR})
NEEDS_ANOTHER = gettext_lazy(
    "Nobody else coordinates the network. She first gives her role to another person."
)


def _house(request: DeskRequest) -> QuerySet[StaffMember]:
    """Return the staff of the own organization; nobody administers another."""
    second_factor = Authenticator.objects.filter(user=OuterRef("account"))
    return (
        StaffMember.objects.filter(organization=request.user.staff_member.organization)
        .select_related("account", "organization")
        .annotate(has_second_factor=Exists(second_factor))
        .order_by("left_on", "name", "id")
    )


@staff(roles=GIVING_ROLES)
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


@staff(roles=GIVING_ROLES | LEADING)
def account_new(request: DeskRequest) -> HttpResponse:
    """Ask a colleague in; a new house without an administrator begins with those who lead it."""
    organization = request.user.staff_member.organization
    roles = roles_to_give(request.user, organization)
    if not roles:
        raise PermissionDenied
    form = InviteForm(request.POST or None, roles=roles)
    if request.method == "POST" and form.is_valid():
        try:
            invite_colleague(
                organization=organization,
                colleague=NewColleague(**form.cleaned_data, language=request.user.language),
                by=request.user,
            )
        except EmailTaken:
            form.add_error("email", _("Somebody signs in with this address already."))
        else:
            messages.success(request, _("The invitation is on its way. It is valid for a week."))
            has_list = request.user.staff_member.role in GIVING_ROLES
            return redirect("desk:accounts" if has_list else "desk:partner_mine")
    status = 422 if form.errors else 200
    return render(
        request, "desk/accounts/new.html", {"form": form, "nav": "accounts"}, status=status
    )


@staff(roles=GIVING_ROLES)
def account(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    """Show one colleague's account; by POST, another role."""
    member = get_object_or_404(_house(request).filter(left_on=None), pk=staff_id)
    me, roles = request.user.staff_member, roles_to_give(request.user, member.organization)
    form = RoleForm(
        request.POST or None, roles={*roles, member.role}, initial={"role": member.role}
    )
    is_sent = request.method == "POST" and member != me and form.is_valid()
    if is_sent and _set_role(request, member, form):
        return redirect("desk:accounts")
    context = {
        "member": member, "form": form, "is_me": member == me, "nav": "accounts",
        "is_administrator": me.role in ADMINISTRATORS, "may_invite": member.role in roles,
    }  # fmt: skip
    return render(request, "desk/accounts/one.html", context, status=422 if form.errors else 200)


def _set_role(request: DeskRequest, member: StaffMember, form: RoleForm) -> bool:
    """Change the role if it is another one; say in the form why it cannot be."""
    role = form.cleaned_data["role"]
    try:
        if role != member.role:
            change_role(member=member, role=role, by=request.user)
    except LastCoordinator:
        form.add_error("role", str(NEEDS_ANOTHER))
        return False
    messages.success(request, _("Saved."))
    return True


@require_POST
@staff(roles=GIVING_ROLES)
def account_again(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    member = get_object_or_404(_house(request).filter(left_on=None), pk=staff_id)
    if member.role not in roles_to_give(request.user, member.organization):
        raise PermissionDenied
    send_again_or_withdraw(request, member)
    return redirect("desk:accounts")


def send_again_or_withdraw(request: DeskRequest, member: StaffMember) -> None:
    """Send the link of an invitation anew, or with `withdraw` let it die, and say so."""
    if "withdraw" in request.POST:
        is_done = withdraw_invitation(member=member, by=request.user)
        text = _("Withdrawn. The link no longer works.")
    else:
        is_done = invite_again(member=member, by=request.user)
        text = _("A new link is on its way; the one before is over.")
    if is_done:
        messages.success(request, text)
    else:
        messages.info(request, _("She or he has a password already."))


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
    except LastCoordinator:
        messages.error(request, str(NEEDS_ANOTHER))
        return redirect("desk:account", member.pk)
    messages.success(request, _("The account has ended. Nothing was left behind."))
    return redirect("desk:accounts")
