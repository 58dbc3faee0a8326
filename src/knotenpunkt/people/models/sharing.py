"""You see an item if your organization wrote it, or if a living grant hands exactly this category,
for exactly this purpose, to exactly you; entrusted things travel from a named person to a named
person."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Organization, StaffMember, Team
from knotenpunkt.people.enums import (
    SPECIAL_CATEGORIES,
    Basis,
    Category,
    Giver,
    HowGiven,
    InterpreterKind,
    Layer,
    Purpose,
)
from knotenpunkt.people.models.persons import Person
from knotenpunkt.people.models.sealed import SealedBinaryField

LONGEST_GRANT = dt.timedelta(days=366)
LONGEST_EMERGENCY = dt.timedelta(hours=8)


def _category_list() -> ArrayField:  # type: ignore[type-arg]
    return ArrayField(models.CharField(max_length=30, choices=Category.choices))


def _purpose_list() -> ArrayField:  # type: ignore[type-arg]
    return ArrayField(models.CharField(max_length=30, choices=Purpose.choices))


def _names_only(field: str, choices: type[models.TextChoices]) -> Q:
    """At least one, and nothing that is not in the list: neither "all" nor "sanction"."""
    return Q(**{f"{field}__len__gt": 0, f"{field}__contained_by": list(choices.values)})


class Consent(models.Model):
    """A yes of the person: to whom, which data, for what, until when; and how it was explained."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", help_text="who asked for it"
    )
    recipients = ArrayField(
        models.CharField(max_length=300), help_text="names as they stood on the sheet"
    )
    categories = _category_list()
    special_categories = ArrayField(
        models.CharField(max_length=30), default=list, help_text="each with its own yes"
    )
    purposes = _purpose_list()
    layer = models.PositiveSmallIntegerField(choices=Layer.choices)
    valid_until = models.DateTimeField()
    text_version = models.CharField(max_length=20)
    text_hash = models.CharField(max_length=64)
    explained_in = models.CharField(max_length=8)
    language_reason = models.CharField(
        max_length=200, blank=True, help_text="why not in a language of the person"
    )
    interpreter_kind = models.CharField(
        max_length=20, choices=InterpreterKind.choices, default=InterpreterKind.NONE
    )
    interpreter_name = models.CharField(max_length=120, blank=True)
    checked_by = models.ForeignKey(
        StaffMember,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="second check when a relative interpreted something special",
    )
    giver = models.CharField(max_length=30, choices=Giver.choices)
    guardian_name = models.CharField(max_length=120, blank=True)
    understanding_note = models.CharField(
        max_length=200, blank=True, help_text="under 18: how one saw that she understands"
    )
    how_given = models.CharField(max_length=10, choices=HowGiven.choices)
    note = models.CharField(max_length=300, blank=True)
    scan = SealedBinaryField(null=True)
    scan_hash = models.CharField(max_length=64, blank=True)
    place_of_original = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        StaffMember, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_how = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["-given_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recipients__len__gt=0), name="a_consent_names_a_recipient"
            ),
            models.CheckConstraint(
                condition=_names_only("categories", Category), name="a_consent_names_categories"
            ),
            models.CheckConstraint(
                condition=_names_only("purposes", Purpose), name="a_consent_names_purposes"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("given_at"))
                & Q(valid_until__lte=F("given_at") + LONGEST_GRANT),
                name="a_consent_ends_within_a_year",
            ),
            models.CheckConstraint(
                condition=Q(layer__range=(1, 3)), name="a_consent_never_reaches_entrusted_things"
            ),
            *(
                models.CheckConstraint(
                    condition=~Q(categories__contains=[category])
                    | Q(special_categories__contains=[category]),
                    name=f"{category.value}_needs_a_yes_of_its_own",
                )
                for category in sorted(SPECIAL_CATEGORIES)
            ),
            models.CheckConstraint(
                condition=~Q(explained_in="") & ~Q(text_version="") & ~Q(text_hash=""),
                name="a_consent_was_explained_in_a_language",
            ),
            models.CheckConstraint(
                condition=Q(interpreter_kind=InterpreterKind.NONE) | ~Q(interpreter_name=""),
                name="an_interpreter_has_a_name",
            ),
            models.CheckConstraint(
                condition=~Q(giver=Giver.GUARDIAN_AND_CHILD) | ~Q(guardian_name=""),
                name="a_guardian_has_a_name",
            ),
            models.CheckConstraint(
                condition=~Q(how_given=HowGiven.PAPER)
                | ~Q(scan_hash="")
                | ~Q(place_of_original=""),
                name="a_consent_on_paper_can_be_found",
            ),
            models.CheckConstraint(
                condition=~Q(how_given=HowGiven.ORAL) | ~Q(note=""),
                name="an_oral_consent_has_a_note",
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "subject": Sensitivity.MATTER,
            "organization": Sensitivity.MATTER,
            "recipients": Sensitivity.MATTER,
            "categories": Sensitivity.MATTER,
            "special_categories": Sensitivity.SENSITIVE,
            "purposes": Sensitivity.MATTER,
            "layer": Sensitivity.TECHNICAL,
            "valid_until": Sensitivity.MATTER,
            "text_version": Sensitivity.TECHNICAL,
            "text_hash": Sensitivity.TECHNICAL,
            "explained_in": Sensitivity.CONTACT,
            "language_reason": Sensitivity.MATTER,
            "interpreter_kind": Sensitivity.MATTER,
            "interpreter_name": Sensitivity.CONTACT,
            "checked_by": Sensitivity.ORGANIZATIONAL,
            "giver": Sensitivity.MATTER,
            "guardian_name": Sensitivity.CONTACT,
            "understanding_note": Sensitivity.SENSITIVE,
            "how_given": Sensitivity.TECHNICAL,
            "note": Sensitivity.MATTER,
            "scan": Sensitivity.MATTER,
            "scan_hash": Sensitivity.TECHNICAL,
            "place_of_original": Sensitivity.MATTER,
            "given_at": Sensitivity.MATTER,
            "recorded_by": Sensitivity.ORGANIZATIONAL,
            "withdrawn_at": Sensitivity.MATTER,
            "withdrawn_how": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.given_at:%Y-%m-%d} {self.text_version}"

    @property
    def is_living(self) -> bool:
        """Whether it still carries anything; true or false without any job having run."""
        return self.withdrawn_at is None and self.valid_until > clock.now()


