"""Words that many entries share: topics, papers, states, terms of taxonomies."""

from __future__ import annotations

import uuid

from django.db import models

from knotenpunkt.network.models import Network

LAST_TOPIC = 9


class Topic(models.Model):
    """One of the nine matters newcomers bring; a tile on the first page."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="topics")
    code = models.SlugField()
    position = models.PositiveSmallIntegerField()
    name = models.JSONField(help_text="text by language code")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "code"], name="a_topic_has_one_code_in_its_network"
            )
        ]

    def __str__(self) -> str:
        return str(self.name.get("de", self.code))

    @property
    def is_fallback(self) -> bool:
        """Return whether this is the last of the nine, for whatever fits no other."""
        return self.position == LAST_TOPIC


class Document(models.Model):
    """A paper someone brings or receives."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="documents")
    code = models.SlugField()
    name = models.JSONField(help_text="text by language code")
    help = models.JSONField(default=dict, help_text="how to get it, by language code")

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "code"], name="a_document_has_one_code_in_its_network"
            )
        ]

    def __str__(self) -> str:
        return str(self.name.get("de", self.code))


class Token(models.Model):
    """A state that one service produces and another requires, such as a registered address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="tokens")
    code = models.SlugField()
    name = models.JSONField(default=dict, help_text="text by language code")
    valid_after_days = models.PositiveSmallIntegerField(default=0)
    document = models.ForeignKey(
        Document, null=True, on_delete=models.SET_NULL, help_text="the paper that proves it"
    )

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "code"], name="a_token_has_one_code_in_its_network"
            )
        ]

    def __str__(self) -> str:
        return self.code


class Taxonomy(models.Model):
    """A list of terms that came with imported data (HSDS taxonomy)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="taxonomies")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    uri = models.URLField(max_length=500, blank=True)
    version = models.CharField(max_length=60, blank=True)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name_plural = "taxonomies"

    def __str__(self) -> str:
        return self.name


class TaxonomyTerm(models.Model):
    """A term that entries may carry (HSDS taxonomy_term)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="taxonomy_terms")
    taxonomy = models.ForeignKey(
        Taxonomy, null=True, on_delete=models.CASCADE, related_name="terms"
    )
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="children"
    )
    code = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    language = models.CharField(max_length=12, blank=True)
    uri = models.URLField(max_length=500, blank=True)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name
