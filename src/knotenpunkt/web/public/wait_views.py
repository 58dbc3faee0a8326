"""The door when much is going on: computed or waited, then on to the page that was asked for."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from knotenpunkt.web.access import anyone
from knotenpunkt.web.public.limits import address_of, limited
from knotenpunkt.web.public.load import (
    has_waited,
    is_solved,
    let_pass,
    new_ticket,
    read_ticket,
    wait_page,
)


class PassForm(forms.Form):
    """The ticket of the page, and the solution if a script computed one."""

    ticket = forms.CharField(max_length=2000)
    altcha = forms.CharField(max_length=4000, required=False)


@require_POST
@anyone
@limited
def wait(request: HttpRequest) -> HttpResponse:
    """Let her through who has computed or waited; all others see the page again."""
    form = PassForm(request.POST)
    ticket = read_ticket(form.cleaned_data["ticket"]) if form.is_valid() else None
    if ticket is None:
        return redirect("public:start")
    solution = form.cleaned_data["altcha"]
    if is_solved(solution) if solution else has_waited(ticket, address_of(request)):
        let_pass(request)
        return redirect(ticket.path)
    return wait_page(request, ticket if ticket.seconds_left else new_ticket(ticket.path))
