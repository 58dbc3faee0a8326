"""What staff of all partners ask and tell each other: never about a client."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q

from knotenpunkt.directory.models import Service, Topic
from knotenpunkt.exchange.enums import ClearedBecause, GoneBecause, Section
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Network, Organization, StaffMember


class Post(models.Model):
    """A question with topic and title, or an answer to one (`question`).

    Whoever withdraws it, or has to see it removed, leaves an empty place: words that should not
    have been written are not kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="posts")
    question = models.ForeignKey(
        "self", null=True, on_delete=models.CASCADE, related_name="answers"
    )
    topic = models.ForeignKey(Topic, null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160, blank=True)
    body = models.TextField(blank=True)
    service = models.ForeignKey(Service, null=True, on_delete=models.SET_NULL, related_name="+")
    organization = models.ForeignKey(
        Organization, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    author = models.ForeignKey(StaffMember, null=True, on_delete=models.SET_NULL, related_name="+")
    posted_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    is_accepted = models.BooleanField(default=False, help_text="the answer that helped")
    answered_at = models.DateTimeField(null=True, help_text="of a question: since it has one")
    gone_because = models.CharField(max_length=10, choices=GoneBecause.choices, blank=True)
    gone_note = models.CharField(max_length=300, blank=True, help_text="why it was removed")
    cleared_kinds = ArrayField(models.CharField(max_length=20), default=list)
    cleared_because = models.CharField(max_length=10, choices=ClearedBecause.choices, blank=True)

    class Meta:
        ordering = ["-posted_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(question=None, topic__isnull=False, is_accepted=False)
                | Q(question__isnull=False, topic=None, title="", answered_at=None),
                name="a_post_is_a_question_with_a_topic_or_an_answer",
            ),
            models.UniqueConstraint(
                fields=["question"],
                condition=Q(is_accepted=True),
                name="a_question_has_one_accepted_answer",
            ),
            models.CheckConstraint(
                condition=(Q(gone_because="") & ~Q(body=""))
                | (~Q(gone_because="") & Q(body="", title="")),
                name="a_post_has_words_until_it_is_gone",
            ),
            models.CheckConstraint(
                condition=Q(cleared_kinds=[], cleared_because="")
                | (~Q(cleared_kinds=[]) & ~Q(cleared_because="")),
                name="words_like_client_data_are_cleared_for_a_reason",
            ),
        ]
        indexes = [
            GinIndex(SearchVector("title", "body", config="german"), name="post_words"),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "network": Sensitivity.TECHNICAL,
            "question": Sensitivity.TECHNICAL,
            "topic": Sensitivity.ORGANIZATIONAL,
            "title": Sensitivity.ORGANIZATIONAL,
            "body": Sensitivity.ORGANIZATIONAL,
            "service": Sensitivity.ORGANIZATIONAL,
            "organization": Sensitivity.ORGANIZATIONAL,
            "author": Sensitivity.ORGANIZATIONAL,
            "posted_at": Sensitivity.TECHNICAL,
            "changed_at": Sensitivity.TECHNICAL,
            "is_accepted": Sensitivity.TECHNICAL,
            "answered_at": Sensitivity.TECHNICAL,
            "gone_because": Sensitivity.TECHNICAL,
            "gone_note": Sensitivity.ORGANIZATIONAL,
            "cleared_kinds": Sensitivity.TECHNICAL,
            "cleared_because": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return self.title or self.body[:60]

    @property
    def is_gone(self) -> bool:
        return bool(self.gone_because)


class PostVersion(models.Model):
    """How a post read before it was changed; gone with the post."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="versions")
    title = models.CharField(max_length=160, blank=True)
    body = models.TextField()
    until = models.DateTimeField()

    class Meta:
        ordering = ["-until", "id"]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "post": Sensitivity.TECHNICAL,
            "title": Sensitivity.ORGANIZATIONAL,
            "body": Sensitivity.ORGANIZATIONAL,
            "until": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.post_id} {self.until:%Y-%m-%d %H:%M}"


class NewsletterIssue(models.Model):
    """What is new in a month: drafted by itself, edited and released by the coordinator."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="newsletters")
    month = models.DateField(help_text="its first day")
    opening = models.TextField(blank=True, help_text="words of the editor")
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "month"], name="a_month_has_one_newsletter_in_its_network"
            ),
            models.CheckConstraint(
                condition=Q(month__day=1), name="a_newsletter_names_the_first_day_of_its_month"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%m/%Y}"


class NewsletterEntry(models.Model):
    """One line of an issue: words and the page they lead to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issue = models.ForeignKey(NewsletterIssue, on_delete=models.CASCADE, related_name="entries")
    section = models.CharField(max_length=10, choices=Section.choices)
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    path = models.CharField(max_length=200, help_text="of the page at the desk")
    is_left_out = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "section", "path"], name="a_thing_stands_once_in_an_issue"
            )
        ]

    def __str__(self) -> str:
        return self.text


class NewsletterOptOut(models.Model):
    """A staff member wants no newsletter by mail; she still reads it at the desk."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff_member = models.OneToOneField(
        StaffMember, on_delete=models.CASCADE, related_name="newsletter_opt_out"
    )
    at = models.DateTimeField()

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "staff_member": Sensitivity.ORGANIZATIONAL,
            "at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.staff_member}"