class Grant(models.Model):
    """What exactly one recipient, a named person or a team, may see of one owner's items."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    owner = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", help_text="whose items"
    )
    recipient_staff = models.ForeignKey(
        StaffMember, null=True, on_delete=models.CASCADE, related_name="grants"
    )
    recipient_team = models.ForeignKey(
        Team, null=True, on_delete=models.CASCADE, related_name="grants"
    )
    categories = _category_list()
    purposes = _purpose_list()
    layer = models.PositiveSmallIntegerField(choices=Layer.choices)
    basis = models.CharField(max_length=10, choices=Basis.choices)
    consent = models.ForeignKey(Consent, null=True, on_delete=models.CASCADE, related_name="grants")
    statute = models.CharField(max_length=80, blank=True)
    necessity_note = models.CharField(max_length=300, blank=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True, help_text="the recipient left the agreement")

    class Meta:
        ordering = ["-valid_from", "id"]
        indexes = [
            models.Index(fields=["recipient_staff", "subject"], name="grants_to_a_person"),
            models.Index(fields=["recipient_team", "subject"], name="grants_to_a_team"),
            models.Index(fields=["subject", "owner"], name="grants_of_a_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(recipient_staff__isnull=True) ^ Q(recipient_team__isnull=True),
                name="a_grant_has_exactly_one_recipient",
            ),
            models.CheckConstraint(
                condition=_names_only("categories", Category), name="a_grant_names_categories"
            ),
            models.CheckConstraint(
                condition=_names_only("purposes", Purpose), name="a_grant_names_purposes"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("valid_from"))
                & Q(valid_until__lte=F("valid_from") + LONGEST_GRANT),
                name="a_grant_ends_within_a_year",
            ),
            models.CheckConstraint(
                condition=Q(layer__range=(1, 3)), name="a_grant_never_reaches_entrusted_things"
            ),
            models.CheckConstraint(
                condition=Q(basis=Basis.CONSENT, consent__isnull=False)
                | Q(basis=Basis.STATUTE, consent__isnull=True)
                & ~Q(statute="")
                & ~Q(necessity_note="")
                | Q(basis=Basis.EMERGENCY, consent__isnull=True) & ~Q(necessity_note=""),
                name="a_grant_rests_on_consent_or_on_a_statute_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(basis=Basis.EMERGENCY)
                | Q(valid_until__lte=F("valid_from") + LONGEST_EMERGENCY),
                name="an_emergency_ends_within_hours",
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "subject": Sensitivity.MATTER,
            "owner": Sensitivity.MATTER,
            "recipient_staff": Sensitivity.MATTER,
            "recipient_team": Sensitivity.MATTER,
            "categories": Sensitivity.MATTER,
            "purposes": Sensitivity.MATTER,
            "layer": Sensitivity.TECHNICAL,
            "basis": Sensitivity.MATTER,
            "consent": Sensitivity.MATTER,
            "statute": Sensitivity.MATTER,
            "necessity_note": Sensitivity.MATTER,
            "valid_from": Sensitivity.MATTER,
            "valid_until": Sensitivity.MATTER,
            "withdrawn_at": Sensitivity.MATTER,
            "suspended_at": Sensitivity.MATTER,
        }

    def __str__(self) -> str:
        return f"{self.basis} until {self.valid_until:%Y-%m-%d}"

    @property
    def is_living(self) -> bool:
        """Whether it carries anything now; the queries say the same (`living`)."""
        is_over = self.withdrawn_at is not None or self.suspended_at is not None
        return not is_over and self.valid_from <= clock.now() < self.valid_until

    @property
    def purpose_labels(self) -> list[str]:
        """Return the purposes in words."""
        return [str(Purpose(it).label) for it in self.purposes]


class ConfidentialityRelease(models.Model):
    """The person frees one professional to speak with another (§ 203 StGB, § 65 SGB VIII).

    It names natural persons and ends when one of them leaves.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="releases")
    releases = models.ForeignKey(
        StaffMember, on_delete=models.CASCADE, related_name="releases_given"
    )
    recipient = models.ForeignKey(
        StaffMember, on_delete=models.CASCADE, related_name="releases_received"
    )
    categories = _category_list()
    purposes = _purpose_list()
    how_given = models.CharField(max_length=10, choices=HowGiven.choices, default=HowGiven.ORAL)
    note = models.CharField(max_length=300, help_text="how the person said so")
    scan = SealedBinaryField(null=True)
    scan_hash = models.CharField(max_length=64, blank=True)
    place_of_original = models.CharField(max_length=200, blank=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-valid_from", "id"]
        indexes = [models.Index(fields=["recipient", "releases", "subject"], name="releases_to")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(releases=F("recipient")), name="nobody_releases_to_herself"
            ),
            models.CheckConstraint(
                condition=_names_only("categories", Category), name="a_release_names_categories"
            ),
            models.CheckConstraint(
                condition=_names_only("purposes", Purpose), name="a_release_names_purposes"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("valid_from"))
                & Q(valid_until__lte=F("valid_from") + LONGEST_GRANT),
                name="a_release_ends_within_a_year",
            ),
            models.CheckConstraint(
                condition=~Q(how_given=HowGiven.PAPER)
                | ~Q(scan_hash="")
                | ~Q(place_of_original=""),
                name="a_release_on_paper_can_be_found",
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "subject": Sensitivity.MATTER,
            "releases": Sensitivity.MATTER,
            "recipient": Sensitivity.MATTER,
            "categories": Sensitivity.MATTER,
            "purposes": Sensitivity.MATTER,
            "how_given": Sensitivity.TECHNICAL,
            "note": Sensitivity.SENSITIVE,
            "scan": Sensitivity.SENSITIVE,
            "scan_hash": Sensitivity.TECHNICAL,
            "place_of_original": Sensitivity.MATTER,
            "valid_from": Sensitivity.MATTER,
            "valid_until": Sensitivity.MATTER,
            "withdrawn_at": Sensitivity.MATTER,
        }

    def __str__(self) -> str:
        return f"{self.releases} - {self.recipient}"

    @property
    def category_labels(self) -> list[str]:
        """Return what may be spoken about, in words."""
        return [str(Category(it).label) for it in self.categories]

    @property
    def is_living(self) -> bool:
        """Whether it still frees anybody: not taken back, not over, and both still work there."""
        has_left = self.releases.left_on is not None or self.recipient.left_on is not None
        return self.withdrawn_at is None and self.valid_until > clock.now() and not has_left
