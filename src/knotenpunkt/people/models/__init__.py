"""Persons, what is known of them, who may see it, and who looked."""

from knotenpunkt.people.models.disclosures import Disclosure
from knotenpunkt.people.models.duplicates import DuplicatePair
from knotenpunkt.people.models.emergency import EmergencyAccess
from knotenpunkt.people.models.items import Item
from knotenpunkt.people.models.keeping import LegalHold, RetentionRun, Tombstone
from knotenpunkt.people.models.persons import (
    HeldToken,
    Household,
    Need,
    Person,
    ResidenceFacts,
    UnavailableWindow,
)
from knotenpunkt.people.models.reading import ReadEntry
from knotenpunkt.people.models.sealing import ReadSeal
from knotenpunkt.people.models.sharing import (
    ConfidentialityRelease,
    Consent,
    Grant,
)

__all__ = [
    "ConfidentialityRelease",
    "Consent",
    "Disclosure",
    "DuplicatePair",
    "EmergencyAccess",
    "Grant",
    "HeldToken",
    "Household",
    "Item",
    "LegalHold",
    "Need",
    "Person",
    "ReadEntry",
    "ReadSeal",
    "ResidenceFacts",
    "RetentionRun",
    "Tombstone",
    "UnavailableWindow",
]
