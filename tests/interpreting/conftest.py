"""Olena's visit, and a volunteer who is asked to interpret in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from knotenpunkt.network.models import Account
from knotenpunkt.visits.models import InterpreterAssignment, Visit


@pytest.fixture
def coordinator(account: Callable[[str], Account]) -> Account:
    return account("st-ki08")


@pytest.fixture
def assignment(visit: Visit) -> InterpreterAssignment:
    """A volunteer who is asked to interpret for Olena."""
    found = InterpreterAssignment.objects.filter(
        appointment__visit=visit, interpreter__is_remote=False
    ).select_related("interpreter", "appointment__visit__network", "appointment__service")
    first = found.order_by("appointment__starts_at").first()
    assert first is not None
    return first
