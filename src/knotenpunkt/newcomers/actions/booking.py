"""A visit that nobody but the person herself has booked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password
from django.db import transaction

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.scope import person_scope
from knotenpunkt.network.models import Municipality
from knotenpunkt.newcomers.actions.packing import pack_documents
from knotenpunkt.newcomers.enums import FactorKind
from knotenpunkt.newcomers.models import SecondFactor
from knotenpunkt.newcomers.second_factor import plain_secret
from knotenpunkt.people.models import HeldToken, Need, Person, UnavailableWindow
from knotenpunkt.visits.actions import hold_visit
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.planning.wish import VisitWish

# A hold lasts fifteen minutes, extended at most an hour: then she has left.
FORGOTTEN_AFTER = dt.timedelta(hours=2)


@dataclass(frozen=True)
class HerSelf:
    """All that a person tells about herself: every part may be empty."""

    given_name: str = ""
    phone: str = ""
    email: str = ""
    word: str = ""
    municipality: str = ""
    language: str = "de"  # of pages and slip; what she speaks stands in the wish
    packed: frozenset[UUID] = frozenset()


@transaction.atomic
def hold_by_herself(*, plan: BookingPlan, wish: VisitWish, herself: HerSelf) -> Visit:
    """Write the person and hold the plan for her: both or nothing.

    She belongs to no organization: each sees the appointment it gives, and nobody sees the whole.
    Raises what `hold_visit` raises.
    """
    person_id = uuid4()
    with person_scope(person_id):
        return _hold(person_id, plan, wish, herself)


def _hold(person_id: UUID, plan: BookingPlan, wish: VisitWish, herself: HerSelf) -> Visit:
    person = _write_person(person_id, wish, herself)
    own_wish = _for_person(wish, person)
    visit = hold_visit(person=person, plan=plan, wish=own_wish, by=None)
    visit.language = herself.language
    visit.save(update_fields=["language"])
    now = clock.now()
    Need.objects.bulk_create(
        Need(person=person, service_id=leg.service, created_at=now) for leg in plan.legs
    )
    pack_documents(visit=visit, documents=herself.packed)
    record("person.came_by_herself", person, by=None)
    return visit


def _write_person(person_id: UUID, wish: VisitWish, herself: HerSelf) -> Person:
    place = Municipality.objects.filter(network=wish.network, code=herself.municipality).first()
    person = Person.objects.create(
        id=person_id,
        network=wish.network,
        given_name=herself.given_name,
        phone=herself.phone,
        email=herself.email,
        languages=list(wish.languages),
        municipality=place,
        interpreter_gender=wish.interpreter_gender,
        needs_step_free=wish.needs_step_free,
        is_invented=wish.network.is_invented,
        created_at=clock.now(),
    )
    UnavailableWindow.objects.bulk_create(
        UnavailableWindow(
            person=person, weekday=weekday, starts_at=_time(start), ends_at=_time(end)
        )
        for weekday, (start, end) in wish.unavailable
    )
    today = clock.today()
    HeldToken.objects.bulk_create(
        HeldToken(person=person, token_id=token, since=today) for token in sorted(wish.held_tokens)
    )
    _write_factors(person, herself)
    return person


def _time(minute: int) -> dt.time:
    return dt.time(minute // 60, minute % 60)


def _write_factors(person: Person, herself: HerSelf) -> None:
    """Keep what she can show later: her word, or else the number or address she gave."""
    known = {
        FactorKind.WORD: herself.word,
        FactorKind.PHONE: herself.phone,
        FactorKind.EMAIL: herself.email,
    }
    SecondFactor.objects.bulk_create(
        SecondFactor(
            person=person,
            kind=kind,
            secret_hash=make_password(plain_secret(secret)),
            created_at=clock.now(),
        )
        for kind, secret in known.items()
        if secret
    )


def _for_person(wish: VisitWish, person: Person) -> VisitWish:
    return VisitWish(**{**vars(wish), "person_id": person.id})


@transaction.atomic
def forget_unbooked() -> int:
    """Delete persons who held a visit by themselves and never booked it; return how many."""
    old = Person.objects.filter(
        organization=None, created_at__lte=clock.now() - FORGOTTEN_AFTER
    ).exclude(visits__confirmed_at__isnull=False)
    by_themselves = old.filter(visits__organization=None, visits__booked_by=None).distinct()
    ids = list(by_themselves.values_list("pk", flat=True))
    delete_persons(ids)
    return len(ids)


def delete_persons(ids: Iterable[UUID]) -> None:
    """Delete persons with all their visits, inside the caller's transaction."""
    wanted = list(ids)
    Visit.objects.filter(person_id__in=wanted).delete()
    Person.objects.filter(pk__in=wanted).delete()
