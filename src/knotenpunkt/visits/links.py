"""Links that leave the house. What changes something opens a page with a button, never by itself:
mail scanners follow links. A link names no person; it is signed and ends.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from knotenpunkt.visits.models import Appointment, Visit, WaitingOffer

CANCEL_SALT, OFFER_SALT = "visits.cancel", "visits.offer"
CANCEL_LASTS = dt.timedelta(days=120)
OFFER_LASTS = dt.timedelta(days=7)


class BadLink(Exception):
    """The link is forged, broken or too old."""


def slip_link(visit: Visit) -> str:
    """Return the address of the slip; it lives as long as the code."""
    return f"{settings.PUBLIC_ADDRESS}{reverse('public:slip', args=[visit.code])}"


def cancel_link(subject: Visit | Appointment) -> str:
    """Return the address at which whoever has it may cancel this visit, or this appointment."""
    is_visit = isinstance(subject, Visit)
    text = signing.dumps({"v" if is_visit else "a": subject.pk.hex}, salt=CANCEL_SALT)
    return f"{settings.PUBLIC_ADDRESS}{reverse('public:cancel', args=[text])}"


def offer_link(offer: WaitingOffer) -> str:
    """Return the address at which this offer is taken or declined."""
    text = signing.dumps({"o": offer.pk.hex}, salt=OFFER_SALT)
    return f"{settings.PUBLIC_ADDRESS}{reverse('public:offer', args=[text])}"


def read_cancel_link(text: str) -> tuple[str, UUID]:
    """Return ("v", visit id) or ("a", appointment id). Raises `BadLink`."""
    return _read(text, CANCEL_SALT, CANCEL_LASTS)


def read_offer_link(text: str) -> UUID:
    """Return the id of the offer. Raises `BadLink`."""
    return _read(text, OFFER_SALT, OFFER_LASTS)[1]


def _read(text: str, salt: str, lasts: dt.timedelta) -> tuple[str, UUID]:
    try:
        ((kind, found),) = signing.loads(text, salt=salt, max_age=lasts).items()
        return kind, UUID(found)
    except (signing.BadSignature, ValueError) as error:
        raise BadLink from error
