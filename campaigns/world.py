"""A house with room for tens of thousands of bookings: five organizations, one place, one clock.

Everything stands in `WORLD`, the same ids in every process, so that a client can make a plan
without a query and without the planner. Needs Django set up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from knotenpunkt.availability.enums import ResourceKind
from knotenpunkt.availability.models import OpenInterval
from knotenpunkt.directory.enums import InterpreterClass, ServiceMode
from knotenpunkt.directory.models import Service, ServiceAtLocation, Topic
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.ids import stable_id
from knotenpunkt.network.enums import LegalClass
from knotenpunkt.network.models import Account, Location, Network, Organization, Room, StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.visits.plan import BookingPlan, PlannedLeg
from knotenpunkt.visits.planning.wish import VisitWish

EMAIL = "desk@campaign.example"
MINUTES, BETWEEN = 30, 10  # a talk, and the way to the next door
OPENS, CLOSES = 8, 18  # local hours, so that every slot lies on the grid of the planner
SLOTS_A_DAY = (CLOSES - OPENS) * 60 // (MINUTES + BETWEEN)
Desk = tuple[int, int]  # number of the organization, number of the staff member


@dataclass(frozen=True)
class World:
    """Sizes of the house; ids follow from them."""

    organizations: int = 5
    staff: int = 20  # of each organization
    persons: int = 2000
    days: int = 59

    def organization(self, number: int) -> UUID:
        return stable_id("campaign", "organization", number)

    def service(self, organization: int) -> UUID:
        return stable_id("campaign", "service", organization)

    def member(self, organization: int, number: int) -> UUID:
        return stable_id("campaign", "staff", organization, number)

    def room(self, organization: int, number: int) -> UUID:
        return stable_id("campaign", "room", organization, number)

    def person(self, number: int) -> UUID:
        return stable_id("campaign", "person", number)

    @property
    def network(self) -> UUID:
        return stable_id("campaign", "network")

    @property
    def location(self) -> UUID:
        return stable_id("campaign", "location")

    def plan(self, first: dt.date, day: int, slot: int, desks: Sequence[Desk]) -> BookingPlan:
        """Return a visit that begins in `slot` of the day `day` after `first`, a leg a desk."""
        legs = []
        for position, (organization, number) in enumerate(desks):
            minute = OPENS * 60 + (slot + position) * (MINUTES + BETWEEN)
            wall = dt.time(minute // 60, minute % 60)
            start = clock.local_moment(first + dt.timedelta(days=day), wall)
            leg = PlannedLeg(
                service=self.service(organization), location=self.location,
                room=self.room(organization, number), staff=(self.member(organization, number),),
                language="en", starts_at=start, ends_at=start + dt.timedelta(minutes=MINUTES),
            )  # fmt: skip
            legs.append(leg)
        return BookingPlan(legs=tuple(legs))

    def wish(self, network: Network, plan: BookingPlan, person: UUID) -> VisitWish:
        day = clock.local_day(plan.legs[0].starts_at)
        services = tuple(leg.service for leg in plan.legs)
        return VisitWish(
            network=network, services=services, first_day=day, last_day=day, languages=("en",),
            person_id=person,
        )  # fmt: skip

    def build(self, first: dt.date) -> Network:
        """Write the house; the days after `first` are open."""
        network = Network.objects.create(
            id=self.network, code="campaign", name="Prüfstand", land="NW", is_invented=True
        )
        place = Location.objects.create(
            id=self.location, network=network, code="house", name="Haus", address="Hof 1"
        )
        topic = Topic.objects.create(network=network, code="topic", position=1, name={"de": "Rat"})
        for organization in range(self.organizations):
            self._build_organization(network, place, topic, organization)
        self._open(first)
        Person.objects.bulk_create(
            Person(
                id=self.person(number), network=network, given_name=f"P{number}",
                organization_id=self.organization(0), languages=["en"], is_invented=True,
                created_at=clock.now(),
            )
            for number in range(self.persons)
        )  # fmt: skip
        return network

    def _build_organization(
        self, network: Network, place: Location, topic: Topic, number: int
    ) -> None:
        organization = Organization.objects.create(
            id=self.organization(number), network=network, code=f"org-{number}",
            name=f"Amt {number}", kind="office",
            legal_class=LegalClass.OTHER, valid_from=dt.date(2020, 1, 1),
        )  # fmt: skip
        service = Service.objects.create(
            id=self.service(number), organization=organization, topic=topic,
            code=f"of-{number}", name={"de": f"Rat {number}"}, mode=ServiceMode.IN_PERSON,
            minutes=MINUTES, interpreter_class=InterpreterClass.VOLUNTEER,
        )  # fmt: skip
        ServiceAtLocation.objects.create(service=service, location=place)
        members = StaffMember.objects.bulk_create(
            StaffMember(
                id=self.member(number, n), organization=organization, code=f"st-{number}-{n}",
                name=f"Kraft {number}-{n}", job="worker", role="worker", languages=["de", "en"],
            )
            for n in range(self.staff)
        )  # fmt: skip
        Room.objects.bulk_create(
            Room(id=self.room(number, n), location=place, name=f"{number}.{n:02}")
            for n in range(self.staff)
        )
        service.staff.set(members)
        if number == 0:
            members[0].account = Account.objects.create_user(EMAIL)
            members[0].save(update_fields=["account"])

    def _open(self, first: dt.date) -> None:
        OpenInterval.objects.bulk_create(
            OpenInterval(
                resource=self.member(organization, n), kind=ResourceKind.STAFF, day=day,
                during=(
                    clock.local_moment(day, dt.time(OPENS)),
                    clock.local_moment(day, dt.time(CLOSES)),
                ),
                location_id=self.location, room_id=self.room(organization, n),
            )
            for day in (first + dt.timedelta(days=n) for n in range(self.days))
            for organization in range(self.organizations)
            for n in range(self.staff)
        )  # fmt: skip


WORLD = World()
