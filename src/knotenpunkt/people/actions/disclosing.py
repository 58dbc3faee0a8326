"""Requests of police, courts and authorities in writing: exact fields, four eyes, she is told.

Rule N19, after §§ 67d-73 SGB X. The record says which fields were given, by which law and to whom;
the answer itself leaves on paper, made from `disclosed`. No grant comes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Account
from knotenpunkt.people.enums import Informed, Layer
from knotenpunkt.people.errors import Fault, MayNotShare
from knotenpunkt.people.messages import Notice, tell_person
from knotenpunkt.people.models import Disclosure, Item, Person
from knotenpunkt.people.queries import items_visible_to, persons_visible_to
from knotenpunkt.people.rules import READ_NOTHING

# Of the person herself only what reaches or identifies her; all else is an item, named one by one.
FIELDS = tuple(
    name for name, layer in Person.Privacy.fields.items() if layer == Sensitivity.CONTACT
)


@dataclass(frozen=True)
class WrittenRequest:
    """Who asks under which reference, by which law, why it is necessary, and what exactly."""

    requester: str
    reference: str
    legal_basis: str
    necessity: str
    fields: Sequence[str]
    items: Sequence[Item] = ()


@transaction.atomic
def prepare_disclosure(*, subject: Person, request: WrittenRequest, by: Account) -> Disclosure:
    """Write down what is asked for; nothing is given yet. Raises `MayNotShare` with all faults."""
    faults = list(dict.fromkeys(_faults(subject, request, by)))
    if faults:
        raise MayNotShare(faults)
    found = Disclosure.objects.create(
        subject=subject,
        organization=by.staff_member.organization,
        requester=request.requester.strip(),
        reference=request.reference.strip(),
        legal_basis=request.legal_basis.strip(),
        necessity=request.necessity.strip(),
        fields=list(request.fields),
        prepared_by=by.staff_member,
        prepared_at=clock.now(),
    )
    found.items.set(request.items)
    record("disclosure.prepared", found, by=by)
    return found


def _faults(subject: Person, request: WrittenRequest, by: Account) -> Iterator[Fault]:
    if not _holds_file(subject, by):
        yield Fault.NOT_YOURS
    said = (request.requester, request.legal_basis, request.necessity)
    if not all(text.strip() for text in said):
        yield Fault.NO_NECESSITY
    if not request.fields and not request.items:
        yield Fault.NO_CATEGORY
    if set(request.fields) - set(FIELDS):
        yield Fault.UNKNOWN_CATEGORY
    if any(it.layer == Layer.ENTRUSTED for it in request.items):
        yield Fault.ENTRUSTED
    own = items_visible_to(by).filter(subject=subject, organization=by.staff_member.organization_id)
    if own.filter(pk__in=[it.pk for it in request.items]).count() != len(request.items):
        yield Fault.NOT_YOURS


def _holds_file(subject: Person, by: Account) -> bool:
    is_reader = by.staff_member.role not in READ_NOTHING
    return is_reader and persons_visible_to(by).filter(pk=subject.pk).exists()


@transaction.atomic
def decide_disclosure(
    *,
    disclosure: Disclosure,
    is_given: bool,
    by: Account,
    informed: str = "",
    silent_because: str = "",
) -> Disclosure:
    """Give or refuse as the second person; deciding twice is harmless.

    Raises `MayNotShare` for the one who prepared it, for other houses, if nobody says how she
    hears of it, and if a message is to go to somebody who gave no way to reach her.
    """
    found = Disclosure.objects.select_for_update(of=("self",)).get(pk=disclosure.pk)
    if not _holds_file(found.subject, by):
        raise MayNotShare([Fault.NOT_YOURS])
    if found.decided_at is not None:
        return found
    if found.prepared_by_id == by.staff_member.pk:
        raise MayNotShare([Fault.FOUR_EYES])
    found.decided_by, found.decided_at, found.is_given = by.staff_member, clock.now(), is_given
    if is_given:
        _say_how_she_hears(found, informed, silent_because.strip())
    found.save(update_fields=["decided_by", "decided_at", "is_given", "informed", "silent_because"])
    record("disclosure.given" if is_given else "disclosure.refused", found, by=by)
    return found


def _say_how_she_hears(found: Disclosure, informed: str, because: str) -> None:
    if informed not in Informed.values or (informed == Informed.FORBIDDEN and not because):
        raise MayNotShare([Fault.NOT_TOLD])
    found.informed = informed
    found.silent_because = because if informed == Informed.FORBIDDEN else ""
    if informed == Informed.MESSAGE and not _tell(found):
        raise MayNotShare([Fault.NO_WAY_TO_HER])


def _tell(found: Disclosure) -> bool:
    notice = Notice(
        purpose="disclosure.given",
        about=found.pk,
        once_key=f"disclosure/{found.pk}",
        values={"office": found.organization.name, "requester": found.requester},
    )
    return tell_person(person=found.subject, notice=notice)


def disclosed(disclosure: Disclosure) -> list[tuple[str, str]]:
    """Return (name of the field, its value) of exactly what was given; nothing of a refused one."""
    if not disclosure.is_given:
        return []
    values = [(name, _text(getattr(disclosure.subject, name))) for name in disclosure.fields]
    items = disclosure.items.order_by("created_at", "pk")
    return [*values, *((it.category, it.body) for it in items)]


def _text(value: object) -> str:
    return ", ".join(str(it) for it in value) if isinstance(value, list) else str(value or "")
