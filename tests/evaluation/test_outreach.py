"""Hours at other houses: held and not cancelled, against a baseline; demand; new hours."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.availability.models import Closure, OutreachHours
from knotenpunkt.evaluation.actions import choose_outreach_baseline
from knotenpunkt.evaluation.models import OutreachBaseline
from knotenpunkt.evaluation.outreach import PlaceHeld, outreach_of, proposed_hours
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account, Location, Network, Organization, StaffMember
from knotenpunkt.visits.models import QueueTicket
from tests.web.machine import Machine

D = dt.date
AsStaff = Callable[[str], Client]
JANUARY = D(2027, 1, 1)


@pytest.fixture
def rule(network: Network) -> OutreachHours:
    """The only outreach hours: three hours each Tuesday; January 2027 has four Tuesdays."""
    QueueTicket.objects.all().delete()
    OutreachBaseline.objects.all().delete()
    one = OutreachHours.objects.get(code="oh-01")
    OutreachHours.objects.exclude(pk=one.pk).delete()
    return one


def january(network: Network) -> int:
    (place,) = outreach_of(network).places
    return minutes_of(place, JANUARY)


def minutes_of(place: PlaceHeld, month: D) -> int:
    return next(it.minutes for it in place.months if it.first == month)


def close(rule: OutreachHours, day: D, **who: object) -> Closure:
    return Closure.objects.create(network=rule.location.network, day=day, reason="x", **who)


def test_hours_that_were_cancelled_do_not_count(rule: OutreachHours, network: Network) -> None:
    whole = january(network)

    rule.excluded_days = [D(2027, 1, 5)]
    rule.save()
    one_day_less = january(network)
    close(rule, D(2027, 1, 12), staff_member=rule.staff_member)
    absent = january(network)
    close(rule, D(2027, 1, 19), location=rule.location, starts_at=dt.time(9), ends_at=dt.time(10))
    an_hour_shut = january(network)

    assert (whole, one_day_less, absent, an_hour_shut) == (720, 540, 360, 300)


def test_a_closed_house_or_office_and_holidays_hold_none(
    rule: OutreachHours, network: Network
) -> None:
    close(rule, D(2027, 1, 5), is_for_all=True)
    shut = close(rule, D(2027, 1, 12))
    shut.organizations.add(rule.staff_member.organization)
    network.land = "ST"
    rule.rrule, rule.first_on = "FREQ=WEEKLY;BYDAY=WE", D(2026, 12, 2)
    rule.save()

    assert january(network) == 3 * 180  # Epiphany is a Wednesday, a holiday in that Land


def test_hours_that_lie_ahead_are_not_held_yet(rule: OutreachHours, network: Network) -> None:
    (place,) = outreach_of(network).places

    held = {it.first: it.minutes for it in place.months}
    assert clock.today() == D(2027, 2, 22)  # a Monday: 2, 9 and 16 February have been
    assert held[D(2027, 2, 1)] == 3 * 180
    assert list(held) == [D(2026, 12, 1), JANUARY, D(2027, 2, 1)]  # nothing is known before


def test_months_are_compared_with_the_average_of_the_chosen_ones(
    rule: OutreachHours, network: Network, account: Callable[[str], Account]
) -> None:
    choose_outreach_baseline(first=D(2026, 12, 17), last=D(2027, 1, 2), by=account("st-ki02"))
    rule.excluded_days = [D(2027, 1, 5), D(2027, 1, 12)]
    rule.save()

    found = outreach_of(network)

    # December has five Tuesdays (one of them closed to all or a holiday counts less).
    december, january_held = (
        next(it for it in found.whole if it.first == month) for month in (D(2026, 12, 1), JANUARY)
    )
    assert january_held.minutes == 360
    assert january_held.baseline == round((december.minutes + 360) / 2)
    assert january_held.change == round((360 / january_held.baseline - 1) * 100)


def walk_in(rule: OutreachHours, day: D, count: int, language: str = "ti", **more: object) -> None:
    taken = QueueTicket.objects.filter(location=rule.location, day=day).count()
    for number in range(taken + 1, taken + 1 + count):
        QueueTicket.objects.create(
            location=rule.location, organization=rule.staff_member.organization, day=day,
            number=number, language=language, minutes=10, issued_at=clock.now(), **more,
        )  # fmt: skip


def test_demand_of_fewer_than_five_is_not_shown(rule: OutreachHours, network: Network) -> None:
    walk_in(rule, D(2027, 1, 5), 4)
    (place,) = outreach_of(network).places
    four = place.months[1].demand.walk_ins
    walk_in(rule, D(2027, 1, 12), 1)
    walk_in(rule, D(2027, 1, 12), 5, status="left")
    (place,) = outreach_of(network).places

    assert four is None
    assert (place.months[1].demand.walk_ins, place.months[1].demand.not_found) == (5, 5)


def test_new_hours_are_proposed_where_a_language_is_asked_for_and_not_spoken(
    rule: OutreachHours, network: Network
) -> None:
    walk_in(rule, D(2027, 1, 5), 2)
    walk_in(rule, D(2027, 1, 7), 3)
    found = [it for it in proposed_hours(network) if it.language == "ti"]
    speakers = StaffMember.objects.filter(languages__contains=["ti"], left_on=None)

    assert [(it.location, it.weekday, it.count) for it in found] == [(rule.location, 3, 5)]
    assert set(found[0].speakers) == {it.organization.name for it in speakers}
    colleague = rule.staff_member
    colleague.languages = [*colleague.languages, "ti"]
    colleague.save()
    assert [it for it in proposed_hours(network) if it.language == "ti"] == []


def test_four_people_make_no_proposal(rule: OutreachHours, network: Network) -> None:
    walk_in(rule, D(2027, 1, 5), 4)

    assert [it for it in proposed_hours(network) if it.language == "ti"] == []


def test_the_page_shows_months_demand_and_proposals(as_staff: AsStaff) -> None:
    shown = as_staff("st-jc01").get(reverse("desk:outreach")).content.decode()

    assert "Hours held in each month" in shown
    assert "Migrationsberatung" in shown or "MBE" in shown
    assert "people came there in three months with this language" in shown
    assert "too few" in shown


def test_the_table_for_spreadsheets_runs_no_formula(as_staff: AsStaff, network: Network) -> None:
    Organization.objects.filter(code="org-mbe").update(name="=HYPERLINK(1)")

    answer = as_staff("st-jc01").get(reverse("desk:outreach_table"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))

    assert rows[0][:3] == ["Place", "Organization", "Month"]
    assert {len(row) for row in rows} == {8}
    names = {row[1] for row in rows[1:]}
    assert "'=HYPERLINK(1)" in names
    assert not [cell for row in rows[1:] for cell in row if cell.startswith(("=", "+", "@"))]


def test_only_the_coordinator_chooses_the_months(as_staff: AsStaff) -> None:
    address, data = reverse("desk:outreach_baseline"), {"first": "2026-11", "last": "2026-12"}

    assert as_staff("st-jc01").post(address, data).status_code == 403
    assert as_staff("st-ki03").get(reverse("desk:outreach")).status_code == 403
    assert as_staff("st-ki02").get(address).status_code == 200
    assert as_staff("st-ki02").post(address, data).status_code == 302
    chosen = OutreachBaseline.objects.get()
    assert (chosen.first_month, chosen.last_month) == (D(2026, 11, 1), D(2026, 12, 1))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"last": "2027-02"}, "last"),
        ({"first": "2027-01"}, "last"),
        ({"first": "1999-01"}, "first"),
        ({"first": "x"}, "first"),
    ],
)
def test_wrong_months_are_told(as_staff: AsStaff, wrong: dict[str, str], field: str) -> None:
    data = {"first": "2026-11", "last": "2026-12", **wrong}

    answer = as_staff("st-ki02").post(reverse("desk:outreach_baseline"), data)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_three_places_cost_no_more_queries_than_one(
    rule: OutreachHours, network: Network, as_staff: AsStaff
) -> None:
    client, address = as_staff("st-jc01"), reverse("desk:outreach")
    client.get(address)

    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for place in Location.objects.exclude(pk=rule.location_id)[:2]:
        OutreachHours.objects.create(
            staff_member=rule.staff_member, location=place, code=place.code, title="x",
            rrule=rule.rrule, first_on=rule.first_on, starts_at=rule.starts_at,
            ends_at=rule.ends_at,
        )  # fmt: skip
    with CaptureQueriesContext(connection) as three:
        assert len(client.get(address).context["outreach"].places) == 3

    assert len(one) == len(three)


def test_a_machine_reads_the_hours(rule: OutreachHours, account: Callable[[str], Account]) -> None:
    (place,) = Machine(account("st-jc01")).get("/outreach")

    assert place["location"] == str(rule.location_id)
    assert place["months"][1] == {
        "month": "2027-01-01", "minutes": 720, "baseline": None,
        "demand": {"appointments": None, "walk_ins": None, "not_found": None},
    }  # fmt: skip
