"""What the setting up of partners hears of the network: a house has a successor."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from knotenpunkt.network.models import Organization
from knotenpunkt.network.signals import organization_succeeded
from knotenpunkt.onboarding.actions.succession import hand_on_agreement


@receiver(organization_succeeded)
def the_agreement_binds_the_successor(
    *, old: Organization, successor: Organization, **_more: Any
) -> None:
    """The agreement that was noted holds on; one that the successor has itself comes first."""
    hand_on_agreement(old=old, successor=successor)
