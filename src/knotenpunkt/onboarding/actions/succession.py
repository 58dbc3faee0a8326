"""What becomes of a partner's agreement when another house takes its place."""

from __future__ import annotations

from knotenpunkt.network.models import Organization
from knotenpunkt.onboarding.models import Onboarding


def hand_on_agreement(*, old: Organization, successor: Organization) -> None:
    """Bind the successor to what the old house has agreed; its own agreement comes first."""
    noted = Onboarding.objects.filter(organization=old).exclude(agreed_on=None).first()
    if noted is None:
        return
    own = Onboarding.objects.filter(organization=successor).first()
    if own is None:
        noted.organization = successor
        noted.save(update_fields=["organization"])
    elif own.agreed_on is None:
        own.agreement_url, own.agreement_note = noted.agreement_url, noted.agreement_note
        own.agreed_on = noted.agreed_on
        own.save(update_fields=["agreement_url", "agreement_note", "agreed_on"])
