"""A coordinator of the house, and everyone of it who can be planned together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from knotenpunkt.cohorts.actions import ask_cohort, plan_cohort
from knotenpunkt.cohorts.models import Cohort
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account
from knotenpunkt.planner.cohort import Effort
from tests.conftest import FIRST, LAST

# Steps and rounds, not seconds: the same proposals on every machine.
SHORT = Effort(600, 20, 2)


@pytest.fixture
def coordinator(account: Callable[[str], Account]) -> Account:
    return account("st-ki02")


@pytest.fixture
def asked(coordinator: Account) -> Cohort:
    return ask_cohort(
        name="Montag",
        since=clock.today() - dt.timedelta(days=1),
        first_on=FIRST,
        last_on=LAST,
        reserve_percent=20,
        by=coordinator,
    )


@pytest.fixture
def planned(asked: Cohort) -> Cohort:
    plan_cohort(cohort=asked, effort=SHORT)
    asked.refresh_from_db()
    return asked
