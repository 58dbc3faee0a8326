"""Where an interpreter answers what she is asked."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from knotenpunkt.visits.actions.interpreting import offer_key
from knotenpunkt.visits.models import InterpreterAssignment


def answer_address(assignment: InterpreterAssignment) -> str:
    """Return the signed address of an offer; it is dead as soon as another one is asked."""
    path = reverse("interpreting:answer", args=[offer_key(assignment)])
    return f"{settings.PUBLIC_ADDRESS}{path}"
