"""Merge and part: by hand, with memory, and nobody sees more than before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from knotenpunkt.network.models import Account
from knotenpunkt.people.actions import create_person, keep_apart, merge_persons, write_item
from knotenpunkt.people.errors import MayNotMerge
from knotenpunkt.people.models import Consent, Item, Person
from knotenpunkt.people.queries import items_visible_to, persons_visible_to, possible_duplicates


@pytest.fixture
def twin(person: Person, counsellor: Account) -> Person:
    """Olena once more, written as another office would."""
    fields = {
        "given_name": "Elena",
        "family_name": "Gritsenko",
        "birth_date": person.birth_date,
        "birth_precision": person.birth_precision,
        "languages": ["uk"],
    }
    return create_person(by=counsellor, fields=fields)


def bodies(account: Account) -> set[str]:
    return set(items_visible_to(account).values_list("body", flat=True))


def test_the_twin_is_proposed_and_never_merged_alone(
    person: Person, twin: Person, counsellor: Account
) -> None:
    assert possible_duplicates(twin, for_account=counsellor) == [person]
    assert set(persons_visible_to(counsellor)) >= {person, twin}


def test_a_merge_widens_nothing_and_parting_restores_all(
    items: dict[str, Item], share: Callable[..., Consent], person: Person, twin: Person,
    counsellor: Account, other_authority: Account,
) -> None:  # fmt: skip
    share(other_authority.staff_member)
    write_item(subject=twin, category="school", body="of the twin", by=counsellor)
    before, own = bodies(other_authority), bodies(counsellor)

    merge_persons(kept=person, other=twin, by=counsellor)

    assert bodies(other_authority) == before
    assert bodies(counsellor) == own
    assert twin not in persons_visible_to(counsellor)
    keep_apart(one=person, other=twin, by=counsellor)
    assert set(persons_visible_to(counsellor)) >= {person, twin}
    assert bodies(other_authority) == before
    assert possible_duplicates(twin, for_account=counsellor) == []


def test_nobody_merges_what_is_not_in_her_file(
    person: Person, twin: Person, other_authority: Account
) -> None:
    with pytest.raises(MayNotMerge):
        merge_persons(kept=person, other=twin, by=other_authority)
