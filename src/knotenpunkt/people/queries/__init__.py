"""Who may see which person and which item. Every read of people starts here."""

from knotenpunkt.people.queries.duplicates import possible_duplicates
from knotenpunkt.people.queries.emergency import emergencies_to_decide, emergencies_visible_to
from knotenpunkt.people.queries.persons import (
    NO_PERSONS,
    find_persons,
    known_names,
    persons_visible_to,
)
from knotenpunkt.people.queries.reading import LOOKED_AT, reads_by_day, reads_of
from knotenpunkt.people.queries.sharing import (
    disclosures_of,
    grants_of,
    grants_to,
    has_living_grant,
    items_visible_to,
    living,
    persons_shared_with,
    releases_naming,
    staff_with_living_grant,
    with_grants,
)

__all__ = [
    "LOOKED_AT",
    "NO_PERSONS",
    "disclosures_of",
    "emergencies_to_decide",
    "emergencies_visible_to",
    "find_persons",
    "grants_of",
    "grants_to",
    "has_living_grant",
    "items_visible_to",
    "known_names",
    "living",
    "persons_shared_with",
    "persons_visible_to",
    "possible_duplicates",
    "reads_by_day",
    "reads_of",
    "releases_naming",
    "staff_with_living_grant",
    "with_grants",
]
