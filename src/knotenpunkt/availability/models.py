"""When someone or something can be booked: rules, what the rules yield, and what is taken.

Rules (`Presence`, `OutreachHours`, `GroupSession`, `InterpreterPresence`, `Closure`) repeat in
local wall time as iCalendar RRULEs. `OpenInterval` holds what they yield, in UTC, day by day, so
that a search expands nothing. `Occupancy` holds what is taken; the database forbids taking twice.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models

from knotenpunkt.availability.enums import InterpreterRank, OccupancyReason, Pool, ResourceKind
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Location, Network, Organization, Room, StaffMember
from knotenpunkt.people.models import Person


class Recurring(models.Model):
    """A weekly or monthly rule with a daily time, in local wall time."""

    rrule = models.CharField(max_length=200, help_text="iCalendar RRULE, without DTSTART")
    first_on = models.DateField(help_text="DTSTART; for fortnightly rules it sets the parity")
    last_on = models.DateField(null=True)
    starts_at = models.TimeField()
    ends_at = models.TimeField()
    excluded_days = ArrayField(models.DateField(), default=list, help_text="EXDATE")

    class Meta:
        abstract = True


class CapacityPool(models.Model):
    """Extra capacity that a programme pays for (S2-18: no current person has to stand back).

    Its times are used by the members of the programme alone, until `release_workdays` working days
    before; whatever nobody took is then for everyone. That is worked out when it is read: no job.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="capacity_pools"
    )
    code = models.SlugField()
    programme = models.CharField(max_length=120)
    funder = models.CharField(max_length=120)
    release_workdays = models.PositiveSmallIntegerField(default=3)
    first_on = models.DateField()
    last_on = models.DateField(null=True)

    class Meta:
        ordering = ["organization__name", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"], name="a_pool_has_one_code_in_its_organization"
            ),
            models.CheckConstraint(
                condition=models.Q(release_workdays__lte=60),
                name="a_pool_is_released_at_most_60_workdays_before",
            ),
            models.CheckConstraint(
                condition=models.Q(last_on=None) | models.Q(last_on__gte=models.F("first_on")),
                name="a_pool_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.programme


class PoolRelease(models.Model):
    """Someone gave the days of a pool to everyone before their time, and said why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pool = models.ForeignKey(CapacityPool, on_delete=models.CASCADE, related_name="releases")
    first_on = models.DateField()
    last_on = models.DateField()
    note = models.CharField(max_length=200)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    released_at = models.DateTimeField()

    class Meta:
        ordering = ["-released_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")),
                name="a_release_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pool} {self.first_on}-{self.last_on}"


class PoolMember(models.Model):
    """A person for whom the programme pays. It ends; it is no verdict about anyone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pool = models.ForeignKey(CapacityPool, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="pool_memberships")
    first_on = models.DateField()
    last_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pool", "person"], name="a_person_is_in_a_pool_once"),
            models.CheckConstraint(
                condition=models.Q(last_on=None) | models.Q(last_on__gte=models.F("first_on")),
                name="a_membership_ends_after_it_begins",
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "pool": Sensitivity.MATTER,
            "person": Sensitivity.MATTER,
            "first_on": Sensitivity.MATTER,
            "last_on": Sensitivity.MATTER,
        }

    def __str__(self) -> str:
        return f"{self.pool}: {self.person}"

    def is_running_on(self, day: dt.date) -> bool:
        return self.first_on <= day and (self.last_on is None or day <= self.last_on)


class Presence(Recurring):
    """A staff member can be booked at this location at these times."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff_member = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="presence")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="+")
    room = models.ForeignKey(Room, null=True, on_delete=models.SET_NULL, related_name="+")
    capacity_pool = models.ForeignKey(
        CapacityPool,
        null=True,
        on_delete=models.CASCADE,
        related_name="presence",
        help_text="extra hours that a programme pays for",
    )

    def __str__(self) -> str:
        return f"{self.staff_member} @ {self.location}"


class OutreachHours(Recurring):
    """Hours held at another organization's location, in one of its rooms (S0-12)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff_member = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="outreach")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="outreach")
    room = models.ForeignKey(Room, null=True, on_delete=models.SET_NULL, related_name="+")
    code = models.SlugField()
    title = models.CharField(max_length=200)
    is_walk_in = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.title


class GroupSession(Recurring):
    """A session with numbered seats. Seat n is the resource `seat_id(n)`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="group_sessions")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="+")
    room = models.ForeignKey(Room, null=True, on_delete=models.SET_NULL, related_name="+")
    staff_member = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="sessions")
    seats = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(seats__gte=1, seats__lte=500),
                name="a_group_session_has_1_to_500_seats",
            )
        ]

    def __str__(self) -> str:
        return f"{self.service} @ {self.location}"

    def seat_id(self, number: int) -> uuid.UUID:
        """Return the resource of seat `number`, counted from 1."""
        return uuid.uuid5(self.id, str(number))


class Interpreter(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="interpreters")
    code = models.SlugField()
    name = models.CharField(max_length=120)
    gender = models.CharField(max_length=1, blank=True)
    rank = models.CharField(max_length=20, choices=InterpreterRank.choices)
    languages = ArrayField(models.CharField(max_length=8), default=list)
    is_remote = models.BooleanField(default=False, help_text="by telephone or video")
    notice_workdays = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True, help_text="where requests go")
    parallel_talks = models.PositiveSmallIntegerField(
        default=1, help_text="a telephone service takes many talks at once; 0 is without limit"
    )

    class Meta:
        ordering = ["code"]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "network": Sensitivity.TECHNICAL,
            "code": Sensitivity.TECHNICAL,
            "name": Sensitivity.ORGANIZATIONAL,
            "gender": Sensitivity.ORGANIZATIONAL,
            "rank": Sensitivity.ORGANIZATIONAL,
            "languages": Sensitivity.ORGANIZATIONAL,
            "is_remote": Sensitivity.TECHNICAL,
            "notice_workdays": Sensitivity.TECHNICAL,
            "note": Sensitivity.ORGANIZATIONAL,
            "email": Sensitivity.ORGANIZATIONAL,
            "parallel_talks": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return self.name


class InterpreterPresence(Recurring):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    interpreter = models.ForeignKey(Interpreter, on_delete=models.CASCADE, related_name="presence")

    def __str__(self) -> str:
        return f"{self.interpreter}"


class Closure(models.Model):
    """A day, or part of one, on which locations or organizations take nobody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="closures")
    day = models.DateField()
    starts_at = models.TimeField(null=True)
    ends_at = models.TimeField(null=True)
    reason = models.CharField(max_length=120)
    organizations = models.ManyToManyField(Organization, related_name="closures")
    location = models.ForeignKey(
        Location, null=True, on_delete=models.CASCADE, related_name="closures"
    )
    staff_member = models.ForeignKey(
        StaffMember, null=True, on_delete=models.CASCADE, related_name="absences"
    )
    is_for_all = models.BooleanField(default=False)
    ends_with_house: ClassVar[bool] = True  # it closes no other, if this one merges

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.reason}"


