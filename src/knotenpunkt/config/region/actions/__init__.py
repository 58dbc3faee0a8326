"""Loading a region: all of it or nothing, and the same rows however often it is loaded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from knotenpunkt.availability.actions.open_intervals import renew_open_intervals
from knotenpunkt.config.region.actions.agreement_part import load_agreements
from knotenpunkt.config.region.actions.availability_part import load_availability
from knotenpunkt.config.region.actions.capacity_part import load_capacity
from knotenpunkt.config.region.actions.casework_part import load_casework
from knotenpunkt.config.region.actions.conference_part import load_conferences
from knotenpunkt.config.region.actions.cooperation_part import load_cooperation
from knotenpunkt.config.region.actions.directory_part import load_directory
from knotenpunkt.config.region.actions.evaluation_part import load_last_years
from knotenpunkt.config.region.actions.exchange_part import load_exchange
from knotenpunkt.config.region.actions.meeting_part import load_meetings
from knotenpunkt.config.region.actions.network_part import load_network
from knotenpunkt.config.region.actions.onboarding_part import load_partners_under_way
from knotenpunkt.config.region.actions.outreach_part import load_outreach
from knotenpunkt.config.region.actions.people_part import load_people
from knotenpunkt.config.region.actions.programmes_part import load_programmes
from knotenpunkt.config.region.actions.routing_part import load_routing
from knotenpunkt.config.region.check import read_region
from knotenpunkt.config.region.schema import Region
from knotenpunkt.config.region.shift import shifted, weeks_to_shift
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.network.models import Network

DEMO_REGION = Path(__file__).parent.parent / "data" / "musterkreis.yaml"
PAST, HORIZON = dt.timedelta(days=28), dt.timedelta(days=180)

Part = Callable[[Network, Region], None]
PARTS: tuple[Part, ...] = (
    load_directory,
    load_partners_under_way,
    load_cooperation,
    load_agreements,
    load_meetings,
    load_routing,
    load_people,
    load_availability,
    load_capacity,
    load_last_years,
    load_casework,
    load_conferences,
    load_exchange,
    load_programmes,
    load_outreach,
)


@in_system_scope("load a region")
def load_region(path: Path, *, anchor_monday: dt.date | None = None, move: bool = True) -> Network:
    """Load the file and return its network. Raises `BadRegion`; then nothing was written.

    With `move`, all dates move by whole weeks so that the anchor week lies ahead of today, or
    falls on `anchor_monday` if given.
    """
    region = read_region(path)
    if anchor_monday is not None:
        region = shifted(region, (anchor_monday - region.meta.anchor_monday).days // 7)
    elif move:
        region = shifted(region, weeks_to_shift(region, today=clock.today()))
    return write_region(region)


@transaction.atomic
def write_region(region: Region) -> Network:
    """Write every part of a checked region and what its rules yield."""
    network = load_network(region)
    for load in PARTS:
        load(network, region)
    today = clock.today()
    first = min(today, region.meta.booking_made_on) - PAST
    last = max(today, region.meta.anchor_monday) + HORIZON
    renew_open_intervals(network=network, first=first, last=last)
    return network
