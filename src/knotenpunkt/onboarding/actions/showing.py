"""The last steps: where the agreement is kept, and everybody may see the entries."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from knotenpunkt.directory.actions.setting_up import show_organization
from knotenpunkt.directory.rights import may_edit
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account, Organization
from knotenpunkt.onboarding.checklist import checklists_of
from knotenpunkt.onboarding.errors import NotYours, StillMissing
from knotenpunkt.onboarding.models import Onboarding


@transaction.atomic
def note_agreement(
    *, onboarding: Onboarding, url: str, note: str, agreed_on: dt.date | None, by: Account
) -> None:
    """Note where the agreement of a partner is kept, and since when it holds. `NotYours`."""
    if not may_edit(by, onboarding.organization):
        raise NotYours
    onboarding.agreement_url, onboarding.agreement_note = url, note
    onboarding.agreed_on = agreed_on
    onboarding.save(update_fields=["agreement_url", "agreement_note", "agreed_on"])
    record("onboarding.agreement_noted", onboarding, by=by)


@transaction.atomic
def show_partner(*, onboarding: Onboarding, by: Account) -> None:
    """Show the entries of a partner to everybody. Harmless when repeated.

    Raises `StillMissing` with the steps without which nobody could be booked; `NotTheOwner`.
    """
    found = Organization.objects.filter(pk=onboarding.organization_id)
    missing = checklists_of(found)[0].missing_to_show
    if missing:
        raise StillMissing(missing)
    show_organization(organization=onboarding.organization, by=by)
    if onboarding.shown_at is None:
        onboarding.shown_at = clock.now()
        onboarding.save(update_fields=["shown_at"])
