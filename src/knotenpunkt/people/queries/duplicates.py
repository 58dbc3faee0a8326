"""Files that may belong to one person, among those one may see; proposed, never merged alone."""

from __future__ import annotations

from django.db.models import Q

from knotenpunkt.network.models import Account
from knotenpunkt.people.ages import birth_interval
from knotenpunkt.people.duplicates.likeness import Known, likeness, may_be_one
from knotenpunkt.people.enums import BirthPrecision
from knotenpunkt.people.models import DuplicatePair, Person
from knotenpunkt.people.queries.persons import persons_visible_to

MOST_PROPOSALS = 10


def known_of(person: Person) -> Known:
    """Return what the comparison needs of a person."""
    born = None
    if person.birth_date and person.birth_precision != BirthPrecision.UNKNOWN:
        born = birth_interval(person.birth_date, BirthPrecision(person.birth_precision))
    names = tuple(name for name in (str(person), person.native_name) if name)
    return Known(names=names, born=born, phone=str(person.phone or ""))


def possible_duplicates(person: Person, *, for_account: Account) -> list[Person]:
    """Return the files of the own organization that may be the same person, likeliest first.

    Pairs that a human has decided on are left out. Other organizations' files are never searched:
    whether somebody is known there is not for us to learn.
    """
    decided = DuplicatePair.objects.filter(Q(first=person) | Q(second=person))
    out = {pk for pair in decided.values_list("first", "second") for pk in pair} | {person.pk}
    mine = known_of(person)
    others = persons_visible_to(for_account).filter(network=person.network_id).exclude(pk__in=out)
    found = [
        (likeness(mine, theirs), it) for it in others if may_be_one(mine, theirs := known_of(it))
    ]
    found.sort(key=lambda pair: (-pair[0], str(pair[1].pk)))
    return [it for _score, it in found[:MOST_PROPOSALS]]
