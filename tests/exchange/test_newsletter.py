"""The newsletter: drafted from what happened, edited, sent once, ended by one press."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.directory.models import KnowledgeCard, Service
from knotenpunkt.exchange.actions.newsletter import (
    Edit,
    draft_issue,
    edit_issue,
    release_issue,
    stop_newsletter,
    want_newsletter,
)
from knotenpunkt.exchange.actions.posts import accept_answer
from knotenpunkt.exchange.errors import AlreadyReleased, NotYours
from knotenpunkt.exchange.links import off_path, reader_of
from knotenpunkt.exchange.models import NewsletterIssue, NewsletterOptOut, Post
from knotenpunkt.exchange.queries import readers_by_mail
from knotenpunkt.exchange.tasks import draft_newsletters
from knotenpunkt.foundation.actions import send_due_messages
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.models import Account, Network
from knotenpunkt.routing.models import ResponsibilityRule

FEBRUARY = dt.date(2027, 2, 1)
SignIn = Callable[[str], Client]


@pytest.fixture
def issue(network: Network) -> NewsletterIssue:
    return draft_issue(network=network, month=FEBRUARY)


def words_of(issue: NewsletterIssue, section: str) -> list[str]:
    return list(issue.entries.filter(section=section).values_list("text", flat=True))


def test_it_holds_what_happened_in_its_month_and_nothing_else(
    network: Network, question: Post, given: Post, counsellor: Account
) -> None:
    accept_answer(given=given, by=counsellor)
    Service.objects.update(created_on=dt.date(2027, 1, 31))
    Service.objects.filter(code="of-jc-antrag").update(created_on=FEBRUARY)
    KnowledgeCard.objects.update(changed_on=dt.date(2027, 3, 1))
    KnowledgeCard.objects.filter(organization__code="org-vhs").update(changed_on=FEBRUARY)
    ResponsibilityRule.objects.update(reviewed_on=dt.date(2026, 12, 1))
    ResponsibilityRule.objects.filter(code="r-02").update(reviewed_on=dt.date(2027, 2, 28))

    issue = draft_issue(network=network, month=FEBRUARY)

    assert len(words_of(issue, "services")) == 1
    assert words_of(issue, "cards") == ["Volkshochschule Musterkreis"]
    assert [it.split(":")[0] for it in words_of(issue, "law")] == [
        "Entwurf Leistungsrechtsanpassungsgesetz, § 1 AsylbLG"
    ]
    assert question.title in words_of(issue, "questions")
    assert [it.split(",")[0] for it in words_of(issue, "fairs")] == ["Markt der Möglichkeiten 2027"]


def test_a_second_draft_adds_and_keeps_what_the_editor_did(
    network: Network, issue: NewsletterIssue, question: Post, given: Post, counsellor: Account,
    coordinator: Account,
) -> None:  # fmt: skip
    first, second = issue.entries.all()[:2]
    edits = {first.pk: Edit("Neu gesagt", False), second.pk: Edit(second.text, True)}
    edit_issue(issue=issue, opening=" Hallo ", lines=edits, by=coordinator)
    accept_answer(given=given, by=counsellor)

    draft_issue(network=network, month=FEBRUARY)

    issue.refresh_from_db()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (issue.opening, first.text, second.is_left_out) == ("Hallo", "Neu gesagt", True)
    assert words_of(issue, "questions").count(question.title) == 1


def test_it_goes_to_everybody_who_has_not_said_no_and_only_once(
    issue: NewsletterIssue, network: Network, coordinator: Account, counsellor: Account
) -> None:
    stop_newsletter(staff_member=counsellor.staff_member)
    readers = readers_by_mail(network).count()
    with pytest.raises(NotYours):
        release_issue(issue=issue, by=counsellor)

    assert release_issue(issue=issue, by=coordinator) == readers
    with pytest.raises(AlreadyReleased):
        release_issue(issue=issue, by=coordinator)
    with pytest.raises(AlreadyReleased):
        edit_issue(issue=issue, opening="x", lines={}, by=coordinator)

    mails = OutboxMessage.objects.filter(purpose="exchange.newsletter")
    assert (mails.count(), readers > 20) == (readers, True)
    assert not mails.filter(recipient=counsellor.email).exists()
    before = issue.entries.count()
    draft_issue(network=network, month=FEBRUARY)
    assert issue.entries.count() == before


def test_the_mail_has_the_headers_of_one_click(
    issue: NewsletterIssue, coordinator: Account, settings: object
) -> None:
    release_issue(issue=issue, by=coordinator)
    OutboxMessage.objects.exclude(recipient=coordinator.email).delete()
    send_due_messages()

    sent = mail.outbox[-1]
    link = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert reader_of(link.rstrip("/").rsplit("/")[-1]) == coordinator.staff_member
    assert link in sent.body
    assert coordinator.staff_member.name not in sent.subject


def test_only_a_post_ends_it_without_cookie_and_a_wrong_link_is_nothing(
    counsellor: Account,
) -> None:
    address = off_path(counsellor.staff_member)
    browser = Client(enforce_csrf_checks=True)

    looked = browser.get(address)
    assert (looked.status_code, NewsletterOptOut.objects.exists()) == (200, False)
    ended = browser.post(address, {"List-Unsubscribe": "One-Click"})
    browser.post(address)

    assert ended.status_code == 200
    assert NewsletterOptOut.objects.get().staff_member == counsellor.staff_member
    assert browser.post(address[:-3] + "xx/").status_code == 404
    want_newsletter(staff_member=counsellor.staff_member)
    assert not NewsletterOptOut.objects.exists()


def test_the_job_drafts_last_month_for_each_network_and_may_be_repeated(network: Network) -> None:
    NewsletterIssue.objects.all().delete()

    assert draft_newsletters(0) == draft_newsletters(0) == Network.objects.count()

    assert NewsletterIssue.objects.get(network=network).month == dt.date(2027, 1, 1)


def test_colleagues_read_what_is_released_and_the_coordinator_the_draft(
    issue: NewsletterIssue, as_staff: SignIn
) -> None:
    reader, editor = as_staff("st-jc05"), as_staff("st-ki02")
    address = reverse("desk:newsletter", args=[issue.pk])
    change, release = (
        reverse(f"desk:newsletter_{it}", args=[issue.pk]) for it in ("change", "release")
    )
    assert Client().get(address).status_code == 302
    assert [reader.get(it).status_code for it in (address, change, release)] == [404, 403, 403]
    entry = issue.entries.first()
    assert entry
    form = {f"text-{it.pk}": it.text for it in issue.entries.all()} | {"opening": "Liebe alle"}
    assert editor.post(change, form | {f"text-{entry.pk}": ""}).status_code == 422
    editor.post(change, form | {f"out-{entry.pk}": "on"})
    assert "colleagues get it by mail" in editor.get(release).content.decode()
    editor.post(release)
    editor.post(release)

    shown = reader.get(address).content.decode()

    assert "Liebe alle" in shown
    assert entry.text not in shown
    assert reader.post(reverse("desk:newsletter_draft")).status_code == 403


def test_the_archive_lets_order_and_end_and_asks_as_often_for_one_as_for_three(
    issue: NewsletterIssue, as_staff: SignIn, counsellor: Account, network: Network
) -> None:
    reader, address = as_staff("st-ki03"), reverse("desk:newsletters")
    reader.post(address, {"off": "1"})
    assert NewsletterOptOut.objects.filter(staff_member=counsellor.staff_member).exists()
    assert "You get no mail." in reader.get(address).content.decode()
    reader.post(address)
    assert not NewsletterOptOut.objects.exists()
    NewsletterIssue.objects.exclude(pk=issue.pk).delete()
    assert "No issue yet" in reader.get(address).content.decode()
    NewsletterIssue.objects.update(released_at="2027-02-20T08:00Z")
    with CaptureQueriesContext(connection) as one:
        reader.get(address)
    for month in (10, 11):
        NewsletterIssue.objects.create(
            network=network, month=dt.date(2026, month, 1), released_at="2026-12-01T08:00Z"
        )
    with CaptureQueriesContext(connection) as three:
        reader.get(address)

    assert len(one) == len(three)
