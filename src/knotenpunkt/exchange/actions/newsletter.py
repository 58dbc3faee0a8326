"""The newsletter: drafted from what happened, edited, released once; nobody has to read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from knotenpunkt.exchange.compiling import Month, lines_for
from knotenpunkt.exchange.enums import Section
from knotenpunkt.exchange.errors import AlreadyReleased, NotYours
from knotenpunkt.exchange.links import off_path
from knotenpunkt.exchange.models import NewsletterEntry, NewsletterIssue, NewsletterOptOut
from knotenpunkt.exchange.queries import may_moderate, readers_by_mail
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import Message, queue_message, record
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.network.models import Account, Network, StaffMember

ISSUE_PATH = "/desk/exchange/newsletter/{}/"


@dataclass(frozen=True)
class Edit:
    """What the editor makes of a line."""

    text: str
    is_left_out: bool


@transaction.atomic
def draft_issue(*, network: Network, month: dt.date) -> NewsletterIssue:
    """Draft the issue of a month (its first day), or add what a draft lacks.

    What the editor has changed or left out stays so; a released issue is not touched.
    """
    issue, _is_new = NewsletterIssue.objects.get_or_create(network=network, month=month)
    issue = NewsletterIssue.objects.select_for_update(of=("self",)).get(pk=issue.pk)
    if issue.released_at is None:
        NewsletterEntry.objects.bulk_create(
            (
                NewsletterEntry(
                    issue=issue, section=it.section, position=place, text=it.text, path=it.path
                )
                for place, it in enumerate(lines_for(network, Month(month)))
            ),
            ignore_conflicts=True,
        )
    return issue


@transaction.atomic
def edit_issue(
    *, issue: NewsletterIssue, opening: str, lines: Mapping[UUID, Edit], by: Account
) -> None:
    """Set opening words and lines. Raises `NotYours` and `AlreadyReleased`."""
    issue = _open(issue, by)
    issue.opening = opening.strip()
    issue.save(update_fields=["opening"])
    for entry in issue.entries.filter(pk__in=lines):
        edit = lines[entry.pk]
        entry.text, entry.is_left_out = edit.text.strip() or entry.text, edit.is_left_out
        entry.save(update_fields=["text", "is_left_out"])
    record("exchange.newsletter_edited", issue, by=by, changed_fields=["opening", "entries"])


@transaction.atomic
def release_issue(*, issue: NewsletterIssue, by: Account) -> int:
    """Release the issue and queue a mail to each reader; returns how many.

    Raises `NotYours` and `AlreadyReleased`.
    """
    issue = _open(issue, by)
    issue.released_at = clock.now()
    issue.save(update_fields=["released_at"])
    lines = [it for it in issue.entries.all() if not it.is_left_out]
    readers = list(readers_by_mail(issue.network))
    for reader in readers:
        _send(issue, lines, reader)
    record("exchange.newsletter_released", issue, by=by, changed_fields=["released_at"])
    return len(readers)


def _open(issue: NewsletterIssue, by: Account) -> NewsletterIssue:
    issue = (
        NewsletterIssue.objects.select_for_update(of=("self",))
        .select_related("network")
        .get(pk=issue.pk)
    )
    if not may_moderate(by) or issue.network_id != by.staff_member.organization.network_id:
        raise NotYours
    if issue.released_at is not None:
        raise AlreadyReleased
    return issue


def _send(issue: NewsletterIssue, lines: list[NewsletterEntry], reader: StaffMember) -> None:
    account = reader.account
    assert account is not None
    off = settings.PUBLIC_ADDRESS + off_path(reader)
    with override(account.language):
        subject = _("Newsletter %(month)s") % {"month": date_format(issue.month, "F Y")}
        parts = [subject, issue.opening]
        for section in Section:
            own = [it.text for it in lines if it.section == section]
            if own:
                parts.append("\n".join([str(section.label), *(f"- {text}" for text in own)]))
        parts.append(
            _("With links at the desk: %(address)s")
            % {"address": settings.PUBLIC_ADDRESS + ISSUE_PATH.format(issue.pk)}
        )
        parts.append(_("No more newsletter by mail: %(address)s") % {"address": off})
    queue_message(
        Message(
            channel=Channel.EMAIL,
            recipient=account.email,
            language=account.language,
            subject=subject,
            body="\n\n".join(part for part in parts if part) + "\n",
            purpose="exchange.newsletter",
            about=issue.pk,
            unsubscribe_url=off,
        ),
        once_key=f"newsletter/{issue.pk}/{account.pk}",
    )


@transaction.atomic
def stop_newsletter(*, staff_member: StaffMember) -> None:
    """Send her no newsletter by mail any more. Harmless when repeated."""
    NewsletterOptOut.objects.get_or_create(staff_member=staff_member, defaults={"at": clock.now()})


@transaction.atomic
def want_newsletter(*, staff_member: StaffMember) -> None:
    """Send it again. Harmless when repeated."""
    NewsletterOptOut.objects.filter(staff_member=staff_member).delete()
