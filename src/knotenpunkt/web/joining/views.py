"""The link of an invitation. Mail scanners follow it and change nothing: only the button does."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from knotenpunkt.network.enums import Role
from knotenpunkt.onboarding.actions.inviting import accept_invitation
from knotenpunkt.onboarding.errors import AddressTaken, NotInvited
from knotenpunkt.onboarding.links import invitation_of
from knotenpunkt.web.access import anyone
from knotenpunkt.web.desk.partners.forms import ROLES, JoinForm

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@anyone
@never_cache
@sensitive_post_parameters("password", "again")
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Ask who she is and for a password; by POST, make her account and sign her in."""
    invitation = invitation_of(token)
    if invitation is None:
        return render(request, "joining/over.html", status=410)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = accept_invitation(invitation=invitation, joiner=form.joiner)
        except (NotInvited, AddressTaken):
            return render(request, "joining/over.html", status=410)
        login(request, account, backend=BACKEND)
        messages.success(request, _("Welcome. Here is what is left to do."))
        return redirect("desk:partner_mine")
    context = {"form": form, "invitation": invitation, "role": ROLES[Role(invitation.role)]}
    status = 422 if form.errors else 200
    response = render(request, "joining/page.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return response
