"""Ring-fenced time: the programme's own until its release, and nobody stands back for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from typer.testing import CliRunner

from knotenpunkt.availability.actions.open_intervals import renew_open_intervals
from knotenpunkt.availability.actions.pools import enrol, release_pool
from knotenpunkt.availability.enums import Pool
from knotenpunkt.availability.models import CapacityPool, OpenInterval
from knotenpunkt.config.cli import app
from knotenpunkt.evaluation.ledger import pool_uses
from knotenpunkt.evaluation.ring_fence import shortfalls
from knotenpunkt.network.models import Account, Network, StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.errors import TimesTaken
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import VisitWish, wish_of
from tests.availability.saturday import CODE, FIRST, LAST, SATURDAY, programme_on_saturdays
from tests.web.machine import Machine

Wish = Callable[..., VisitWish]


@pytest.fixture
def pool(network: Network) -> CapacityPool:
    return programme_on_saturdays(network)


@pytest.fixture
def afternoon(wish: Wish) -> VisitWish:
    """Who can only come when the programme is there."""
    needs = wish("cl-01", CODE)
    return replace(
        needs,
        unavailable=(),
        first_day=SATURDAY,
        last_day=SATURDAY,
        earliest=13 * 60,
        latest=14 * 60,
        languages=("uk", "ru", "en", "de"),
    )


def has_a_time(wish: VisitWish) -> bool:
    return bool(propose_visits(wish).proposals)


def test_only_members_of_the_programme_see_its_time(
    pool: CapacityPool, afternoon: VisitWish
) -> None:
    assert has_a_time(replace(afternoon, pools=frozenset({pool.id})))
    assert not has_a_time(afternoon)


def test_a_forged_hold_of_its_time_is_refused(
    pool: CapacityPool, afternoon: VisitWish, person: Person, counsellor: Account
) -> None:
    plan = propose_visits(replace(afternoon, pools=frozenset({pool.id}))).proposals[0].plan

    with pytest.raises(TimesTaken):
        hold_visit(person=person, plan=plan, wish=afternoon, by=counsellor)


def test_three_working_days_before_it_is_for_everyone_without_any_job(
    pool: CapacityPool, afternoon: VisitWish
) -> None:
    with time_machine.travel(dt.datetime(2027, 3, 2, 22, 59, tzinfo=dt.UTC)):
        before = has_a_time(afternoon)
    with time_machine.travel(dt.datetime(2027, 3, 2, 23, 1, tzinfo=dt.UTC)):
        after = has_a_time(afternoon)

    assert (before, after) == (False, True)


def test_somebody_can_release_it_earlier_and_says_why(
    pool: CapacityPool, afternoon: VisitWish, counsellor: Account, network: Network
) -> None:
    release_pool(pool=pool, first=FIRST, last=LAST, note="six places left", by=counsellor)
    at_once = has_a_time(afternoon)
    renew_open_intervals(network=network, first=FIRST, last=LAST)

    assert (at_once, has_a_time(afternoon)) == (True, True)


def test_who_is_enrolled_uses_it_and_it_stands_in_the_ledger(
    pool: CapacityPool, afternoon: VisitWish, person: Person, counsellor: Account
) -> None:
    for _ in range(2):
        enrol(pool=pool, person=person, by=counsellor)
    pools = wish_of(person, afternoon.services, FIRST, LAST).pools
    own = replace(afternoon, pools=pools)
    plan = propose_visits(own).proposals[0].plan

    visit = hold_visit(person=person, plan=plan, wish=own, by=counsellor)
    confirm_visit(visit=visit, by=counsellor)

    leg = visit.appointments.get()
    use = next(
        it
        for it in pool_uses(CapacityPool.objects.filter(organization=pool.organization))
        if it.pool == pool
    )
    assert (leg.pool, leg.capacity_pool) == (Pool.RING_FENCED, pool)
    assert use.used == 1
    assert use.minutes_kept > 0


def test_what_was_released_is_nobodys_programme(
    pool: CapacityPool, afternoon: VisitWish, person: Person, counsellor: Account
) -> None:
    release_pool(pool=pool, first=FIRST, last=LAST, note="free", by=counsellor)
    own = replace(afternoon, pools=frozenset({pool.id}))
    plan = propose_visits(own).proposals[0].plan

    visit = hold_visit(person=person, plan=plan, wish=own, by=counsellor)

    assert visit.appointments.get().pool == Pool.REGULAR


def test_regular_capacity_is_the_same_with_and_without_the_programme(
    pool: CapacityPool, network: Network
) -> None:
    assert shortfalls(network, FIRST, LAST) == []


def paid_twice(pool: CapacityPool, network: Network) -> StaffMember:
    """Plant a fault: the hour of the programme is open to everyone anyway."""
    extra = pool.presence.get()
    extra.pk, extra._state.adding, extra.capacity_pool = None, True, None
    extra.save()
    renew_open_intervals(network=network, first=FIRST, last=LAST)
    return extra.staff_member


def test_an_hour_that_is_paid_twice_would_be_found(pool: CapacityPool, network: Network) -> None:
    member = paid_twice(pool, network)

    found = shortfalls(network, FIRST, LAST)

    assert [(it.resource, it.day, it.doubled_minutes) for it in found] == [
        (member.pk, SATURDAY, 60)
    ]


def test_an_hour_that_a_programme_took_away_would_be_found(
    pool: CapacityPool, network: Network
) -> None:
    """Regular time is relabelled as the programme's: the sum stays, the regular part shrinks."""
    member = pool.presence.get().staff_member
    row = OpenInterval.objects.filter(resource=member.pk, pool=Pool.REGULAR).earliest("day")
    minutes = int((row.during.upper - row.during.lower).total_seconds()) // 60
    OpenInterval.objects.filter(pk=row.pk).update(
        pool=Pool.RING_FENCED, capacity_pool=pool, released_at=row.during.lower
    )

    found = shortfalls(network, row.day, row.day)

    assert [(it.resource, it.missing_minutes) for it in found] == [(member.pk, minutes)]


