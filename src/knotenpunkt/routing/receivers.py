"""What the rules of responsibility hear of the network: a house has a successor."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.dispatch import receiver

from knotenpunkt.network.models import Account, Organization
from knotenpunkt.network.signals import organization_succeeded
from knotenpunkt.routing.actions import hand_on_rules


@receiver(organization_succeeded)
def the_successor_becomes_responsible(
    *, old: Organization, successor: Organization, on: dt.date, by: Account, **_more: Any
) -> None:
    """End each rule that names the old house and begin it anew with the successor (as law does).

    Days before keep their answer. Of a rule that names both already, only the old row ends.
    """
    hand_on_rules(old=old, successor=successor, on=on, by=by)
