"""The first page a new colleague sees. Opening it changes nothing: mail scanners follow links."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from knotenpunkt.network.actions import accept_invitation
from knotenpunkt.network.links import account_of_invitation
from knotenpunkt.web.access import anyone
from knotenpunkt.web.invited.forms import WelcomeForm


@anyone
@sensitive_post_parameters("password", "again")
def invited(request: HttpRequest, key: str) -> HttpResponse:
    """Ask who she is and for a password; by POST, end the link and sign her in."""
    account = account_of_invitation(key)
    if account is None:
        return render(request, "invited/over.html", status=410)
    form = WelcomeForm(request.POST or None, account=account)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password"]
        if not accept_invitation(account=account, said=form.said, password=password):
            return render(request, "invited/over.html", status=410)
        account.refresh_from_db()
        login(request, account)
        # Whoever has just chosen a password is not asked for it again by the second factor.
        record_authentication(request, account, method="password", email=account.email)
        is_new_house = not account.staff_member.organization.is_listed
        text = _("Welcome. Here is what is left to do.") if is_new_house else _("Welcome.")
        messages.success(request, text)
        return redirect("desk:partner_mine" if is_new_house else "desk:home")
    context = {"form": form, "member": account.staff_member, "account": account}
    status = 422 if form.errors else 200
    return render(request, "invited/password.html", context, status=status)