class OpenInterval(models.Model):
    """What the rules yield: this resource takes bookings here, `[start, end)` in UTC.

    `resource` is the id of a staff member or an interpreter, or of a group session, whose
    interval is exactly one session. Derived rows: renewed as a whole for a resource and a day.
    """

    id = models.BigAutoField(primary_key=True)
    resource = models.UUIDField()
    kind = models.CharField(max_length=12, choices=ResourceKind.choices)
    day = models.DateField(help_text="local day")
    during = DateTimeRangeField()
    location = models.ForeignKey(Location, null=True, on_delete=models.CASCADE, related_name="+")
    room = models.ForeignKey(Room, null=True, on_delete=models.SET_NULL, related_name="+")
    pool = models.CharField(max_length=12, choices=Pool.choices, default=Pool.REGULAR)
    capacity_pool = models.ForeignKey(
        CapacityPool, null=True, on_delete=models.CASCADE, related_name="+"
    )
    released_at = models.DateTimeField(null=True, help_text="from then on it is for everyone")

    class Meta:
        indexes = [models.Index(fields=["day", "resource"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(capacity_pool=None, released_at=None, pool="regular")
                | models.Q(
                    capacity_pool__isnull=False, released_at__isnull=False, pool="ring_fenced"
                ),
                name="ring_fenced_time_has_a_pool_and_a_release",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.during}"


class Occupancy(models.Model):
    """What is taken. Two active rows of one resource never overlap; the database sees to it.

    A row with `expires_at` in the past no longer counts: readers skip it, writers delete it
    first, so an expired hold never blocks although no job has run.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resource = models.UUIDField()
    kind = models.CharField(max_length=12, choices=ResourceKind.choices)
    during = DateTimeRangeField()
    reason = models.CharField(
        max_length=12, choices=OccupancyReason.choices, default=OccupancyReason.APPOINTMENT
    )
    holder = models.UUIDField(null=True, help_text="the visit this belongs to")
    part = models.UUIDField(null=True, help_text="the appointment this belongs to")
    location = models.ForeignKey(Location, null=True, on_delete=models.SET_NULL, related_name="+")
    pool = models.CharField(max_length=12, choices=Pool.choices, default=Pool.REGULAR)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "occupancy"
        constraints = [
            ExclusionConstraint(
                name="nothing_is_in_two_places_at_once",
                expressions=[
                    ("resource", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=models.Q(during__isempty=False), name="an_occupancy_lasts"
            ),
        ]
        indexes = [
            models.Index(fields=["holder"]),
            GistIndex(fields=["during"], name="occupancy_during"),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "resource": Sensitivity.MATTER,
            "kind": Sensitivity.TECHNICAL,
            "during": Sensitivity.MATTER,
            "reason": Sensitivity.TECHNICAL,
            "holder": Sensitivity.MATTER,
            "part": Sensitivity.MATTER,
            "location": Sensitivity.MATTER,
            "pool": Sensitivity.TECHNICAL,
            "expires_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.kind} {self.during}"


class CoolingTime(models.Model):
    """Time that was just given back. Staff see it at once, the public when it has cooled down.

    Otherwise times could be traded: one gives back at the second at which the other takes.
    """

    id = models.BigAutoField(primary_key=True)
    resource = models.UUIDField()
    during = DateTimeRangeField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["resource", "until"])]

    def __str__(self) -> str:
        return f"{self.during} until {self.until:%H:%M}"
