"""Still right? Every part of every old entry with three buttons. Only a button changes anything."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knotenpunkt.directory.actions.freshness import (
    answer_confirmation,
    ask_colleague,
    services_to_confirm,
)
from knotenpunkt.directory.enums import FieldPart, SignKind
from knotenpunkt.directory.freshness import parts_to_ask
from knotenpunkt.directory.links import request_of
from knotenpunkt.directory.models import ConfirmationRequest, FreshnessSign, Service
from knotenpunkt.network.models import StaffMember
from knotenpunkt.web.access import anyone

ANSWERS = (SignKind.CONFIRMED, SignKind.CHANGED)


class AnswerForm(forms.Form):
    """One answer about one part of one entry, or a colleague who knows."""

    service = forms.ModelChoiceField(queryset=Service.objects.none(), required=False)
    part = forms.ChoiceField(choices=FieldPart.choices, required=False)
    kind = forms.ChoiceField(choices=[(it.value, it.label) for it in ANSWERS], required=False)
    note = forms.CharField(label=gettext_lazy("What has changed?"), required=False, max_length=300)
    colleague = forms.ModelChoiceField(
        label=gettext_lazy("Ask a colleague"), queryset=StaffMember.objects.none(), required=False
    )

    def __init__(self, *args: Any, asked: ConfirmationRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["service"].queryset = Service.objects.filter(organization=asked.organization)
        fields["colleague"].queryset = asked.organization.staff.filter(
            left_on=None, account__isnull=False
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        is_answer = given.get("service") and given.get("part") and given.get("kind")
        if not is_answer and not given.get("colleague"):
            raise forms.ValidationError(_("Please choose one of the answers."))
        return given


@anyone
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is asked; by POST, take one answer."""
    asked = request_of(token)
    if asked is None:
        raise Http404
    form = AnswerForm(request.POST or None, asked=asked)
    if request.method == "POST" and form.is_valid():
        _take(form.cleaned_data, asked)
        messages.success(request, _("Thank you. Noted."))
        return redirect("confirming:confirm", token)
    services = services_to_confirm(asked.organization)
    answered = _answered(services, asked)
    context = {
        "asked": asked,
        "form": form,
        "entries": [
            (service, [(part, label, (service.pk, part) in answered) for part, label
             in FieldPart.choices if part in parts_to_ask(service)])
            for service in services
        ],
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "confirming/page.html", context, status=status)


def _take(given: dict[str, Any], asked: ConfirmationRequest) -> None:
    if given["colleague"]:
        ask_colleague(request=asked, colleague=given["colleague"])
        return
    answer_confirmation(
        request=asked,
        service=given["service"],
        part=given["part"],
        kind=given["kind"],
        note=given["note"],
    )


def _answered(services: list[Service], asked: ConfirmationRequest) -> set[tuple[Any, str]]:
    signs = FreshnessSign.objects.filter(
        service__in=services, at__gte=asked.sent_at, kind__in=ANSWERS
    )
    return set(signs.values_list("service", "part"))
