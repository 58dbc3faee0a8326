"""Loading: complete, repeatable, moved by whole weeks."""

from __future__ import annotations

import datetime as dt

import pytest

from knotenpunkt.availability.models import Interpreter, OpenInterval, OutreachHours
from knotenpunkt.config.region.actions import write_region
from knotenpunkt.config.region.schema import Region
from knotenpunkt.config.region.shift import shifted, weeks_to_shift
from knotenpunkt.directory.models import Service
from knotenpunkt.network.enums import LegalClass
from knotenpunkt.network.models import Location, Network, Organization, StaffMember, TravelTime
from knotenpunkt.people.models import Person

COUNTED = (
    Organization,
    Location,
    Service,
    StaffMember,
    Interpreter,
    OutreachHours,
    Person,
    TravelTime,
)


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in COUNTED}


def test_everything_of_the_file_is_there(region: Region, network: Network) -> None:
    drafts = [offer for it in region.partners_under_way for offer in it.offers]
    under_way = len(region.partners_under_way)
    small = sum(len(it.houses) for it in region.agreements)
    assert (under_way, small) == (1, 1)
    assert counts() == {
        "Organization": len(region.organisations) + under_way + small,
        "Location": len(region.sites),
        "Service": len(region.offers) + len(drafts),
        "StaffMember": len(region.staff) + under_way,
        "Interpreter": len(region.interpreters),
        "OutreachHours": len(region.outreach_hours),
        "Person": len(region.clients),
        "TravelTime": len(region.sites) * (len(region.sites) - 1),
    }


def test_loading_again_changes_nothing(region: Region, network: Network) -> None:
    before = counts(), OpenInterval.objects.count()

    write_region(region)

    assert (counts(), OpenInterval.objects.count()) == before


def test_immigration_office_is_never_a_recipient(network: Network) -> None:
    office = Organization.objects.get(code="org-abh")

    assert office.legal_class == LegalClass.IMMIGRATION_OFFICE
    assert not office.may_receive_grants


def test_joint_services_are_those_of_several_employers(network: Network) -> None:
    assert list(Service.objects.filter(is_joint=True).values_list("code", flat=True)) == [
        "of-jba-clearing"
    ]


@pytest.mark.parametrize(
    "today",
    [dt.date(2026, 11, 24), dt.date(2026, 12, 30), dt.date(2027, 7, 1), dt.date(2033, 1, 1)],
)
def test_shift_puts_the_anchor_ahead_and_keeps_even_weeks_even(
    region: Region, today: dt.date
) -> None:
    weeks = weeks_to_shift(region, today=today)

    moved = shifted(region, weeks).meta

    assert moved.anchor_monday > today
    assert moved.anchor_monday - today <= dt.timedelta(days=21)
    assert moved.anchor_monday.weekday() == 0
    parity = {it.isocalendar().week % 2 for it in (moved.anchor_monday, region.meta.anchor_monday)}
    assert len(parity) == 1


def test_law_does_not_move_with_a_demo(region: Region) -> None:
    moved = shifted(region, 10)

    assert moved.responsibility_rules == region.responsibility_rules
    signed = [it.agreements[0].versions[0].signatories[0].on for it in (region, moved)]
    assert signed[1] - signed[0] == dt.timedelta(weeks=10)
    assert moved.clients[0].born == region.clients[0].born + dt.timedelta(weeks=10)
