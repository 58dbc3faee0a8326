"""The directory in HSDS terms (Human Services Data Specification 3.0), with what we add."""

from knotenpunkt.directory.models.calendar import ScheduleException, SchoolHolidayReview
from knotenpunkt.directory.models.cards import CardReading, KnowledgeCard
from knotenpunkt.directory.models.finding import (
    SearchEntry,
    SearchPosting,
    SearchWord,
    Synonym,
    Translation,
    ZeroHit,
)
from knotenpunkt.directory.models.freshness import ConfirmationRequest, FreshnessSign
from knotenpunkt.directory.models.knowledge import (
    AccessCard,
    CorrectionSuggestion,
    StaffPhoto,
    StaffProfile,
    Watch,
)
from knotenpunkt.directory.models.services import (
    Program,
    RequiredDocument,
    Schedule,
    Service,
    ServiceAtLocation,
)
from knotenpunkt.directory.models.tables import TableImport
from knotenpunkt.directory.models.vocabulary import Document, Taxonomy, TaxonomyTerm, Token, Topic

__all__ = [
    "AccessCard",
    "CardReading",
    "ConfirmationRequest",
    "CorrectionSuggestion",
    "Document",
    "FreshnessSign",
    "KnowledgeCard",
    "Program",
    "RequiredDocument",
    "Schedule",
    "ScheduleException",
    "SchoolHolidayReview",
    "SearchEntry",
    "SearchPosting",
    "SearchWord",
    "Service",
    "ServiceAtLocation",
    "StaffPhoto",
    "StaffProfile",
    "Synonym",
    "TableImport",
    "Taxonomy",
    "TaxonomyTerm",
    "Token",
    "Topic",
    "Translation",
    "Watch",
    "ZeroHit",
]
