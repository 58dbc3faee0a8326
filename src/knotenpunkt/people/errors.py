"""What can be wrong with a consent, a grant or a release, as words that pages translate."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum


class Fault(StrEnum):
    NO_RECIPIENT = "no_recipient"
    NO_CATEGORY = "no_category"
    NO_PURPOSE = "no_purpose"
    UNKNOWN_CATEGORY = "unknown_category"
    UNKNOWN_PURPOSE = "unknown_purpose"
    IMMIGRATION_OFFICE = "immigration_office"
    RECIPIENT_LEFT = "recipient_left"
    RECIPIENT_READS_NOTHING = "recipient_reads_nothing"
    NEEDS_NATURAL_PERSON = "needs_natural_person"
    RECIPIENT_IS_ONESELF = "recipient_is_oneself"
    CATEGORY_OUTSIDE_PURPOSE = "category_outside_purpose"
    SPECIAL_CATEGORY = "special_category"
    NO_END = "no_end"
    ENDS_IN_THE_PAST = "ends_in_the_past"
    TOO_LONG = "too_long"
    ENTRUSTED = "entrusted"
    UNKNOWN_TEXT = "unknown_text"
    NO_REFUSAL_TEXT = "no_refusal_text"
    NO_LANGUAGE = "no_language"
    FOREIGN_LANGUAGE = "foreign_language"
    INTERPRETER_UNNAMED = "interpreter_unnamed"
    RELATIVE_INTERPRETS = "relative_interprets"
    GIVEN_IN_THE_FUTURE = "given_in_the_future"
    NOT_FINDABLE = "not_findable"
    NO_NOTE = "no_note"
    BAD_SCAN = "bad_scan"
    GUARDIAN_NEEDED = "guardian_needed"
    OWN_CONSENT_NEEDED = "own_consent_needed"
    UNDERSTANDING_NOT_NOTED = "understanding_not_noted"
    AGE_UNCLEAR = "age_unclear"
    NO_NECESSITY = "no_necessity"
    CONSENT_ONLY = "consent_only"
    NOT_YOURS = "not_yours"
    FOUR_EYES = "four_eyes"
    NOT_TOLD = "not_told"
    NO_WAY_TO_HER = "no_way_to_her"


class MayNotMerge(Exception):
    """The two files are not both in the own file, or one of them is merged already."""


class MayNotShare(Exception):
    """The sharing cannot be recorded; `faults` says everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(faults))
        self.faults = tuple(faults)
