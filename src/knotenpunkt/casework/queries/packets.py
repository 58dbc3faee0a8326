"""The packet of a hand-over to another house: what the person said yes to, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from knotenpunkt.casework.models import Assignment, CarePlan, NeedsAssessment
from knotenpunkt.network.models import Account
from knotenpunkt.people.enums import Category
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import grants_to, persons_visible_to

# What travels with "name and contact"; needs for the way are sensitive and stay.
CONTACT_FIELDS = (
    "given_name", "family_name", "native_name", "father_name", "is_pseudonymous", "gender",
    "birth_date", "birth_precision", "languages", "municipality", "phone", "email",
    "interpreter_gender",
)  # fmt: skip
SAME = ("given_name", "family_name", "native_name", "birth_date")


@dataclass(frozen=True)
class Packet:
    """What whoever takes over may take into the own file, and whether that was done."""

    person: Person
    categories: frozenset[str]
    assessment: NeedsAssessment | None
    plan: CarePlan | None
    own_file: Person | None

    @property
    def category_labels(self) -> list[str]:
        """Return what the person said yes to, in words."""
        return [str(it.label) for it in Category if it in self.categories]


def packet_of(assignment: Assignment, account: Account) -> Packet | None:
    """Return the packet for the one it was assigned to, of another house, or None."""
    me, person = account.staff_member, assignment.person
    if assignment.assigned_to_id != me.pk or me.organization_id == assignment.organization_id:
        return None
    grants = grants_to(account).filter(subject=person, owner=assignment.organization)
    categories = frozenset(category for grant in grants for category in grant.categories)
    if Category.CONTACT not in categories:
        return None
    shows_goals = Category.PLAN_GOALS in categories
    same = {name: getattr(person, name) for name in SAME}
    return Packet(
        person=person,
        categories=categories,
        assessment=NeedsAssessment.objects.filter(person=person).prefetch_related("needs").first(),
        plan=CarePlan.objects.filter(person=person).first() if shows_goals else None,
        own_file=persons_visible_to(account).filter(**same).first(),
    )
