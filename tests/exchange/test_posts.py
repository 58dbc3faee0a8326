"""Questions and answers among staff: never a client, one answer that helped, gone means gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.db import IntegrityError, transaction

from knotenpunkt.directory.actions.following import watch
from knotenpunkt.directory.models import Topic
from knotenpunkt.exchange.actions.posts import (
    About,
    Words,
    accept_answer,
    answer,
    ask,
    change_post,
    remove_post,
    withdraw_post,
)
from knotenpunkt.exchange.errors import IsGone, LooksLikeClientData, NotYours
from knotenpunkt.exchange.models import Post, PostVersion
from knotenpunkt.exchange.queries import figures_by_month, questions_visible_to, with_words
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.models import AuditEntry, OutboxMessage
from knotenpunkt.network.models import Account, Network, Organization
from knotenpunkt.people.models import Person

TELLING = {
    "name": "{name} braucht einen Platz",
    "date": "geboren 03.04.2009",
    "telephone": "ruf 0171 1234567 an",
    "file_number": "BG-Nummer 35702BG0012345",
}


@pytest.mark.parametrize("kind", TELLING)
def test_client_data_is_refused_until_somebody_says_why_it_is_none(
    kind: str, topic: Topic, counsellor: Account, person: Person
) -> None:
    text = TELLING[kind].format(name=person.given_name)
    before = Post.objects.count()

    with pytest.raises(LooksLikeClientData) as refused:
        ask(words=Words(text, title="Frage"), about=About(topic), by=counsellor)
    assert kind in {found for found, _words in refused.value.findings}
    assert Post.objects.count() == before
    post = ask(
        words=Words(text, title="Frage", cleared_because="invented"), about=About(topic),
        by=counsellor,
    )  # fmt: skip

    assert (kind in post.cleared_kinds, post.cleared_because) == (True, "invented")
    entry = AuditEntry.objects.get(action="exchange.asked", subject_id=str(post.pk))
    assert entry.changed_fields == post.cleared_kinds
    assert person.given_name not in str(vars(entry))


def test_the_title_is_looked_at_too_and_harmless_words_need_no_reason(
    topic: Topic, counsellor: Account, person: Person
) -> None:
    with pytest.raises(LooksLikeClientData):
        ask(words=Words("Wer hilft?", title=person.family_name), about=About(topic), by=counsellor)

    post = ask(
        words=Words("Wer hilft?", title="Kurs", cleared_because="invented"), about=About(topic),
        by=counsellor,
    )  # fmt: skip
    assert (post.cleared_kinds, post.cleared_because) == ([], "")


def test_only_the_writers_own_files_are_looked_at(
    topic: Topic, other_authority: Account, person: Person
) -> None:
    """Otherwise the check would tell everybody who is known to somebody."""
    post = ask(words=Words(person.given_name, title="x"), about=About(topic), by=other_authority)

    assert post.cleared_kinds == []


def test_watchers_of_the_topic_and_the_asker_hear_of_it_without_its_words(
    question: Post, topic: Topic, counsellor: Account, other_authority: Account
) -> None:
    watch(thing=topic, by=other_authority)
    watch(thing=topic, by=counsellor)
    secret = "Quittengelee"
    asked = ask(words=Words(secret, title=secret), about=About(topic), by=counsellor)
    answer(question=asked, words=Words(secret), by=other_authority)
    answer(question=asked, words=Words(secret), by=counsellor)

    mails = OutboxMessage.objects.filter(about=asked.pk)

    assert sorted((it.purpose, it.recipient) for it in mails) == [
        ("exchange.answered", counsellor.email),
        ("exchange.asked", other_authority.email),
    ]
    assert all(secret not in it.subject + it.body for it in mails)
    assert all(f"/desk/exchange/questions/{asked.pk}/" in it.body for it in mails)


def test_one_answer_is_the_one_that_helped(
    question: Post, given: Post, counsellor: Account, other_authority: Account,
    coordinator: Account,
) -> None:  # fmt: skip
    better = answer(question=question, words=Words("Fragt die VHS."), by=coordinator)
    with pytest.raises(NotYours):
        accept_answer(given=given, by=other_authority)

    for _twice in range(2):
        accept_answer(given=given, by=counsellor)
    accept_answer(given=better, by=counsellor)

    accepted = question.answers.filter(is_accepted=True)
    question.refresh_from_db()
    assert ([it.pk for it in accepted], bool(question.answered_at)) == ([better.pk], True)
    assert OutboxMessage.objects.filter(purpose="exchange.accepted").count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=given.pk).update(is_accepted=True)
    accept_answer(given=better, by=coordinator, is_accepted=False)
    question.refresh_from_db()
    assert question.answered_at is None


def test_changed_words_keep_the_earlier_ones_and_are_checked_again(
    question: Post, counsellor: Account, other_authority: Account, person: Person
) -> None:
    before = question.body
    change_post(post=question, words=Words("Neu.", title=question.title), by=counsellor)
    change_post(post=question, words=Words("Neu.", title=question.title), by=counsellor)
    with pytest.raises(LooksLikeClientData):
        change_post(post=question, words=Words(person.family_name, title="x"), by=counsellor)
    with pytest.raises(NotYours):
        change_post(post=question, words=Words("fremd", title="x"), by=other_authority)

    question.refresh_from_db()
    assert (question.body, [it.body for it in question.versions.all()]) == ("Neu.", [before])


def test_what_is_withdrawn_is_erased_with_its_history(
    question: Post, given: Post, counsellor: Account, other_authority: Account
) -> None:
    change_post(post=given, words=Words("Anders."), by=other_authority)
    accept_answer(given=given, by=counsellor)
    with pytest.raises(NotYours):
        withdraw_post(post=given, by=counsellor)

    for _twice in range(2):
        withdraw_post(post=given, by=other_authority)

    given.refresh_from_db()
    question.refresh_from_db()
    assert (given.body, given.is_accepted, given.gone_because) == ("", False, "withdrawn")
    assert not PostVersion.objects.filter(post=given).exists()
    assert question.answered_at is None
    with pytest.raises(IsGone):
        change_post(post=given, words=Words("doch"), by=other_authority)
    withdraw_post(post=question, by=counsellor)
    assert question not in questions_visible_to(counsellor)
    with pytest.raises(IsGone):
        answer(question=question, words=Words("spät"), by=other_authority)


def test_the_coordinator_removes_with_a_reason_and_the_author_hears(
    given: Post, coordinator: Account, counsellor: Account, other_authority: Account
) -> None:
    with pytest.raises(NotYours):
        remove_post(post=given, note="x", by=counsellor)

    remove_post(post=given, note="Werbung", by=coordinator)

    given.refresh_from_db()
    assert (given.body, given.gone_note) == ("", "Werbung")
    mail = OutboxMessage.objects.get(purpose="exchange.removed")
    assert mail.recipient == other_authority.email


def test_the_search_finds_german_forms_in_questions_and_answers(
    question: Post, given: Post, counsellor: Account, other_authority: Account
) -> None:
    answer(question=question, words=Words("Handwerkskammern beraten dazu."), by=other_authority)
    every = questions_visible_to(counsellor)

    found = {
        words: question in with_words(every, words)
        for words in ("Umschulungen", "Handwerkskammer", "Zahnarzt", "schul")
    }
    withdraw_post(post=question, by=counsellor)

    assert found == {
        "Umschulungen": True,
        "Handwerkskammer": True,
        "Zahnarzt": False,
        "schul": True,
    }
    assert not with_words(questions_visible_to(counsellor), "Umschulung").exists()


def test_another_network_sees_none_of_it(question: Post, other_authority: Account) -> None:
    far = Network.objects.create(code="kreis-fern", name="Fern", land="NW")
    Organization.objects.filter(pk=other_authority.staff_member.organization_id).update(network=far)
    stranger = Account.objects.get(pk=other_authority.pk)

    assert not questions_visible_to(stranger).exists()
    assert sum(it.questions for it in figures_by_month(stranger)) == 0


def test_figures_count_by_month_and_never_by_whom(
    network: Network, topic: Topic, counsellor: Account, other_authority: Account
) -> None:
    Post.objects.filter(question__isnull=False).delete()
    Post.objects.all().delete()
    midnight = dt.datetime(2027, 1, 31, 23, 30, tzinfo=dt.UTC)  # 1 February in Germany
    with time_machine.travel(midnight):
        asked = ask(words=Words("a", title="a"), about=About(topic), by=counsellor)
    given = answer(question=asked, words=Words("b"), by=other_authority)
    accept_answer(given=given, by=counsellor)
    with time_machine.travel(clock.now() + dt.timedelta(days=20)):
        answer(question=asked, words=Words("c"), by=counsellor)

        rows = figures_by_month(counsellor, months=3)

    assert [(it.month.month, it.questions, it.answers, it.answered) for it in rows] == [
        (3, 0, 1, 0), (2, 1, 1, 1), (1, 0, 0, 0),
    ]  # fmt: skip


@pytest.mark.parametrize("code", ["st-abh07", "st-jc01", "st-gk01"])
def test_every_colleague_may_ask(
    code: str, topic: Topic, account: Callable[[str], Account]
) -> None:
    assert ask(words=Words("Frage?", title="x"), about=About(topic), by=account(code)).pk
