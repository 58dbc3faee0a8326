"""Partners of an invented region that are on their way in: half of the checklist is done."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.hashers import make_password

from knotenpunkt.config.region.actions.network_part import DEMO_PASSWORD, demo_email
from knotenpunkt.config.region.actions.rows import put, put_links, row_id
from knotenpunkt.config.region.schema import Region, UnderWay
from knotenpunkt.directory.actions.finding import renew_search
from knotenpunkt.directory.enums import InterpreterClass, ServiceMode, ServiceStatus
from knotenpunkt.directory.models import Service, ServiceAtLocation
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import LegalClass, Role
from knotenpunkt.network.models import Account, Network, Organization, StaffMember
from knotenpunkt.onboarding.models import Onboarding

INVITED_AT = dt.time(9)


def load_partners_under_way(network: Network, region: Region) -> None:
    """Write them with drafts and a lead who signs in; real regions invite by mail instead."""
    if not network.is_invented:
        return
    for it in region.partners_under_way:
        _load_house(network, it)
        _load_lead(network, it)
        _load_drafts(network, it)


def _load_house(network: Network, it: UnderWay) -> None:
    house = row_id(network, "organization", it.id)
    put(
        Organization,
        [
            Organization(
                id=house, network=network, code=it.id, name=it.name, kind=it.kind,
                legal_class=LegalClass.FREE_CARRIER, description=it.description, email=it.mail,
                phone=it.phone, is_listed=False, valid_from=it.invited_on,
            )
        ],
    )  # fmt: skip
    place = {"organization_id": house, "location_id": row_id(network, "location", it.site)}
    put_links(Organization.locations.through, [place])
    started = clock.local_moment(it.invited_on, INVITED_AT)
    key = row_id(network, "onboarding", it.id)
    put(Onboarding, [Onboarding(id=key, organization_id=house, started_at=started)])


def _load_lead(network: Network, it: UnderWay) -> None:
    account = row_id(network, "account", it.lead)
    password = make_password(DEMO_PASSWORD)
    email = demo_email(network, it.lead)
    put(Account, [Account(id=account, email=email, password=password, joined_at=clock.now())])
    member = StaffMember(
        id=row_id(network, "staff", it.lead), code=it.lead, name=it.lead_name, job="lead",
        organization_id=row_id(network, "organization", it.id), account_id=account,
        role=Role.LEAD, languages=it.lead_languages,
    )  # fmt: skip
    put(StaffMember, [member])


def _load_drafts(network: Network, it: UnderWay) -> None:
    lead, place = row_id(network, "staff", it.lead), row_id(network, "location", it.site)
    services = [
        Service(
            id=row_id(network, "service", offer.id), code=offer.id, name=offer.name,
            organization_id=row_id(network, "organization", it.id), minutes=offer.minutes,
            topic_id=row_id(network, "topic", offer.topic), description=offer.description,
            mode=ServiceMode.IN_PERSON, interpreter_class=InterpreterClass.QUALIFIED,
            languages=offer.languages, status=ServiceStatus.DRAFT, verified_on=it.invited_on,
            created_on=it.invited_on,
        )
        for offer in it.offers
    ]  # fmt: skip
    put(Service, services)
    put(
        ServiceAtLocation,
        (
            ServiceAtLocation(
                id=row_id(network, "service_at_location", f"{one.code}/{it.site}"),
                service=one, location_id=place,
            )
            for one in services
        ),
    )  # fmt: skip
    put_links(
        Service.staff.through, [{"service_id": one.pk, "staffmember_id": lead} for one in services]
    )
    renew_search(services=[one.pk for one in services])
