"""A question to a named colleague, by mail. It is about a service, never about a person."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from knotenpunkt.foundation.actions import Message, queue_message, record
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.network.models import Account, StaffMember


@transaction.atomic
def ask_colleague(*, colleague: StaffMember, question: str, key: str, by: Account) -> bool:
    """Queue the question; False if this colleague has no mail. The same key is sent once."""
    account = colleague.account
    if account is None or colleague.left_on is not None:
        return False
    member = by.staff_member
    with override(account.language):
        subject = _("A question from a colleague")
        body = _(
            "%(name)s (%(organization)s) asks:\n\n%(question)s\n\nPlease answer to %(mail)s."
        ) % {
            "name": member.name,
            "organization": member.organization.name,
            "question": question,
            "mail": by.email,
        }
    queue_message(
        Message(
            channel=Channel.EMAIL,
            recipient=account.email,
            language=account.language,
            subject=subject,
            body=body,
            purpose="directory.question",
            about=colleague.pk,
        ),
        once_key=f"question/{by.pk}/{key}",
    )
    record("directory.colleague_asked", colleague, by=by)
    return True
