"""What the directory hears from below: a mail that came back speaks against an entry."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from knotenpunkt.directory.actions.freshness import note_evidence
from knotenpunkt.directory.enums import FieldPart, ServiceStatus, SignKind
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.foundation.signals import address_refused


@receiver(address_refused)
def doubt_the_address(*, message: OutboxMessage, **_more: Any) -> None:
    """Every entry that names this address as its own is wrong about how to reach it."""
    named = Q(email__iexact=message.recipient) | (
        Q(email="") & Q(organization__email__iexact=message.recipient)
    )
    for service in Service.objects.filter(named).exclude(status=ServiceStatus.ENDED):
        note_evidence(service=service, part=FieldPart.CONTACT, kind=SignKind.MAIL_BOUNCED)
