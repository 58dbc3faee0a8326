from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from knotenpunkt.availability.enums import Pool
from knotenpunkt.availability.models import CapacityPool, GroupSession, Interpreter
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Location, Network, Organization, Room, StaffMember
from knotenpunkt.people.enums import GenderWish
from knotenpunkt.people.models import Person
from knotenpunkt.visits.codes import new_code
from knotenpunkt.visits.enums import AppointmentStatus, InterpreterStatus, QueueStatus, VisitStatus


class Visit(models.Model):
    """Appointments of one person at several organizations, booked together or not at all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="visits")
    organization = models.ForeignKey(
        Organization, null=True, on_delete=models.PROTECT, related_name="visits_booked"
    )
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    code = models.CharField(max_length=9, unique=True, default=new_code)
    status = models.CharField(max_length=20, choices=VisitStatus.choices)
    language = models.CharField(max_length=8, help_text="of the slip, beside German")
    hold_expires_at = models.DateTimeField(null=True)
    times_extended = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="replaces"
    )
    changes = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.SET_NULL,
        related_name="proposed_changes",
        help_text="the visit that this one replaces when it is confirmed",
    )
    changes_version = models.PositiveIntegerField(
        null=True, help_text="of the other visit, when this change was worked out"
    )
    version = models.PositiveIntegerField(
        default=1, help_text="goes up with every change, so that an edit of an old state is noticed"
    )

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="held") | models.Q(hold_expires_at__isnull=False),
                name="a_held_visit_has_an_end",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="booked") | models.Q(confirmed_at__isnull=False),
                name="a_booked_visit_was_confirmed",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="replaced") | models.Q(replaced_by__isnull=False),
                name="a_replaced_visit_leads_to_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(replaced_by=models.F("id")) & ~models.Q(changes=models.F("id")),
                name="a_visit_does_not_replace_itself",
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "network": Sensitivity.TECHNICAL,
            "person": Sensitivity.MATTER,
            "organization": Sensitivity.MATTER,
            "booked_by": Sensitivity.ORGANIZATIONAL,
            "code": Sensitivity.CONTACT,
            "status": Sensitivity.MATTER,
            "language": Sensitivity.CONTACT,
            "hold_expires_at": Sensitivity.TECHNICAL,
            "times_extended": Sensitivity.TECHNICAL,
            "created_at": Sensitivity.TECHNICAL,
            "confirmed_at": Sensitivity.TECHNICAL,
            "cancelled_at": Sensitivity.TECHNICAL,
            "replaced_by": Sensitivity.MATTER,
            "changes": Sensitivity.MATTER,
            "changes_version": Sensitivity.TECHNICAL,
            "version": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return self.code

    @property
    def is_expired(self) -> bool:
        """Whether the hold has ended; true without any job having run."""
        return (
            self.status == VisitStatus.HELD
            and self.hold_expires_at is not None
            and self.hold_expires_at <= clock.now()
        )


class Appointment(models.Model):
    """One leg of a visit: a talk, a group session or a joint session."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="appointments")
    position = models.PositiveSmallIntegerField()
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="appointments"
    )
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey(Room, null=True, on_delete=models.SET_NULL, related_name="+")
    group_session = models.ForeignKey(
        GroupSession, null=True, on_delete=models.PROTECT, related_name="+"
    )
    staff = models.ManyToManyField(StaffMember, related_name="appointments")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    language = models.CharField(max_length=8, help_text="the talk is in this language")
    status = models.CharField(max_length=30, choices=AppointmentStatus.choices)
    pool = models.CharField(max_length=12, choices=Pool.choices, default=Pool.REGULAR)
    capacity_pool = models.ForeignKey(
        CapacityPool,
        null=True,
        on_delete=models.PROTECT,
        related_name="appointments",
        help_text="the programme whose time this took",
    )
    cancelled_at = models.DateTimeField(null=True)
    moved_from = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="moved_to"
    )

    class Meta:
        ordering = ["starts_at", "position"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="an_appointment_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["visit", "position"], name="a_visit_has_one_leg_in_each_position"
            ),
        ]
        indexes = [models.Index(fields=["organization", "starts_at"])]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "visit": Sensitivity.MATTER,
            "position": Sensitivity.TECHNICAL,
            "service": Sensitivity.MATTER,
            "organization": Sensitivity.MATTER,
            "location": Sensitivity.MATTER,
            "room": Sensitivity.MATTER,
            "group_session": Sensitivity.MATTER,
            "starts_at": Sensitivity.MATTER,
            "ends_at": Sensitivity.MATTER,
            "language": Sensitivity.CONTACT,
            "status": Sensitivity.MATTER,
            "pool": Sensitivity.TECHNICAL,
            "capacity_pool": Sensitivity.MATTER,
            "cancelled_at": Sensitivity.TECHNICAL,
            "moved_from": Sensitivity.MATTER,
        }

    def __str__(self) -> str:
        return f"{self.visit} / {self.position + 1}"


