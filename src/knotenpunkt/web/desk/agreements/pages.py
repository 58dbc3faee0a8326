"""What the pages of agreements share: finding one, and a page with one form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from knotenpunkt.cooperation.models import CooperationAgreement
from knotenpunkt.cooperation.queries.agreements import (
    agreements_visible_to,
    agreements_written_by,
    with_state,
)
from knotenpunkt.web.access import DeskRequest


def agreement_or_404(request: DeskRequest, agreement_id: UUID) -> CooperationAgreement:
    """Return an agreement of the own house, with what its state needs."""
    return get_object_or_404(with_state(agreements_visible_to(request.user)), pk=agreement_id)


def written_or_404(request: DeskRequest, agreement_id: UUID) -> CooperationAgreement:
    """Return an agreement that this account may change."""
    return get_object_or_404(agreements_written_by(request.user), pk=agreement_id)


def form_page(
    request: DeskRequest,
    agreement: CooperationAgreement | None,
    form: forms.Form,
    heading: str,
    **more: Any,
) -> HttpResponse:
    """Show one form below a heading; 409 when `conflict` is given, 422 when it has errors.

    `lead` is a sentence above it, `save` the word on its button.
    """
    status = 422 if form.errors else 200
    context = {
        "agreement": agreement, "form": form, "heading": heading, "nav": "agreements",
        "is_multipart": form.is_multipart(), **more,
    }  # fmt: skip
    return render(
        request, "desk/agreements/form.html", context, status=more.get("conflict", status)
    )
