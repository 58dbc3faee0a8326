"""Questions and answers of the own network, and how many there are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Count, Prefetch, Q, QuerySet
from django.db.models.functions import TruncMonth

from knotenpunkt.exchange.models import NewsletterIssue, Post
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Network, StaffMember


def may_moderate(account: Account) -> bool:
    return account.staff_member.role == Role.COORDINATOR


def posts_visible_to(account: Account) -> QuerySet[Post]:
    """Return the posts of the own network, also the empty places of those that are gone."""
    network_id = account.staff_member.organization.network_id
    return Post.objects.filter(network_id=network_id).select_related(
        "author__organization", "topic", "service", "organization"
    )


def questions_visible_to(account: Account) -> QuerySet[Post]:
    """Return the questions that still stand, newest first, with the number of their answers."""
    return (
        posts_visible_to(account)
        .filter(question=None, gone_because="")
        .annotate(answer_count=Count("answers", filter=Q(answers__gone_because="")))
        .order_by("-posted_at", "id")
    )


def with_words(questions: QuerySet[Post], words: str) -> QuerySet[Post]:
    """Return those that hold these words themselves or in an answer.

    In any German form, or as a part of a word: the stems of compounds are not always the same.
    """
    vector = SearchVector("title", "body", config="german")
    query = SearchQuery(words, config="german", search_type="websearch")
    found = Post.objects.annotate(words=vector).filter(
        Q(words=query) | Q(title__icontains=words) | Q(body__icontains=words), gone_because=""
    )
    keys = found.filter(network_id__in=questions.values("network"))
    return questions.filter(Q(pk__in=keys.values("pk")) | Q(pk__in=keys.values("question")))


def with_answers(questions: QuerySet[Post]) -> QuerySet[Post]:
    """Fetch the answers, the accepted one first, then as they came."""
    answers = Post.objects.select_related("author__organization").prefetch_related("versions")
    return questions.prefetch_related(
        Prefetch("answers", answers.order_by("-is_accepted", "posted_at", "id")), "versions"
    )


@dataclass(frozen=True)
class MonthFigures:
    """How much was asked and answered in one month; never by whom."""

    month: dt.date
    questions: int
    answers: int
    answered: int


def figures_by_month(account: Account, *, months: int = 12) -> list[MonthFigures]:
    """Return the figures of the last months of the own network, newest first; empty ones too."""
    posts = posts_visible_to(account).select_related(None).order_by()
    posted = TruncMonth("posted_at", tzinfo=clock.LOCAL)
    rows = posts.values(month=posted).annotate(
        asked=Count("pk", filter=Q(question=None)),
        given=Count("pk", filter=Q(question__isnull=False)),
    )
    answered = dict(
        posts.exclude(answered_at=None)
        .values_list(TruncMonth("answered_at", tzinfo=clock.LOCAL))
        .annotate(Count("pk"))
    )
    counts = {it["month"].date(): (it["asked"], it["given"]) for it in rows}
    ended = {month.date(): count for month, count in answered.items()}
    first, found = clock.today().replace(day=1), []
    for _number in range(months):
        found.append(MonthFigures(first, *counts.get(first, (0, 0)), ended.get(first, 0)))
        first = (first - dt.timedelta(days=1)).replace(day=1)
    return found


def issues_visible_to(account: Account) -> QuerySet[NewsletterIssue]:
    """Return the released newsletters of the own network; to the coordinator also the drafts."""
    found = NewsletterIssue.objects.filter(network_id=account.staff_member.organization.network_id)
    return found if may_moderate(account) else found.filter(released_at__isnull=False)


def readers_by_mail(network: Network) -> QuerySet[StaffMember]:
    """Return who gets the newsletter by mail: everybody with a sign-in who has not said no."""
    return (
        StaffMember.objects.filter(
            organization__network=network, left_on=None, account__is_active=True,
            newsletter_opt_out=None,
        )
        .select_related("account")
        .order_by("pk")
    )  # fmt: skip
