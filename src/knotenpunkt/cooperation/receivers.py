"""What cooperation hears of the network: a house that takes part has a successor."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.dispatch import receiver

from knotenpunkt.cooperation.actions.commitments import hand_on_commitments
from knotenpunkt.cooperation.actions.fairs import hand_on_stalls
from knotenpunkt.network.models import Organization
from knotenpunkt.network.signals import organization_succeeded


@receiver(organization_succeeded)
def stalls_go_to_the_successor(
    *, old: Organization, successor: Organization, on: dt.date, **_more: Any
) -> None:
    """The successor keeps the stall at every fair to come; of two it keeps its own."""
    hand_on_stalls(old=old, successor=successor, on=on)


@receiver(organization_succeeded)
def promises_bind_the_successor(
    *, old: Organization, successor: Organization, on: dt.date, **_more: Any
) -> None:
    """The successor becomes a party in place of the old house and keeps what it has promised."""
    hand_on_commitments(old=old, successor=successor, on=on)