def checked() -> tuple[int, str]:
    result = CliRunner().invoke(
        app, ["capacity", "check", "--first", FIRST.isoformat(), "--days", "12"]
    )
    return result.exit_code, result.output


def test_the_command_prints_each_office_and_fails_on_a_difference(
    pool: CapacityPool, network: Network
) -> None:
    code, well = checked()
    paid_twice(pool, network)
    bad_code, bad = checked()

    line = next(it for it in well.splitlines() if it.endswith(str(pool.organization)))
    regular, without, extra, *_name = line.split()
    assert (code, regular == without, extra) == (0, True, "60")
    assert "Nobody stands back." in well
    assert bad_code == 1
    assert f"{pool.organization}  <- differs" in bad
    assert "1 differences" in bad


def test_page_and_machine_show_it_and_name_a_difference(
    pool: CapacityPool, network: Network, account: Callable[[str], Account], counsellor: Account
) -> None:
    machine, page = Machine(account("st-jc01")), Client(headers={"accept-language": "en"})
    page.force_login(account("st-jc01"))
    days = f"?first={FIRST}&days=12"

    well, shown = machine.get(f"/capacity/check{days}"), page.get(f"/desk/capacity/check/{days}")
    paid_twice(pool, network)
    bad, shown_bad = machine.get(f"/capacity/check{days}"), page.get(f"/desk/capacity/check/{days}")

    own = next(
        it for it in well["organizations"] if it["organization"] == str(pool.organization_id)
    )
    assert (own["programme_minutes"], well["is_whole"], well["shortfalls"]) == (60, True, [])
    assert own["regular_minutes"] == own["without_programmes_minutes"] > 0
    assert [(it["day"], it["doubled_minutes"]) for it in bad["shortfalls"]] == [
        (SATURDAY.isoformat(), 60)
    ]
    assert not bad["is_whole"]
    assert "Nobody stands back." in shown.content.decode()
    assert "differs" in shown_bad.content.decode()
    assert Machine(counsellor).client.get("/api/v1/capacity/check").status_code == 403


@pytest.mark.parametrize(
    "days",
    ["first=2026-01-01", "first=2199-12-31", "days=0", "days=93", "first=2027-08-01&days=90"],
)
def test_days_that_nobody_has_worked_out_are_not_compared(
    days: str, network: Network, account: Callable[[str], Account]
) -> None:
    page = Client()
    page.force_login(account("st-jc01"))
    machine = Machine(account("st-jc01"))

    assert page.get(f"/desk/capacity/check/?{days}").status_code == 422
    assert machine.client.get(f"/api/v1/capacity/check?{days}").status_code == 422


def test_the_database_knows_no_ring_fenced_time_without_pool_and_release(
    network: Network,
) -> None:
    row = OpenInterval.objects.first()
    assert row is not None

    with (
        pytest.raises(IntegrityError, match="ring_fenced_time_has_a_pool_and_a_release"),
        transaction.atomic(),
    ):
        OpenInterval.objects.filter(pk=row.pk).update(pool="ring_fenced")
