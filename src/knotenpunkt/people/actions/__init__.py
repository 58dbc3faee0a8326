"""Every change of a person and of who may see her data, and the log of who read."""

from knotenpunkt.people.actions.disclosing import (
    WrittenRequest,
    decide_disclosure,
    prepare_disclosure,
)
from knotenpunkt.people.actions.emergency import (
    Wanted,
    ask_emergency_access,
    decide_emergency,
    end_emergency,
)
from knotenpunkt.people.actions.households import live_apart, live_together
from knotenpunkt.people.actions.items import change_item, write_item
from knotenpunkt.people.actions.merging import keep_apart, merge_persons
from knotenpunkt.people.actions.persons import (
    change_person,
    create_person,
    note_held_tokens,
    note_needs,
    note_residence,
)
from knotenpunkt.people.actions.reading import log_read, open_shared_items
from knotenpunkt.people.actions.releasing import end_release, release_confidentiality
from knotenpunkt.people.actions.scans import add_scan, seal_scans
from knotenpunkt.people.actions.sharing import (
    Explanation,
    Signature,
    Terms,
    end_grants,
    give_consent,
    grant_by_statute,
    suspend_grants_to,
    withdraw_consent,
)

__all__ = [
    "Explanation",
    "Signature",
    "Terms",
    "Wanted",
    "WrittenRequest",
    "add_scan",
    "ask_emergency_access",
    "change_item",
    "change_person",
    "create_person",
    "decide_disclosure",
    "decide_emergency",
    "end_emergency",
    "end_grants",
    "end_release",
    "give_consent",
    "grant_by_statute",
    "keep_apart",
    "live_apart",
    "live_together",
    "log_read",
    "merge_persons",
    "note_held_tokens",
    "note_needs",
    "note_residence",
    "open_shared_items",
    "prepare_disclosure",
    "release_confidentiality",
    "seal_scans",
    "suspend_grants_to",
    "withdraw_consent",
    "write_item",
]
