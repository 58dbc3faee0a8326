"""Mails to staff: that something waits, never about whom (nothing personal in a mail)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from knotenpunkt.foundation.actions import Message, queue_message
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.network.models import StaffMember


def tell_staff(members: Iterable[StaffMember], *, purpose: str, about: UUID, once: str) -> int:
    """Queue one mail for each staff member who signs in; returns how many. Twice is harmless."""
    count = 0
    address = f"{settings.PUBLIC_ADDRESS}{reverse('desk:home')}"
    for member in members:
        if member.account is None or member.left_on is not None:
            continue
        with override(member.account.language):
            subject = _("Something waits for you")
            body = _("Please sign in and look at today: {address}").format(address=address)
        message = Message(
            channel=Channel.EMAIL,
            recipient=member.account.email,
            language=member.account.language,
            subject=subject,
            body=body,
            purpose=purpose,
            about=about,
        )
        queue_message(message, once_key=f"{once}/{member.pk}")
        count += 1
    return count
