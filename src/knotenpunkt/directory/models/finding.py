"""What the search stands on: one folded document a service, synonyms, and what found nothing."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from knotenpunkt.directory.enums import SynonymOrigin, TranslationState
from knotenpunkt.directory.models.services import Service
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Network, StaffMember


class SearchEntry(models.Model):
    """One service as the search sees it; renewed whenever the service changes."""

    service = models.OneToOneField(
        Service, primary_key=True, on_delete=models.CASCADE, related_name="search_entry"
    )
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="+")
    languages = ArrayField(models.CharField(max_length=8), default=list, help_text="spoken there")

    class Meta:
        verbose_name_plural = "search entries"

    def __str__(self) -> str:
        return str(self.service)


class SearchWord(models.Model):
    """A folded word that some service of the network uses, in any language."""

    id = models.BigAutoField(primary_key=True)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="+")
    word = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["network", "word"], name="a_search_word_is_there_once")
        ]
        indexes = [
            GinIndex(fields=["word"], name="search_word_trigrams", opclasses=["gin_trgm_ops"])
        ]

    def __str__(self) -> str:
        return self.word


class SearchPosting(models.Model):
    """A service uses a word; the weight says where: in its name, its topic, its description."""

    id = models.BigAutoField(primary_key=True)
    word = models.ForeignKey(
        SearchWord, on_delete=models.CASCADE, related_name="postings", db_index=False
    )
    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="postings")
    weight = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["word", "entry"],
                include=["weight"],
                name="a_service_uses_a_word_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.word} {self.weight}"


class Synonym(models.Model):
    """What people type, and what the directory calls it. Both are folded when compared."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="synonyms")
    term = models.CharField(max_length=80, help_text="folded")
    means = models.CharField(max_length=200, help_text="words of the directory")
    origin = models.CharField(max_length=10, choices=SynonymOrigin.choices)

    class Meta:
        ordering = ["term", "means"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "term", "means"], name="a_synonym_is_noted_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.term} = {self.means}"


class ZeroHit(models.Model):
    """A question that found nothing, and how often. It says nothing about who asked.

    Only words of the vocabulary kind are kept: no digits, no mail addresses, at most 60 signs.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="zero_hits")
    query = models.CharField(max_length=60, help_text="folded")
    language = models.CharField(max_length=8)
    count = models.PositiveIntegerField(default=1)
    last_on = models.DateField()
    is_done = models.BooleanField(default=False)

    class Meta:
        ordering = ["-count", "query"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "query", "language"], name="a_zero_hit_is_counted_in_one_row"
            )
        ]

    def __str__(self) -> str:
        return f"{self.query} ({self.count})"


class Translation(models.Model):
    """How far a translated text of a service can be trusted, and who read it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="translations")
    field = models.CharField(max_length=20, help_text="name or description")
    language = models.CharField(max_length=8)
    state = models.CharField(max_length=10, choices=TranslationState.choices)
    german_when_read = models.TextField(
        blank=True, help_text="the German text then; if it differs today, the state is outdated"
    )
    reviewer = models.ForeignKey(
        StaffMember, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reviewed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "field", "language"], name="a_text_has_one_translation_state"
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "service": Sensitivity.TECHNICAL,
            "field": Sensitivity.TECHNICAL,
            "language": Sensitivity.TECHNICAL,
            "state": Sensitivity.TECHNICAL,
            "german_when_read": Sensitivity.TECHNICAL,
            "reviewer": Sensitivity.ORGANIZATIONAL,
            "reviewed_on": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.service} {self.field} {self.language}"

    @property
    def present_state(self) -> str:
        """Return the state as of now: a reviewed text is outdated once the German has changed."""
        german = getattr(self.service, self.field).get("de", "")
        if self.state == TranslationState.REVIEWED and german != self.german_when_read:
            return TranslationState.OUTDATED
        return self.state
