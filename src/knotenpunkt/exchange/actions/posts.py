"""Questions and answers: asked, answered, accepted, changed, withdrawn, removed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from knotenpunkt.directory.models import Service, Topic
from knotenpunkt.exchange.clearing import kinds_cleared
from knotenpunkt.exchange.enums import GoneBecause
from knotenpunkt.exchange.errors import IsGone, NotYours
from knotenpunkt.exchange.messages import tell, tell_watchers_of
from knotenpunkt.exchange.models import Post, PostVersion
from knotenpunkt.exchange.queries import may_moderate
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account, Organization


@dataclass(frozen=True)
class Words:
    """What somebody writes, and why what looks like client data is none (`ClearedBecause`)."""

    body: str
    title: str = ""
    cleared_because: str = ""


@dataclass(frozen=True)
class About:
    """What a question is about."""

    topic: Topic
    service: Service | None = None
    organization: Organization | None = None


@transaction.atomic
def ask(*, words: Words, about: About, by: Account) -> Post:
    """Put a question to all partners. Raises `LooksLikeClientData`; then nothing was written."""
    question = _post(words, by, title=words.title.strip(), **vars(about))
    record("exchange.asked", question, by=by, changed_fields=question.cleared_kinds)
    tell_watchers_of(question, by=by)
    return question


@transaction.atomic
def answer(*, question: Post, words: Words, by: Account) -> Post:
    """Answer a question. Raises `IsGone` and `LooksLikeClientData`."""
    question = _locked(question)
    if question.is_gone:
        raise IsGone
    given = _post(words, by, question=question)
    record("exchange.answered", given, by=by, changed_fields=given.cleared_kinds)
    if question.author_id != given.author_id:
        tell(question.author, question, "answered", once=f"{given.pk}")
    return given


def _post(words: Words, by: Account, **more: object) -> Post:
    text = f"{words.title}\n{words.body}"
    kinds = kinds_cleared(text, because=words.cleared_because, by=by)
    return Post.objects.create(
        network_id=by.staff_member.organization.network_id,
        author=by.staff_member,
        body=words.body.strip(),
        posted_at=clock.now(),
        cleared_kinds=kinds,
        cleared_because=words.cleared_because if kinds else "",
        **more,
    )


@transaction.atomic
def change_post(*, post: Post, words: Words, by: Account) -> Post:
    """Put other words; the earlier ones stay readable.

    Raises `NotYours`, `IsGone` and `LooksLikeClientData`.
    """
    post = _locked(post)
    if post.author != by.staff_member:
        raise NotYours
    if post.is_gone:
        raise IsGone
    title = "" if post.question_id else words.title.strip()
    if (title, words.body.strip()) == (post.title, post.body):
        return post
    kinds = kinds_cleared(f"{title}\n{words.body}", because=words.cleared_because, by=by)
    now = clock.now()
    PostVersion.objects.create(post=post, title=post.title, body=post.body, until=now)
    post.title, post.body, post.changed_at = title, words.body.strip(), now
    post.cleared_kinds = kinds
    post.cleared_because = words.cleared_because if kinds else ""
    post.save()
    record("exchange.changed", post, by=by, changed_fields=["title", "body"])
    return post


@transaction.atomic
def accept_answer(*, given: Post, by: Account, is_accepted: bool = True) -> None:
    """Mark the answer that helped, one for a question, or take the mark back.

    The asker may, and the coordinator. Raises `NotYours` and `IsGone`. Harmless when repeated.
    """
    assert given.question is not None
    question = _locked(given.question)
    given = _locked(given)
    if question.author != by.staff_member and not may_moderate(by):
        raise NotYours
    if question.is_gone or given.is_gone:
        raise IsGone
    if given.is_accepted == is_accepted:
        return
    question.answers.filter(is_accepted=True).update(is_accepted=False)
    given.is_accepted = is_accepted
    given.save(update_fields=["is_accepted"])
    question.answered_at = clock.now() if is_accepted else None
    question.save(update_fields=["answered_at"])
    record("exchange.accepted", given, by=by, changed_fields=["is_accepted"])
    if is_accepted and given.author_id != by.staff_member.pk:
        tell(given.author, question, "accepted", once=f"{given.pk}")


@transaction.atomic
def withdraw_post(*, post: Post, by: Account) -> None:
    """Take the own words away for good, with their history. Raises `NotYours`."""
    post = _locked(post)
    if post.author != by.staff_member:
        raise NotYours
    _empty(post, GoneBecause.WITHDRAWN, "", by)


@transaction.atomic
def remove_post(*, post: Post, note: str, by: Account) -> None:
    """Take somebody's words away, as the coordinator, and tell her. Raises `NotYours`."""
    if not may_moderate(by):
        raise NotYours
    post = _locked(post)
    if post.is_gone:
        return
    _empty(post, GoneBecause.REMOVED, note, by)
    tell(post.author, post.question or post, "removed", once=f"{post.pk}")


def _empty(post: Post, because: GoneBecause, note: str, by: Account) -> None:
    if post.is_gone:
        return
    if post.is_accepted and post.question is not None:
        question = _locked(post.question)
        question.answered_at = None
        question.save(update_fields=["answered_at"])
    post.versions.all().delete()
    post.title = post.body = post.cleared_because = ""
    post.cleared_kinds, post.is_accepted = [], False
    post.gone_because, post.gone_note, post.answered_at = because, note, None
    post.save()
    record(f"exchange.{because}", post, by=by, changed_fields=["title", "body"])


def _locked(post: Post) -> Post:
    found = Post.objects.select_for_update(of=("self",))
    return found.select_related("question__topic", "topic", "author__account").get(pk=post.pk)
