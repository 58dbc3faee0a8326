"""What the directory hears from below: a mail came back, somebody left."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from knotenpunkt.directory.actions.freshness import note_evidence
from knotenpunkt.directory.actions.pictures import remove_photo
from knotenpunkt.directory.enums import FieldPart, ServiceStatus, SignKind
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.foundation.signals import address_refused
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.network.signals import staff_left


@receiver(address_refused)
def doubt_the_address(*, message: OutboxMessage, **_more: Any) -> None:
    """Every entry that names this address as its own is wrong about how to reach it."""
    named = Q(email__iexact=message.recipient) | (
        Q(email="") & Q(organization__email__iexact=message.recipient)
    )
    for service in Service.objects.filter(named).exclude(status=ServiceStatus.ENDED):
        note_evidence(service=service, part=FieldPart.CONTACT, kind=SignKind.MAIL_BOUNCED)


@receiver(staff_left)
def forget_her_face(*, staff_member: StaffMember, by: Account, **_more: Any) -> None:
    """Whoever leaves leaves no picture behind."""
    remove_photo(staff_member=staff_member, by=by)
