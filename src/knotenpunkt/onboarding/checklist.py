"""What a new partner still has to do. Nothing here is ticked by hand: the entries say it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knotenpunkt.availability.models import GroupSession, OpenInterval
from knotenpunkt.directory.enums import ServiceStatus
from knotenpunkt.directory.models import KnowledgeCard, Schedule, Service, ServiceAtLocation
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Location, Organization, StaffMember
from knotenpunkt.onboarding.models import Onboarding

# In this order; each with what it asks and where it is done (names of pages belong to the web).
STEPS: tuple[tuple[str, str | Promise], ...] = (
    ("organization", _("Say who you are and how you can be reached")),
    ("place", _("Enter a place with its opening hours")),
    ("service", _("Enter your services, one by one or as a table")),
    ("access", _("Say which languages you speak and whether there are steps")),
    ("card", _("Tell partners how you work")),
    ("staff", _("Say who gives the services")),
    ("times", _("Say when people can be booked")),
    ("agreement", _("Note where the agreement is kept")),
    ("shown", _("Show your entries to everybody")),
)
# Without these nobody could be booked, or nobody would know whom she books.
NEEDED_TO_SHOW = frozenset({"organization", "place", "service", "staff", "times"})


@dataclass(frozen=True)
class Step:
    key: str
    text: str | Promise
    is_done: bool


@dataclass(frozen=True)
class Checklist:
    """Every step of one partner, in order."""

    organization: Organization
    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def next_step(self) -> Step | None:
        return next((step for step in self.steps if not step.is_done), None)

    @property
    def missing_to_show(self) -> list[str]:
        """Return the keys of what has to be there before anybody sees the entries."""
        return [it.key for it in self.steps if not it.is_done and it.key in NEEDED_TO_SHOW]


def checklists_of(organizations: QuerySet[Organization]) -> list[Checklist]:
    """Return the checklist of each, in one query."""
    return [
        Checklist(
            row, tuple(Step(key, text, bool(getattr(row, f"has_{key}"))) for key, text in STEPS)
        )
        for row in organizations.annotate(**_facts())
    ]


def _facts() -> dict[str, Any]:
    mine = Service.objects.filter(organization=OuterRef("pk")).exclude(status=ServiceStatus.ENDED)
    described = KeyTextTransform("de", "description")
    cards = KnowledgeCard.objects.filter(organization=OuterRef("pk"))
    places = Location.objects.filter(organizations=OuterRef("pk"))
    known = Q(is_step_free=True) | Q(details__has_key="accessibility")
    return {
        "said_de": described,
        "has_organization": (~Q(email="") | ~Q(phone="")) & Q(said_de__gt=""),
        "has_place": Exists(Schedule.objects.filter(location__organizations=OuterRef("pk"))),
        "has_service": Exists(mine),
        "has_access": Exists(mine.exclude(languages=[])) & Exists(places.filter(known)),
        "has_card": Exists(cards.exclude(tasks="").exclude(workflow="").exclude(how_to_refer="")),
        "has_staff": Exists(mine.filter(staff__left_on=None, staff__isnull=False)),
        "has_times": Exists(_open_at_a_place()) | Exists(_open_seats()),
        "has_agreement": Exists(
            Onboarding.objects.filter(organization=OuterRef("pk"), agreed_on__isnull=False)
        ),
        "has_shown": Q(is_listed=True),
    }


def _open_at_a_place() -> QuerySet[Any]:
    """Return pairs of a service and of somebody who is there for it, on a day to come."""
    places = ServiceAtLocation.objects.filter(service=OuterRef(OuterRef("service_id")))
    times = OpenInterval.objects.filter(
        resource=OuterRef("staffmember_id"),
        day__gt=clock.today(),
        location__in=places.values("location"),
    )
    return Service.staff.through.objects.filter(
        Exists(times), service__organization=OuterRef("pk"), staffmember__left_on=None
    )


def _open_seats() -> QuerySet[GroupSession]:
    """Return sessions with seats of a house that take place on a day to come."""
    times = OpenInterval.objects.filter(resource=OuterRef("pk"), day__gt=clock.today())
    return GroupSession.objects.filter(Exists(times), service__organization=OuterRef("pk"))


def in_progress(network_id: UUID) -> QuerySet[Organization]:
    """Return the organizations that were invited as partners, newest first."""
    found = Organization.objects.filter(network=network_id, onboarding__isnull=False)
    return found.select_related("onboarding").order_by("-onboarding__started_at", "id")


@dataclass(frozen=True)
class FirstTime:
    """The earliest open time of a service: somebody is there, at one of its places."""

    service: Service
    staff_member: StaffMember
    location: Location
    day: dt.date
    starts_at: dt.datetime


def first_times(organization: Organization, *, services: Iterable[Service]) -> list[FirstTime]:
    """Return the earliest open time of each of these services that has one, by service."""
    found = []
    for service in services:
        staff = {it.pk: it for it in service.staff.all() if it.left_on is None}
        staff |= {it.pk: it.staff_member for it in service.group_sessions.all()}
        places = {it.location_id: it.location for it in service.services_at_location.all()}
        row = (
            OpenInterval.objects.filter(
                resource__in=staff, location__in=places, day__gt=clock.today()
            )
            .order_by("during", "id")
            .first()
        )
        if row is not None and row.location_id is not None:
            found.append(
                FirstTime(
                    service, staff[row.resource], places[row.location_id], row.day,
                    row.during.lower,
                )
            )  # fmt: skip
    return found
