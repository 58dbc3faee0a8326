"""Changing what the directory says of services and organizations; watchers hear of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from knotenpunkt.directory.actions.finding import renew_search
from knotenpunkt.directory.actions.following import tell_watchers
from knotenpunkt.directory.errors import NotTheOwner
from knotenpunkt.directory.models import AccessCard, KnowledgeCard, Service, StaffProfile, Topic
from knotenpunkt.directory.rights import may_edit
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account, Organization, StaffMember


@transaction.atomic
def change_service(*, service: Service, fields: Mapping[str, Any], by: Account) -> list[str]:
    """Set these fields, confirm the service as of today, and tell watchers what changed.

    Returns the names of the fields that changed. Raises `NotTheOwner`.
    """
    _refuse_strangers(service.organization, by)
    changed = _set(service, fields)
    service.verified_on = clock.today()
    service.changed_at = clock.now()
    service.save()
    if changed:
        record("directory.service_changed", service, by=by, changed_fields=changed)
        renew_search(services=[service.pk])
        tell_watchers(changed=service, fields=changed, by=by)
    return changed


@transaction.atomic
def change_organization(
    *, organization: Organization, fields: Mapping[str, Any], card: Mapping[str, Any], by: Account
) -> list[str]:
    """Set fields of an organization and of its knowledge card. Raises `NotTheOwner`."""
    _refuse_strangers(organization, by)
    changed = _set(organization, fields)
    organization.changed_at = clock.now()
    organization.save()
    phones = organization.details.get("phones")
    if phones and "phone" in changed:
        phones[0]["number"] = organization.phone
        organization.save(update_fields=["details"])
    changed += _change_card(organization, card)
    if changed:
        record("directory.organization_changed", organization, by=by, changed_fields=changed)
        renew_search(services=organization.services.values_list("pk", flat=True))
        tell_watchers(changed=organization, fields=changed, by=by)
    return changed


def _change_card(organization: Organization, values: Mapping[str, Any]) -> list[str]:
    if not any(values.values()):
        return []
    today = clock.today()
    card = KnowledgeCard.objects.filter(organization=organization).first() or KnowledgeCard(
        organization=organization, verified_on=today
    )
    changed = _set(card, values)
    card.verified_on = today
    if changed:
        card.changed_on = today
    card.save()
    return changed


@transaction.atomic
def change_profile(
    *, staff_member: StaffMember, topics: list[Topic], fields: Mapping[str, Any], by: Account
) -> StaffProfile:
    """Let a staff member say what colleagues may ask her about. Raises `NotTheOwner`."""
    if by.staff_member != staff_member:
        raise NotTheOwner
    profile, _is_new = StaffProfile.objects.get_or_create(staff_member=staff_member)
    changed = _set(profile, fields)
    profile.save()
    profile.topics.set(topics)
    record("directory.profile_changed", profile, by=by, changed_fields=changed)
    return profile


@transaction.atomic
def note_tour_taken(*, staff_member: StaffMember, by: Account) -> None:
    """Note that she has seen the tour for new colleagues. Harmless when repeated."""
    profile, _is_new = StaffProfile.objects.get_or_create(staff_member=staff_member)
    if profile.took_tour_on is None:
        profile.took_tour_on = clock.today()
        profile.save(update_fields=["took_tour_on"])


@transaction.atomic
def confirm_access_card(*, card: AccessCard, by: Account) -> None:
    """Note that the steps of a card still hold, as of today. Raises `NotTheOwner`."""
    _refuse_strangers(card.organization, by)
    card.confirmed_by, card.confirmed_on = by.staff_member, clock.today()
    card.save(update_fields=["confirmed_by", "confirmed_on"])
    record("directory.access_card_confirmed", card, by=by)


def _refuse_strangers(organization: Organization, by: Account) -> None:
    if not may_edit(by, organization):
        raise NotTheOwner


def _set(row: Any, fields: Mapping[str, Any]) -> list[str]:
    """Set what differs and return its names."""
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, fields[name])
    return changed
