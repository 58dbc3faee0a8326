"""Who may see which person. Every read of people starts here."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat

from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person

# Management and administration get figures and accounts, never persons.
NO_PERSONS = frozenset(
    {
        Role.MANAGER,
        Role.ADMINISTRATOR,
        Role.INTERPRETER,
        Role.INTERPRETER_COORDINATOR,
        Role.DATA_PROTECTION_OFFICER,
    }
)
ALIKE = 0.45


def persons_visible_to(
    account: Account | AnonymousUser, *, merged: bool = False
) -> QuerySet[Person]:
    """Return the persons this account may know of: those her organization wrote.

    Confidential counsellors (§ 203 StGB) work alone: each sees the persons she leads. A file
    that is merged into another shows only with `merged`.
    """
    staff_member = getattr(account, "staff_member", None)
    if staff_member is None or staff_member.left_on is not None or staff_member.role in NO_PERSONS:
        return Person.objects.none()
    own = Person.objects.filter(organization_id=staff_member.organization_id)
    if not merged:
        own = own.filter(merged_into=None)
    if staff_member.role == Role.CONFIDENTIAL_WORKER:
        own = own.filter(case_lead=staff_member)
    return own


def known_names(account: Account) -> list[str]:
    """Return the names of the writer's own files: what people write down by habit.

    Only hers: to check against the files of others would tell that a name is in them.
    """
    rows = persons_visible_to(account).values_list("given_name", "family_name", "native_name")
    return [name for row in rows for name in row if name]


def find_persons(persons: QuerySet[Person], text: str) -> QuerySet[Person]:
    """Return those whose name, in any script, holds or resembles the text, best first."""
    name = Concat("given_name", Value(" "), "family_name", Value(" "), "native_name")
    likeness = TrigramWordSimilarity(text, name)
    return (
        persons.annotate(full_name=name, likeness=likeness)
        .filter(Q(likeness__gte=ALIKE) | Q(full_name__icontains=text))
        .order_by("-likeness", "given_name", "family_name", "id")
    )
