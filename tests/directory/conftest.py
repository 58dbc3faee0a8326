"""Who looks at the directory, and the entry they look at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Network

SignIn = Callable[[str], Client]


@pytest.fixture
def partner(as_staff: SignIn) -> Client:
    """The case manager of the integration centre."""
    return as_staff("st-ki03")


@pytest.fixture
def owner(as_staff: SignIn) -> Client:
    """A clerk of the Jobcenter."""
    return as_staff("st-jc05")


@pytest.fixture
def entry(network: Network) -> Service:
    return Service.objects.select_related("organization").get(code="of-jc-antrag")
