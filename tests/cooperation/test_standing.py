"""Where promises stand: lights, targets by year, evidence by hand, what stays hidden."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from knotenpunkt.cooperation.actions.commitments import (
    add_evidence,
    make_commitment,
    set_target,
)
from knotenpunkt.cooperation.enums import Direction, Unit
from knotenpunkt.cooperation.models import Commitment, CooperationAgreement
from knotenpunkt.cooperation.queries.agreements import with_state
from knotenpunkt.evaluation.standing import Light, Standing, standings_of
from knotenpunkt.network.models import Account
from tests.cooperation.test_agreements import promise

YEAR = 2027  # on 22 February, when 53 of 365 days have begun


def standing_of(agreement: CooperationAgreement, year: int = YEAR) -> Standing:
    found = with_state(CooperationAgreement.objects.filter(pk=agreement.pk))
    (one,) = standings_of(found, year)[agreement.pk]
    return one


def promised(
    agreement: CooperationAgreement,
    by: Account,
    target: int,
    **change: object,
) -> Commitment:
    return make_commitment(
        agreement=agreement, promise=promise(None, **change), target=Decimal(target), by=by
    )


def enter(commitment: Commitment, value: int, by: Account, year: int = YEAR) -> None:
    add_evidence(
        commitment=commitment, year=year, value=Decimal(value), text="Liste", link="", by=by
    )


@pytest.mark.parametrize(
    ("direction", "value", "year", "light"),
    [
        (Direction.AT_LEAST, 10, 2027, Light.GREEN),
        (Direction.AT_LEAST, 9, 2027, Light.YELLOW),
        (Direction.AT_LEAST, 9, 2026, Light.RED),
        (Direction.AT_MOST, 10, 2026, Light.GREEN),
        (Direction.AT_MOST, 11, 2026, Light.RED),
        (Direction.AT_MOST, 11, 2027, Light.YELLOW),
    ],
)
def test_the_light_follows_target_and_year(
    agreement: CooperationAgreement, manager: Account, direction: str, value: int,
    year: int, light: Light,
) -> None:  # fmt: skip
    made = promised(agreement, manager, 10, direction=direction)
    enter(made, value, manager, year)

    assert standing_of(agreement, year).light == light


def test_a_figure_that_grows_is_in_time_as_far_as_the_year_has_come(
    agreement: CooperationAgreement,
    manager: Account,
) -> None:
    made = promised(agreement, manager, 10**6, indicator="outreach_hours", unit=Unit.HOURS)
    hours = standing_of(agreement)
    assert hours.value is not None
    assert hours.light == Light.YELLOW

    in_time = hours.value * 365 / 53
    set_target(commitment=made, year=YEAR, value=Decimal(int(in_time) - 1), by=manager)
    assert standing_of(agreement).light == Light.GREEN
    assert not standing_of(agreement).is_reached
    set_target(commitment=made, year=YEAR, value=Decimal(int(in_time) + 2), by=manager)
    assert standing_of(agreement).light == Light.YELLOW


def test_a_target_holds_until_another_takes_its_place(
    agreement: CooperationAgreement,
    manager: Account,
) -> None:
    made = promised(agreement, manager, 10)
    set_target(commitment=made, year=2027, value=Decimal(20), by=manager)

    targets = [standing_of(agreement, year).target for year in (2026, 2027, 2028)]

    assert targets == [10, 20, 20]
    assert standings_of(with_state(CooperationAgreement.objects.filter(pk=agreement.pk)), 2025)[
        agreement.pk
    ] == []  # fmt: skip


def test_the_newest_figure_of_a_year_counts_and_few_people_are_hidden(
    agreement: CooperationAgreement,
    manager: Account,
) -> None:
    made = promised(agreement, manager, 3, counts_people=True)
    enter(made, 4, manager)
    hidden = standing_of(agreement)
    with time_machine.travel(dt.datetime(2027, 2, 23, 9, tzinfo=dt.UTC)):
        enter(made, 5, manager)
        shown = standing_of(agreement)

    assert (hidden.value, hidden.is_hidden, hidden.light) == (None, True, Light.GREY)
    assert (shown.value, shown.is_hidden, shown.light) == (5, False, Light.GREEN)


def test_nothing_shown_for_a_year_is_red(
    agreement: CooperationAgreement,
    manager: Account,
) -> None:
    made = promised(agreement, manager, 10)  # promised from January 2026 on
    assert standing_of(agreement).light == Light.RED

    enter(made, 10, manager)
    assert standing_of(agreement).light == Light.GREEN
    with time_machine.travel(dt.datetime(2028, 2, 24, 9, tzinfo=dt.UTC)):
        assert standing_of(agreement, 2028).light == Light.RED


def test_three_promises_need_no_more_queries_than_one(
    agreement: CooperationAgreement,
    manager: Account,
) -> None:
    def queries() -> int:
        found = with_state(CooperationAgreement.objects.filter(pk=agreement.pk))
        with CaptureQueriesContext(connection) as captured:
            standings_of(found, YEAR)
        return len(captured)

    enter(promised(agreement, manager, 10, indicator="visits"), 1, manager)
    one = queries()
    for _number in range(2):
        enter(promised(agreement, manager, 10, indicator="visits"), 1, manager)

    assert queries() == one
