"""Telling everyone concerned: the person in her language, staff by mail, by hand if need be."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from django.db import transaction

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import Message, cancel_messages, queue_message, record
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.foundation.languages import reading_language
from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.messages import Notice, Value, notice_text, tell_person
from knotenpunkt.visits.links import slip_link
from knotenpunkt.visits.models import Appointment, HandNotice, Visit

STAFF_TEXTS = Path(__file__).parent.parent / "staff_texts.toml"


def tell_about_visit(
    *, visit: Visit, purpose: str, once_key: str, values: Mapping[str, Value]
) -> bool:
    """Tell the person of this visit; if she gave no way, somebody gets the task to tell her.

    The values get `link`, the address of the slip, and `code`. Returns whether a message leaves.
    """
    notice = Notice(
        purpose=purpose,
        about=visit.id,
        once_key=once_key,
        values={"link": slip_link(visit), "code": visit.code, **values},
    )
    if tell_person(person=visit.person, notice=notice):
        return True
    language = reading_language(list(visit.person.languages))
    HandNotice.objects.get_or_create(
        once_key=once_key,
        defaults={
            "person": visit.person,
            "visit": visit,
            "organization": visit.organization,
            "language": language,
            "text": notice_text(notice, language),
            "created_at": clock.now(),
        },
    )
    return False


@in_system_scope("note told")
@transaction.atomic
def note_told(*, notice: HandNotice, by: Account) -> HandNotice:
    """Note that somebody has told her. Harmless when repeated."""
    notice = HandNotice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if notice.done_at is None:
        notice.done_at, notice.done_by = clock.now(), by
        notice.save(update_fields=["done_at", "done_by"])
        record("hand_notice.done", notice, by=by)
    return notice


def tell_staff(*, appointments: Iterable[Appointment], purpose: str) -> int:
    """Write to who would have had, or now has, these appointments; returns how many mails.

    The mail holds time and code, never a name or a matter.
    """
    count = 0
    for appointment in appointments:
        for member in appointment.staff.select_related("account"):
            if member.account is not None:
                _mail(member, member.account, appointment, purpose)
                count += 1
    return count


def _mail(member: StaffMember, account: Account, appointment: Appointment, purpose: str) -> None:
    language = account.language if account.language in ("de", "en") else "de"
    texts = staff_texts()
    when = clock.local_time_text(appointment.starts_at)
    queue_message(
        Message(
            channel=Channel.EMAIL,
            recipient=account.email,
            language=language,
            subject=texts["subject"][language],
            body=texts[purpose][language].format(when=when, code=appointment.visit.code),
            purpose=purpose,
            about=appointment.visit_id,
        ),
        once_key=f"{purpose}/{appointment.id}/{member.id}",
    )


@cache
def staff_texts() -> Mapping[str, Mapping[str, str]]:
    """Return what mails to staff and interpreters say, by purpose and language."""
    texts: Mapping[str, Mapping[str, str]] = tomllib.loads(STAFF_TEXTS.read_text(encoding="utf-8"))[
        "texts"
    ]
    return texts


def stop_reminders(visit: Visit) -> None:
    """Nobody is reminded of what no longer takes place."""
    cancel_messages(about=visit.id, purposes=["visit.reminder"])
