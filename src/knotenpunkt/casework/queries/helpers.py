"""Who helps a person: drawn from what is really going on, nobody types a list."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knotenpunkt.casework.enums import TAKEN_UP
from knotenpunkt.casework.models import PlanStep, Referral
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import grants_of, living


@dataclass(frozen=True)
class Helper:
    """One person of the net: who, where, why, how to reach."""

    name: str
    organization: str
    why: str | Promise
    telephone: str


def helpers_of(person: Person) -> list[Helper]:
    """Return the case lead first, then whoever took something up, has a step or may know."""
    found: dict[UUID, Helper] = {}

    def add(member: StaffMember | None, why: str | Promise) -> None:
        if member is not None and member.left_on is None and member.pk not in found:
            telephone = str(member.direct_line or "") or member.organization.phone
            found[member.pk] = Helper(member.name, member.organization.name, why, telephone)

    add(person.case_lead, _("leads"))
    for referral in Referral.objects.filter(person=person, status__in=TAKEN_UP).select_related(
        "responsible__organization"
    ):
        add(referral.responsible, referral.question)
    for step in PlanStep.objects.filter(
        goal__plan__person=person, done_at=None, owner__isnull=False
    ).select_related("owner__organization"):
        add(step.owner, step.text)
    for grant in grants_of(person).filter(living(clock.now())):
        add(grant.recipient_staff, _("may read what you allowed"))
    return list(found.values())
