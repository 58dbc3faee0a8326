"""Invented persons of a demo region, with needs and the times they cannot come."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from knotenpunkt.config.region.actions.rows import put, row_id
from knotenpunkt.config.region.schema import WEEKDAYS, Client, Region
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Network
from knotenpunkt.people.enums import BirthPrecision, Gender, GenderWish
from knotenpunkt.people.models import (
    HeldToken,
    Household,
    Need,
    Person,
    ResidenceFacts,
    UnavailableWindow,
)

INTERPRETER_WISH = {
    "female_interpreter_only": GenderWish.ONLY_FEMALE,
    "female_interpreter_preferred": GenderWish.PREFER_FEMALE,
}


def load_people(network: Network, region: Region) -> None:
    """Write the persons of the file. Only a demo region has any."""
    households = sorted({it.household for it in region.clients})
    put(
        Household,
        (
            Household(id=row_id(network, "household", it), network=network, code=it)
            for it in households
        ),
    )
    employer = {it.id: row_id(network, "organization", it.org) for it in region.staff}
    put(Person, (_person(network, it, employer[it.lead]) for it in region.clients))
    _load_facts(network, region)
    _load_windows(network, region)
    _load_needs(network, region)


def _person(network: Network, it: Client, organization_id: UUID) -> Person:
    given, _, family = it.name.partition(" ")
    wish = next(
        (INTERPRETER_WISH[word] for word in it.constraints if word in INTERPRETER_WISH),
        GenderWish.NONE,
    )
    return Person(
        id=row_id(network, "person", it.id),
        network=network,
        organization_id=organization_id,
        case_lead_id=row_id(network, "staff", it.lead),
        code=it.id,
        given_name=given,
        family_name=family,
        gender=Gender.UNKNOWN if it.gender == "-" else Gender(it.gender),
        birth_date=it.born,
        birth_precision=BirthPrecision.DAY,
        languages=it.languages,
        german_level=it.german[:2],
        municipality_id=row_id(network, "municipality", it.municipality),
        household_id=row_id(network, "household", it.household),
        interpreter_gender=wish,
        needs_step_free="wheelchair" in it.constraints,
        constraints=it.constraints,
        is_invented=True,
        created_at=clock.now(),
    )


def _load_facts(network: Network, region: Region) -> None:
    put(
        ResidenceFacts,
        (
            ResidenceFacts(
                id=row_id(network, "residence", it.id),
                person_id=row_id(network, "person", it.id),
                nationality=it.nationality,
                title=it.residence.title,
                first_title_on=it.residence.first_title_on,
                arrived_on=it.arrived,
                work_permitted_until=it.residence.work_permitted_until,
            )
            for it in region.clients
        ),
    )


def _load_windows(network: Network, region: Region) -> None:
    put(
        UnavailableWindow,
        (
            UnavailableWindow(
                id=row_id(network, "window", f"{it.id}/{reason}/{weekday}/{window.start}"),
                person_id=row_id(network, "person", it.id),
                weekday=WEEKDAYS.index(weekday),
                starts_at=window.start,
                ends_at=window.end,
                reason=reason,
            )
            for it in region.clients
            for reason in it.constraints
            for weekday, windows in region.constraint_windows.get(reason, {}).items()
            for window in windows
        ),
    )


def _load_needs(network: Network, region: Region) -> None:
    now = clock.now()
    put(
        Need,
        (
            Need(
                id=row_id(network, "need", f"{it.id}/{offer}"),
                person_id=row_id(network, "person", it.id),
                service_id=row_id(network, "service", offer),
                created_at=now + dt.timedelta(microseconds=position),
            )
            for it in region.clients
            for position, offer in enumerate(it.needs)
        ),
    )
    put(
        HeldToken,
        (
            HeldToken(
                id=row_id(network, "held_token", f"{it.client}/{token}"),
                person_id=row_id(network, "person", it.client),
                token_id=row_id(network, "token", token),
                since=region.meta.booking_made_on,
            )
            for it in region.visit_bundles
            for token in it.tokens_already_held
        ),
    )
