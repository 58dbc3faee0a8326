"""Mails of the exchange: a link and the topic, never the words of a post."""

from __future__ import annotations

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from knotenpunkt.exchange.models import Post
from knotenpunkt.foundation.actions import Message, queue_message
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.foundation.languages import text_in
from knotenpunkt.network.models import Account, StaffMember

QUESTION_PATH = "/desk/exchange/questions/{}/"
# Subject and first line; the topic is put in.
TEXTS: dict[str, tuple[str | Promise, str | Promise]] = {
    "asked": (
        _("New question: %(topic)s"),
        _("A colleague asks something in a topic on your list."),
    ),
    "answered": (
        _("Your question has an answer: %(topic)s"),
        _("A colleague has answered your question. If it helped, please mark it."),
    ),
    "accepted": (
        _("Your answer helped: %(topic)s"),
        _("Your answer was marked as the one that helped. Thank you!"),
    ),
    "removed": (
        _("Your post was removed: %(topic)s"),
        _("The coordination has removed a post of yours. The reason stands in its place."),
    ),
}


def tell_watchers_of(question: Post, *, by: Account) -> None:
    """Tell whoever has the topic on her list, but not the author."""
    assert question.topic is not None
    readers = StaffMember.objects.filter(
        watches__topic=question.topic, left_on=None, account__is_active=True
    ).exclude(pk=by.staff_member.pk)
    for reader in readers.select_related("account").order_by("pk"):
        tell(reader, question, "asked", once=f"{question.pk}")


def tell(reader: StaffMember | None, question: Post, kind: str, *, once: str) -> None:
    """Queue one mail to a staff member who still works here; the same news never twice."""
    account = reader.account if reader and reader.left_on is None else None
    if account is None or not account.is_active or question.topic is None:
        return
    with override(account.language):
        subject, line = (str(text) for text in TEXTS[kind])
        topic = text_in(question.topic.name, account.language).text
    address = settings.PUBLIC_ADDRESS + QUESTION_PATH.format(question.pk)
    queue_message(
        Message(
            channel=Channel.EMAIL,
            recipient=account.email,
            language=account.language,
            subject=(subject % {"topic": topic})[:120],
            body=f"{line}\n\n{address}\n",
            purpose=f"exchange.{kind}",
            about=question.pk,
        ),
        once_key=f"exchange/{kind}/{once}/{account.pk}",
    )
