"""A partner sees that something is wrong and says so; the owner accepts or declines."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from knotenpunkt.directory.actions.entries import change_organization, change_service
from knotenpunkt.directory.enums import SUGGESTION_STEPS, SuggestionStatus
from knotenpunkt.directory.errors import AlreadyAnswered, NotTheOwner
from knotenpunkt.directory.models import CorrectionSuggestion, Service
from knotenpunkt.directory.rights import may_edit
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import Message, queue_message, record
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.network.models import Account, Organization

# Fields a suggestion can set by itself when it is accepted; `other` is for the owner to do.
SERVICE_FIELDS = {
    "name": gettext_lazy("Name"),
    "description": gettext_lazy("Description"),
    "email": gettext_lazy("E-mail"),
    "url": gettext_lazy("Web address"),
}
ORGANIZATION_FIELDS = {
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
    "website": gettext_lazy("Web address"),
    "partner_line": gettext_lazy("Line for partners"),
    "partner_line_hours": gettext_lazy("Hours of the line for partners"),
}
IN_LANGUAGES = frozenset({"name", "description"})


@transaction.atomic
def suggest_correction(
    *, about: Service | Organization, field: str, proposed: str, by: Account
) -> CorrectionSuggestion:
    """Note what should be said instead, and tell the owner by mail. The same twice is one."""
    service = about if isinstance(about, Service) else None
    organization = about.organization if isinstance(about, Service) else about
    suggestion, is_new = CorrectionSuggestion.objects.get_or_create(
        organization=organization,
        service=service,
        field=field,
        proposed_value=proposed,
        suggested_by=by.staff_member,
        status=SuggestionStatus.OPEN,
        defaults={
            "network_id": by.staff_member.organization.network_id,
            "present_value": present_value(about, field),
            "suggested_at": clock.now(),
        },
    )
    if is_new:
        record("directory.correction_suggested", suggestion, by=by)
        _tell_owner(suggestion)
    return suggestion


def present_value(about: Service | Organization, field: str) -> str:
    """Return what the entry says today, in German where it speaks several languages."""
    value = getattr(about, field, "") if field != "other" else ""
    return str(value.get("de", "")) if isinstance(value, dict) else str(value or "")


def _tell_owner(suggestion: CorrectionSuggestion) -> None:
    owner = suggestion.organization
    if not owner.email:
        return
    address = f"{settings.PUBLIC_ADDRESS}/desk/directory/suggestions/"
    with override("de"):
        subject = _("A partner suggests a correction")
        body = _(
            "A partner has seen something in your entry that seems wrong. "
            "One click accepts or declines it:\n\n%(address)s\n"
        ) % {"address": address}
    queue_message(
        Message(
            channel=Channel.EMAIL,
            recipient=owner.email,
            language="de",
            subject=subject,
            body=body,
            purpose="directory.suggestion",
            about=suggestion.pk,
        ),
        once_key=f"suggestion/{suggestion.pk}",
    )


@transaction.atomic
def answer_suggestion(
    *, suggestion: CorrectionSuggestion, accept: bool, answer: str = "", by: Account
) -> CorrectionSuggestion:
    """Accept (the entry changes at once) or decline. Raises `NotTheOwner`, `AlreadyAnswered`."""
    found = (
        CorrectionSuggestion.objects.select_for_update(of=("self",))
        .select_related("organization", "service__organization", "service__topic")
        .get(pk=suggestion.pk)
    )
    if not may_edit(by, found.organization):
        raise NotTheOwner
    wanted = SuggestionStatus.ACCEPTED if accept else SuggestionStatus.DECLINED
    if found.status == wanted:
        return found
    if wanted not in SUGGESTION_STEPS[found.status]:
        raise AlreadyAnswered(found.status)
    found.status, found.answer = wanted, answer[:300]
    found.answered_by, found.answered_at = by.staff_member, clock.now()
    found.save()
    if accept:
        _apply(found, by)
    record(f"directory.suggestion_{wanted}", found, by=by)
    return found


def _apply(suggestion: CorrectionSuggestion, by: Account) -> None:
    field: str = suggestion.field
    value: Any = suggestion.proposed_value
    service = suggestion.service
    if service is not None and field in SERVICE_FIELDS:
        if field in IN_LANGUAGES:
            value = {**getattr(service, field), "de": value}
        change_service(service=service, fields={field: value}, by=by)
    elif service is None and field in ORGANIZATION_FIELDS:
        change_organization(
            organization=suggestion.organization, fields={field: value}, card={}, by=by
        )
