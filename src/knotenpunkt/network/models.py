from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from phonenumber_field.modelfields import PhoneNumberField

from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.enums import USUAL_AUDIENCE, Audience, LegalClass, Role, TravelMode

_WIDTH = {Audience.OWN_ORGANIZATION: 0, Audience.PARTNERS: 1, Audience.PUBLIC: 2}


class DirectoryEntry(models.Model):
    """What every entry of the directory has: who sees what, where it comes from, and the rest.

    `details` holds what HSDS can say and no column holds: `{"fields": {...}}` for values of the
    entry itself, and for each HSDS table the rows that belong to it alone (`{"phones": [...]}`).
    Such a part is always read and written with its entry, and nothing else points at it.
    """

    details = models.JSONField(default=dict, blank=True)
    visibility = models.JSONField(
        default=dict, blank=True, help_text="field group -> audience; else USUAL_AUDIENCE"
    )
    source = models.CharField(max_length=200, blank=True, help_text="where the entry comes from")
    licence = models.CharField(max_length=60, blank=True, help_text="SPDX name, of imported data")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    def audience_of(self, group: str) -> Audience:
        """Return who may see this field group."""
        return Audience(self.visibility.get(group, USUAL_AUDIENCE[group]))

    def shows(self, group: str, to: Audience) -> bool:
        """Return whether a reader of this kind may see the group."""
        return _WIDTH[self.audience_of(group)] >= _WIDTH[to]


class Language(models.Model):
    """A language people speak here; the eight of the interface are only some of them."""

    code = models.CharField(primary_key=True, max_length=8)
    endonym = models.CharField(max_length=60)
    is_right_to_left = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.endonym


class Network(models.Model):
    """The organizations of one Kreis that share an installation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    land = models.CharField(max_length=2, help_text="ISO 3166-2:DE, for the public holidays")
    time_zone = models.CharField(max_length=40, default="Europe/Berlin")
    is_invented = models.BooleanField(default=False)
    anchor_monday = models.DateField(null=True, help_text="demo regions: the Monday tests speak of")
    visit_rules = models.JSONField(default=dict, help_text="buffers and limits of a visit")

    def __str__(self) -> str:
        return self.name


class Municipality(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="municipalities")
    code = models.SlugField()
    name = models.CharField(max_length=120)
    population = models.PositiveIntegerField(null=True)
    is_seat = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "code"], name="a_municipality_has_one_code_in_its_network"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Location(DirectoryEntry):
    """A place people can come to (HSDS location)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="locations")
    code = models.SlugField()
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=200)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    is_step_free = models.BooleanField(default=False)
    is_central = models.BooleanField(
        default=False, help_text="the house where offices come together"
    )
    position = models.PositiveSmallIntegerField(default=0)
    successor = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors",
        help_text="the place is over; what took place there stays with it",
    )  # fmt: skip

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "code"], name="a_location_has_one_code_in_its_network"
            ),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True) | models.Q(latitude__range=(-90, 90)),
                name="latitude_is_on_earth",
            ),
            models.CheckConstraint(
                condition=models.Q(longitude__isnull=True) | models.Q(longitude__range=(-180, 180)),
                name="longitude_is_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Room(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="rooms")
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["location", "name"], name="a_room_has_one_name_in_its_location"
            )
        ]

    def __str__(self) -> str:
        return self.name


class TravelTime(models.Model):
    """Minutes from door to door between two locations, by one means."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    origin = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="+")
    destination = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="+")
    mode = models.CharField(
        max_length=20, choices=TravelMode.choices, default=TravelMode.PUBLIC_TRANSPORT
    )
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "destination", "mode"], name="one_travel_time_per_way_and_mode"
            )
        ]

    def __str__(self) -> str:
        return f"{self.origin} - {self.destination}: {self.minutes} min"


class Organization(DirectoryEntry):
    """A partner: authority, counselling service, chamber, course provider (HSDS organization)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="organizations")
    code = models.SlugField()
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    legal_class = models.CharField(max_length=30, choices=LegalClass.choices)
    legal_basis = ArrayField(models.CharField(max_length=120), default=list)
    care_model = models.CharField(max_length=40, blank=True)
    locations = models.ManyToManyField(Location, related_name="organizations")
    alternate_name = models.CharField(max_length=200, blank=True)
    description = models.JSONField(default=dict, blank=True, help_text="text by language code")
    website = models.URLField(max_length=500, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children"
    )
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    partner_line = models.CharField(max_length=40, blank=True)
    partner_line_hours = models.CharField(max_length=120, blank=True)
    is_listed = models.BooleanField(
        default=True, help_text="a new partner shows its entries when it is ready"
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    successor = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="predecessors"
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "code"], name="an_organization_has_one_code_in_its_network"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gt=models.F("valid_from")),
                name="an_organization_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def may_receive_grants(self) -> bool:
        """The immigration office is a partner for appointments, never for personal data."""
        return self.legal_class != LegalClass.IMMIGRATION_OFFICE


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> Account:
        account = self.model(email=self.normalize_email(email), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(
        self, email: str, password: str | None = None, **fields: object
    ) -> Account:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Account(AbstractBaseUser, PermissionsMixin):
    """A sign-in. What it may see follows from its staff member, never from `is_superuser`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    language = models.CharField(max_length=8, default="de")
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "password": Sensitivity.TECHNICAL,
            "last_login": Sensitivity.TECHNICAL,
            "is_superuser": Sensitivity.TECHNICAL,
            "email": Sensitivity.ORGANIZATIONAL,
            "is_active": Sensitivity.TECHNICAL,
            "is_staff": Sensitivity.TECHNICAL,
            "language": Sensitivity.ORGANIZATIONAL,
            "joined_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return self.email


class StaffMember(models.Model):
    """Someone who works for one organization. `job` is her function, `role` what she may do."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="staff")
    account = models.OneToOneField(
        Account, null=True, on_delete=models.SET_NULL, related_name="staff_member"
    )
    code = models.SlugField(blank=True)
    name = models.CharField(max_length=120)
    job = models.CharField(max_length=60)
    role = models.CharField(max_length=30, choices=Role.choices)
    languages = ArrayField(models.CharField(max_length=8), default=list)
    deputy = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    direct_line = PhoneNumberField(blank=True)
    left_on = models.DateField(null=True)

    class Meta:
        ordering = ["name"]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "organization": Sensitivity.ORGANIZATIONAL,
            "account": Sensitivity.ORGANIZATIONAL,
            "code": Sensitivity.TECHNICAL,
            "name": Sensitivity.ORGANIZATIONAL,
            "job": Sensitivity.ORGANIZATIONAL,
            "role": Sensitivity.ORGANIZATIONAL,
            "languages": Sensitivity.ORGANIZATIONAL,
            "deputy": Sensitivity.ORGANIZATIONAL,
            "direct_line": Sensitivity.ORGANIZATIONAL,
            "left_on": Sensitivity.ORGANIZATIONAL,
        }

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """Named colleagues of one organization who may receive something together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="teams")
    code = models.SlugField()
    name = models.CharField(max_length=120)
    members = models.ManyToManyField(StaffMember, related_name="teams")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"], name="a_team_has_one_code_in_its_organization"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ApiToken(models.Model):
    """A machine's key. Only its hash is stored; it acts for one staff member's organization."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True)

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "account": Sensitivity.ORGANIZATIONAL,
            "name": Sensitivity.ORGANIZATIONAL,
            "token_hash": Sensitivity.TECHNICAL,
            "created_at": Sensitivity.TECHNICAL,
            "expires_at": Sensitivity.TECHNICAL,
            "last_used_on": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return self.name
