"""The coordinator asks a partner in: an organization nobody else sees yet, and who leads it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify

from knotenpunkt.directory.rights import NETWORK_ROLES
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.actions import NewColleague, invite_colleague
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Organization
from knotenpunkt.onboarding.errors import NotYours
from knotenpunkt.onboarding.models import Onboarding


@dataclass(frozen=True)
class NewPartner:
    """What the coordinator knows of a partner before it says anything itself."""

    name: str
    kind: str
    legal_class: str
    contact: str
    email: str


@transaction.atomic
def invite_partner(*, partner: NewPartner, by: Account) -> Onboarding:
    """Open an organization that nobody else sees yet and invite its first person as its lead.

    Raises `NotYours`, or `EmailTaken`.
    """
    if by.staff_member.role not in NETWORK_ROLES:
        raise NotYours
    organization = Organization.objects.create(
        network=by.staff_member.organization.network,
        code=f"{slugify(partner.name)[:40] or 'partner'}-{uuid.uuid4().hex[:6]}",
        name=partner.name,
        kind=partner.kind,
        legal_class=partner.legal_class,
        email=partner.email,
        is_listed=False,
        valid_from=clock.today(),
    )
    onboarding = Onboarding.objects.create(
        organization=organization, started_at=clock.now(), started_by=by
    )
    record("onboarding.started", organization, by=by)
    first = NewColleague(
        name=partner.contact, job="", role=Role.LEAD, email=partner.email, languages=("de",)
    )
    invite_colleague(organization=organization, colleague=first, by=by)
    return onboarding
