"""Changes of law: noted by hand, read, sent by mail. No audit entry for reading: it is no work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import Message, queue_message, record
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.network.models import Account
from knotenpunkt.routing.changes import law_changes, law_news
from knotenpunkt.routing.errors import NoSuchChange
from knotenpunkt.routing.models import LawNote, LawReading, LawSubscription

PAGE_PATH = "/desk/responsibility/changes/"


@transaction.atomic
def note_law(
    *, legal_basis: str, words: str, matters: Sequence[str], on: dt.date, source: str, by: Account
) -> LawNote:
    """Note a change of law that no rule speaks of; the writer is its reviewer."""
    note = LawNote.objects.create(
        network_id=by.staff_member.organization.network_id,
        legal_basis=legal_basis,
        words=words,
        matters=list(matters),
        on=on,
        source=source,
        reviewer=by.staff_member.name,
        noted_on=clock.today(),
    )
    record("law.noted", note, by=by)
    return note


@transaction.atomic
def read_change(*, key: str, by: Account, is_read: bool = True) -> None:
    """Note that she has read a change, or take that back. Raises `NoSuchChange`."""
    own = LawReading.objects.filter(staff_member=by.staff_member, key=key)
    if not is_read:
        own.delete()
        return
    if key not in {it.key for it in law_changes(by.staff_member.organization.network)}:
        raise NoSuchChange(key)
    LawReading.objects.get_or_create(
        staff_member=by.staff_member, key=key, defaults={"read_on": clock.today()}
    )


@transaction.atomic
def subscribe_to_law(*, by: Account, is_wanted: bool = True) -> None:
    """Send her a mail each week in which the law changes, or no more. Harmless when repeated."""
    if is_wanted:
        LawSubscription.objects.get_or_create(
            staff_member=by.staff_member, defaults={"created_at": clock.now()}
        )
    else:
        LawSubscription.objects.filter(staff_member=by.staff_member).delete()


@transaction.atomic
def tell_of_law(*, account: Account) -> bool:
    """Queue one mail this week if something is new that she has not read; whether there was."""
    news = law_news(account)
    if not news:
        return False
    year, week, _day = clock.today().isocalendar()
    with override(account.language):
        count = ngettext("One change is new.", "%(count)s changes are new.", len(news))
        lines = [f"- {it.legal_basis}: {it.kind.label}, {it.on:%d.%m.%Y}" for it in news]
        subject = _("What changes in the law")
        body = "\n".join(
            [count % {"count": len(news)}, "", *lines, "", settings.PUBLIC_ADDRESS + PAGE_PATH, ""]
        )
    queue_message(
        Message(
            channel=Channel.EMAIL,
            recipient=account.email,
            language=account.language,
            subject=subject,
            body=body,
            purpose="law.changes",
        ),
        once_key=f"law/{account.pk}/{year}-{week}",
    )
    return True
