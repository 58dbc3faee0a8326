"""When a consent, a grant by law or a release may be recorded. Each returns its faults."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import LegalClass, Role
from knotenpunkt.network.models import Organization, StaffMember, Team
from knotenpunkt.people.ages import age_of
from knotenpunkt.people.consent_texts import UnknownText, text_of
from knotenpunkt.people.enums import (
    CATEGORIES_OF_PURPOSE,
    SPECIAL_CATEGORIES,
    Category,
    Giver,
    HowGiven,
    InterpreterKind,
    Layer,
    Purpose,
)
from knotenpunkt.people.errors import Fault, MayNotShare
from knotenpunkt.people.models import Person
from knotenpunkt.people.models.scans import is_scan
from knotenpunkt.people.models.sharing import LONGEST_GRANT

Recipient = StaffMember | Team
# Roles that never read what is known of a person, whoever consents.
READ_NOTHING = frozenset(
    {
        Role.MANAGER,
        Role.ADMINISTRATOR,
        Role.DATA_PROTECTION_OFFICER,
        Role.INTERPRETER,
        Role.INTERPRETER_COORDINATOR,
        Role.FRONT_DESK,
    }
)
ADULT, OWN_CONSENT = 18, 15


@dataclass(frozen=True)
class Terms:
    """What is handed over: to whom, which data, for what, how close, until when.

    `owner` is the organization whose items are meant; without it, that of whoever records.
    `special_categories` are those for which the person said yes one by one (Art. 9 GDPR).
    """

    recipients: Sequence[Recipient]
    categories: Sequence[str]
    purposes: Sequence[str]
    valid_until: dt.datetime | None
    layer: int = Layer.MATTER
    special_categories: Sequence[str] = ()
    owner: Organization | None = None

    @property
    def end(self) -> dt.datetime:
        """Return the end. Raises `MayNotShare` if none is named."""
        if self.valid_until is None:
            raise MayNotShare([Fault.NO_END])
        return self.valid_until


@dataclass(frozen=True)
class Explanation:
    """How it was explained: which text, in which language, with whom."""

    text_version: str
    language: str
    language_reason: str = ""
    interpreter_kind: str = InterpreterKind.NONE
    interpreter_name: str = ""
    checked_by: StaffMember | None = None


@dataclass(frozen=True)
class Signature:
    """Who said yes and how. `given_at` is now unless the paper is older."""

    giver: str = Giver.PERSON
    how: str = HowGiven.TABLET
    guardian_name: str = ""
    understanding_note: str = ""
    note: str = ""
    scan: bytes | None = None
    place_of_original: str = ""
    given_at: dt.datetime | None = None


def faults_of_terms(terms: Terms, start: dt.datetime) -> Iterator[Fault]:
    """Say what is wrong with what is to be handed over."""
    if not terms.recipients:
        yield Fault.NO_RECIPIENT
    for recipient in terms.recipients:
        yield from _faults_of_recipient(recipient)
    yield from _faults_of_contents(terms)
    if terms.layer == Layer.ENTRUSTED:
        yield Fault.ENTRUSTED
    yield from faults_of_end(terms.valid_until, start)


def faults_of_end(valid_until: dt.datetime | None, start: dt.datetime) -> Iterator[Fault]:
    """There is an end, it lies ahead, and within a year."""
    if valid_until is None:
        yield Fault.NO_END
    elif valid_until <= clock.now():
        yield Fault.ENDS_IN_THE_PAST
    elif valid_until > start + LONGEST_GRANT:
        yield Fault.TOO_LONG


def _faults_of_recipient(recipient: Recipient) -> Iterator[Fault]:
    if recipient.organization.legal_class == LegalClass.IMMIGRATION_OFFICE:
        yield Fault.IMMIGRATION_OFFICE
    if isinstance(recipient, StaffMember):
        if recipient.left_on is not None:
            yield Fault.RECIPIENT_LEFT
        if recipient.role in READ_NOTHING:
            yield Fault.RECIPIENT_READS_NOTHING


def _faults_of_contents(terms: Terms) -> Iterator[Fault]:
    categories, purposes = set(terms.categories), set(terms.purposes)
    if not categories:
        yield Fault.NO_CATEGORY
    if not purposes:
        yield Fault.NO_PURPOSE
    if categories - set(Category):
        yield Fault.UNKNOWN_CATEGORY
    if purposes - set(Purpose):
        yield Fault.UNKNOWN_PURPOSE
    allowed: set[str] = set()
    for purpose in purposes & set(Purpose):
        allowed |= CATEGORIES_OF_PURPOSE[purpose]
    if categories & set(Category) - allowed:
        yield Fault.CATEGORY_OUTSIDE_PURPOSE
    if categories & SPECIAL_CATEGORIES - set(terms.special_categories):
        yield Fault.SPECIAL_CATEGORY


def faults_of_explanation(
    explanation: Explanation, subject: Person, categories: Sequence[str]
) -> Iterator[Fault]:
    """She must have been able to understand it, and know what happens if she says no."""
    if not explanation.language:
        yield Fault.NO_LANGUAGE
    else:
        yield from _faults_of_text(explanation)
    is_alone = explanation.interpreter_kind == InterpreterKind.NONE
    is_foreign = bool(explanation.language) and explanation.language not in subject.languages
    if is_foreign and is_alone and not explanation.language_reason:
        yield Fault.FOREIGN_LANGUAGE
    if not is_alone and not explanation.interpreter_name:
        yield Fault.INTERPRETER_UNNAMED
    is_relative = explanation.interpreter_kind == InterpreterKind.FAMILY
    if is_relative and SPECIAL_CATEGORIES & set(categories) and explanation.checked_by is None:
        yield Fault.RELATIVE_INTERPRETS


def _faults_of_text(explanation: Explanation) -> Iterator[Fault]:
    try:
        text = text_of(explanation.text_version, explanation.language)
    except UnknownText:
        yield Fault.UNKNOWN_TEXT
        return
    if not text.refusal:
        yield Fault.NO_REFUSAL_TEXT


def faults_of_signature(signature: Signature, subject: Person) -> Iterator[Fault]:
    """The right person said yes, and one can find out how."""
    if signature.given_at and signature.given_at > clock.now():
        yield Fault.GIVEN_IN_THE_FUTURE
    is_paper = signature.how == HowGiven.PAPER
    if is_paper and not signature.scan and not signature.place_of_original:
        yield Fault.NOT_FINDABLE
    if signature.scan and not is_scan(signature.scan):
        yield Fault.BAD_SCAN
    if signature.how == HowGiven.ORAL and not signature.note:
        yield Fault.NO_NOTE
    yield from _faults_of_giver(signature, subject)


def _faults_of_giver(signature: Signature, subject: Person) -> Iterator[Fault]:
    """From 15 she consents herself if she understands; below, guardian and child (§ 36 SGB I)."""
    age = age_of(subject, clock.today())
    is_adult, may_consent = age.is_at_least(ADULT), age.is_at_least(OWN_CONSENT)
    is_own = signature.giver == Giver.PERSON
    if is_adult is None or may_consent is None:
        if not signature.understanding_note:
            yield Fault.AGE_UNCLEAR
        return
    if not may_consent:
        if is_own or not signature.guardian_name:
            yield Fault.GUARDIAN_NEEDED
    elif not is_own:
        yield Fault.OWN_CONSENT_NEEDED
    elif not is_adult and not signature.understanding_note:
        yield Fault.UNDERSTANDING_NOT_NOTED


def faults_of_statute(
    terms: Terms, owner: Organization, statute: str, necessity: str
) -> Iterator[Fault]:
    """Only benefit carriers share by law (§ 69 SGB X), and they say why it is necessary."""
    if not statute.strip() or not necessity.strip():
        yield Fault.NO_NECESSITY
    parties = [owner, *(it.organization for it in terms.recipients)]
    if any(it.legal_class != LegalClass.BENEFIT_CARRIER for it in parties):
        yield Fault.CONSENT_ONLY
