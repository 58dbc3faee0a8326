"""What can never be true is refused by the database, by a name that says what it is."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DataError, IntegrityError, transaction

from knotenpunkt.availability.models import CapacityPool, GroupSession, PoolMember
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person


@pytest.mark.parametrize("seats", [0, -1, 501])
def test_a_session_without_seats_or_with_too_many_is_refused(seats: int, network: object) -> None:
    session = GroupSession.objects.order_by("pk").first()
    assert session is not None
    before = session.seats

    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        GroupSession.objects.filter(pk=session.pk).update(seats=seats)

    session.refresh_from_db()
    assert session.seats == before


def test_a_membership_that_ends_before_it_begins_is_refused(
    person: Person, counsellor: Account
) -> None:
    pool = CapacityPool.objects.create(
        organization=counsellor.staff_member.organization, code="never", programme="KIM",
        funder="Land", first_on=dt.date(2027, 1, 1),
    )  # fmt: skip

    with (
        pytest.raises(IntegrityError, match="a_membership_ends_after_it_begins"),
        transaction.atomic(),
    ):
        PoolMember.objects.create(
            pool=pool,
            person=person,
            first_on=dt.date(2027, 3, 2),
            last_on=dt.date(2027, 3, 1),
        )
