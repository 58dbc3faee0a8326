"""What only an owner says: who sees which part, how far a translation can be trusted, the steps
of an access card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from knotenpunkt.directory.actions.finding import renew_search
from knotenpunkt.directory.enums import TranslationState
from knotenpunkt.directory.errors import NotTheOwner
from knotenpunkt.directory.models import AccessCard, Service, Translation
from knotenpunkt.directory.rights import may_edit
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.enums import USUAL_AUDIENCE
from knotenpunkt.network.models import Account, Organization


@transaction.atomic
def set_visibility(*, service: Service, audiences: Mapping[str, str], by: Account) -> None:
    """Say for each field group who sees it; what is usual is not stored. Raises `NotTheOwner`."""
    _refuse_strangers(service.organization, by)
    service.visibility = {
        group: audience
        for group, audience in audiences.items()
        if audience != USUAL_AUDIENCE[group]
    }
    service.changed_at = clock.now()
    service.save(update_fields=["visibility", "changed_at"])
    record("directory.visibility_set", service, by=by, changed_fields=["visibility"])
    renew_search(services=[service.pk])


@transaction.atomic
def translate(
    *, service: Service, language: str, texts: Mapping[str, str], is_reviewed: bool, by: Account
) -> None:
    """Write name and description in a language, as a draft or as read by whoever says so.

    A reviewed text is outdated as soon as the German it was read beside changes. Raises
    `NotTheOwner`.
    """
    _refuse_strangers(service.organization, by)
    for field in ("name", "description"):
        said = {**getattr(service, field), language: texts[field]}
        setattr(service, field, {code: text for code, text in said.items() if text})
        Translation.objects.update_or_create(
            service=service,
            field=field,
            language=language,
            defaults={
                "state": TranslationState.REVIEWED if is_reviewed else TranslationState.DRAFT,
                "german_when_read": getattr(service, field).get("de", ""),
                "reviewer": by.staff_member if is_reviewed else None,
                "reviewed_on": clock.today() if is_reviewed else None,
            },
        )
    service.save(update_fields=["name", "description"])
    record("directory.translated", service, by=by, changed_fields=["name", "description"])
    renew_search(services=[service.pk])


@transaction.atomic
def write_access_card(
    *, organization: Organization, channel: str, fields: Mapping[str, Any], by: Account
) -> AccessCard:
    """Write the card of one channel, confirmed today; the one that is there is changed.

    Raises `NotTheOwner`.
    """
    _refuse_strangers(organization, by)
    card, _is_new = AccessCard.objects.update_or_create(
        organization=organization,
        channel=channel,
        defaults={**fields, "confirmed_by": by.staff_member, "confirmed_on": clock.today()},
    )
    record("directory.access_card_written", card, by=by)
    return card


def _refuse_strangers(organization: Organization, by: Account) -> None:
    if not may_edit(by, organization):
        raise NotTheOwner
