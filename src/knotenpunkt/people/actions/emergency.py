"""Emergency access: a second person of the house that holds the file opens it for some hours.

Legal source: Art. 6(1)(d) and 9(2)(c) GDPR, § 34 StGB. The person and the data protection
officers are told; every look stands in the read log with the basis "emergency".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import Message, queue_message, record
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.enums import LegalClass, Role
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.actions.sharing import end_grants
from knotenpunkt.people.enums import SPECIAL_CATEGORIES, Basis, Category, Layer, Purpose
from knotenpunkt.people.errors import Fault, MayNotShare
from knotenpunkt.people.messages import Notice, tell_person
from knotenpunkt.people.models import EmergencyAccess, Grant, Person
from knotenpunkt.people.queries.emergency import emergencies_to_decide, emergencies_visible_to
from knotenpunkt.people.rules import READ_NOTHING

LASTS = dt.timedelta(hours=4)
CATEGORIES = sorted(set(Category) - SPECIAL_CATEGORIES | {Category.HEALTH})


@dataclass(frozen=True)
class Wanted:
    """Whom one believes to be in danger, as one knows her, and why."""

    given_name: str
    family_name: str
    birth_date: dt.date
    reason: str


@transaction.atomic
def ask_emergency_access(*, wanted: Wanted, by: Account) -> None:
    """Pass the request to every house that holds such a file; the asker learns nothing of it.

    Raises `MayNotShare` for whoever could never receive anything.
    """
    me = by.staff_member
    if me.role in READ_NOTHING:
        raise MayNotShare([Fault.RECIPIENT_READS_NOTHING])
    if me.organization.legal_class == LegalClass.IMMIGRATION_OFFICE:
        raise MayNotShare([Fault.IMMIGRATION_OFFICE])
    record("emergency.asked", me, by=by)
    with system_scope("an emergency looks beyond the own file, and answers nothing"):
        for person in _files_like(wanted, by):
            access, is_new = EmergencyAccess.objects.get_or_create(
                subject=person,
                requested_by=me,
                decided_at=None,
                defaults={"reason": wanted.reason.strip()[:300], "asked_at": clock.now()},
            )
            if is_new:
                _tell_house(person, access)


def _files_like(wanted: Wanted, by: Account) -> Iterable[Person]:
    names = Q(given_name__iexact=wanted.given_name.strip()) & Q(
        family_name__iexact=wanted.family_name.strip()
    )
    return (
        Person.objects.filter(names, birth_date=wanted.birth_date, merged_into=None)
        .filter(network=by.staff_member.organization.network)
        .exclude(organization=None)
        .exclude(organization=by.staff_member.organization)
        .order_by("pk")
    )


def _tell_house(person: Person, access: EmergencyAccess) -> None:
    """Write to whoever leads her and to the leads of the house; the mail names nobody."""
    staff = Q(organization=person.organization_id, role=Role.LEAD)
    if person.case_lead_id:
        staff |= Q(pk=person.case_lead_id)
    accounts = Account.objects.filter(staff_member__in=_at_work(staff)).order_by("pk")
    _mail(accounts, access, _("An emergency waits for your decision"), "emergency.asked")


def _at_work(which: Q) -> QuerySet[StaffMember]:
    return StaffMember.objects.filter(which, left_on=None)


def _mail(accounts: Iterable[Account], access: EmergencyAccess, subject: str, purpose: str) -> None:
    for account in accounts:
        with translation.override(account.language):
            queue_message(
                Message(
                    channel=Channel.EMAIL,
                    recipient=account.email,
                    language=account.language,
                    subject=_(subject),
                    body=f"{settings.PUBLIC_ADDRESS}/desk/emergency/",
                    purpose=purpose,
                    about=access.pk,
                ),
                once_key=f"{purpose}/{access.pk}/{account.pk}",
            )


@transaction.atomic
def decide_emergency(*, access: EmergencyAccess, is_granted: bool, by: Account) -> None:
    """Open her file to the asker for four hours, or say no; deciding twice is harmless.

    Raises `MayNotShare` for whoever does not hold the file, or asked herself.
    """
    if not emergencies_visible_to(by).filter(pk=access.pk).exists():
        raise MayNotShare([Fault.NOT_YOURS])
    found = emergencies_to_decide(by).filter(pk=access.pk)
    locked = found.select_for_update(of=("self",)).select_related(None).first()
    if locked is None:
        return
    locked.decided_by, locked.decided_at = by.staff_member, clock.now()
    if is_granted:
        locked.grant = _open(locked)
    locked.save(update_fields=["decided_by", "decided_at", "grant"])
    record("emergency.granted" if is_granted else "emergency.refused", locked, by=by)
    if is_granted:
        _tell_everybody(locked)


def _open(access: EmergencyAccess) -> Grant:
    """Hand over for some hours what the house that holds the file has written."""
    now, owner = clock.now(), access.subject.organization
    if owner is None:  # a file without a house is never asked for
        raise MayNotShare([Fault.NOT_YOURS])
    return Grant.objects.create(
        subject=access.subject,
        owner=owner,
        recipient_staff=access.requested_by,
        categories=CATEGORIES,
        purposes=[Purpose.PROTECTION],
        layer=Layer.SENSITIVE,
        basis=Basis.EMERGENCY,
        necessity_note=access.reason,
        valid_from=now,
        valid_until=now + LASTS,
    )


def _tell_everybody(access: EmergencyAccess) -> None:
    """The person in her language, the officers of both houses, and the one who asked."""
    tell_person(
        person=access.subject,
        notice=Notice(
            purpose="emergency.opened",
            about=access.pk,
            once_key=f"emergency/{access.pk}",
            values={"office": access.requested_by.organization.name},
        ),
    )
    houses = [access.subject.organization_id, access.requested_by.organization_id]
    officers = _at_work(Q(organization__in=houses, role=Role.DATA_PROTECTION_OFFICER))
    _mail(
        Account.objects.filter(staff_member__in=officers).order_by("pk"),
        access,
        _("An emergency access was opened"),
        "emergency.opened.officer",
    )
    _mail(
        Account.objects.filter(staff_member=access.requested_by),
        access,
        _("Your emergency access is open"),
        "emergency.opened.asker",
    )


@transaction.atomic
def end_emergency(*, access: EmergencyAccess, by: Account) -> None:
    """Close it before its time; without this it ends by itself."""
    if not emergencies_visible_to(by).filter(pk=access.pk).exists():
        raise MayNotShare([Fault.NOT_YOURS])
    if access.grant is not None:
        end_grants(grants=[access.grant], by=by)