class InterpreterAssignment(models.Model):
    """An interpreter for one appointment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appointment = models.OneToOneField(
        Appointment, on_delete=models.CASCADE, related_name="interpreter_assignment"
    )
    interpreter = models.ForeignKey(
        Interpreter, on_delete=models.PROTECT, related_name="assignments"
    )
    status = models.CharField(max_length=12, choices=InterpreterStatus.choices)
    gender_wish = models.CharField(
        max_length=15, choices=GenderWish.choices, default=GenderWish.NONE
    )
    expense_allowance_cents = models.PositiveIntegerField(null=True)

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "appointment": Sensitivity.MATTER,
            "interpreter": Sensitivity.ORGANIZATIONAL,
            "status": Sensitivity.TECHNICAL,
            "gender_wish": Sensitivity.CONTACT,
            "expense_allowance_cents": Sensitivity.ORGANIZATIONAL,
        }

    def __str__(self) -> str:
        return f"{self.interpreter} / {self.appointment}"


class Arrival(models.Model):
    """An appointment on its day: she is here, she is called to the room, it begins late."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appointment = models.OneToOneField(
        Appointment, on_delete=models.CASCADE, related_name="arrival"
    )
    arrived_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    delay_minutes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(called_at__isnull=True) | models.Q(arrived_at__isnull=False),
                name="who_is_called_has_arrived",
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "appointment": Sensitivity.MATTER,
            "arrived_at": Sensitivity.MATTER,
            "called_at": Sensitivity.MATTER,
            "delay_minutes": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.appointment}"


class QueueTicket(models.Model):
    """A number for someone who comes to open hours without an appointment; no name is needed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(help_text="local day")
    number = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=8)
    minutes = models.PositiveSmallIntegerField(help_text="how long the talk will take")
    visit = models.ForeignKey(
        Visit, null=True, on_delete=models.SET_NULL, related_name="tickets",
        help_text="of the same day, whose legs her turn must not break",
    )  # fmt: skip
    status = models.CharField(
        max_length=10, choices=QueueStatus.choices, default=QueueStatus.WAITING
    )
    staff_member = models.ForeignKey(
        StaffMember, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    room = models.ForeignKey(Room, null=True, on_delete=models.SET_NULL, related_name="+")
    issued_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["location", "day", "number"], name="a_number_is_given_once_a_day"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="called") | models.Q(called_at__isnull=False),
                name="a_called_ticket_has_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(minutes__gte=5, minutes__lte=120),
                name="a_talk_without_appointment_lasts_5_to_120_minutes",
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "location": Sensitivity.MATTER,
            "organization": Sensitivity.MATTER,
            "day": Sensitivity.TECHNICAL,
            "number": Sensitivity.TECHNICAL,
            "language": Sensitivity.CONTACT,
            "minutes": Sensitivity.TECHNICAL,
            "visit": Sensitivity.MATTER,
            "status": Sensitivity.MATTER,
            "staff_member": Sensitivity.ORGANIZATIONAL,
            "room": Sensitivity.TECHNICAL,
            "issued_at": Sensitivity.TECHNICAL,
            "called_at": Sensitivity.TECHNICAL,
            "ended_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"W{self.number}"
