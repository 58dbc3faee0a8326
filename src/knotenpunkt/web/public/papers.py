"""The papers of a visit: each once, and whether she gets it on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from knotenpunkt.directory.models import Document, RequiredDocument, Token


@dataclass(frozen=True)
class Paper:
    """One paper to bring. `is_received`: an earlier appointment of the visit gives it to her."""

    document: Document
    is_received: bool


def papers_of(services: Iterable[UUID]) -> list[Paper]:
    """Return the papers of these services, in order of time, each once; two queries."""
    order = {service: position for position, service in enumerate(services)}
    rows = RequiredDocument.objects.filter(service__in=order).select_related("document")
    given = _given(order)
    first: dict[UUID, tuple[int, Document]] = {}
    for row in sorted(rows, key=lambda it: (order[it.service_id], it.position)):
        first.setdefault(row.document_id, (order[row.service_id], row.document))
    return [
        Paper(document, given.get(document.id, len(order)) < needed_at)
        for needed_at, document in first.values()
    ]


def _given(order: dict[UUID, int]) -> dict[UUID, int]:
    """Return for each paper the position of the first appointment that gives it at once."""
    tokens = Token.objects.filter(
        produced_by__in=order, document__isnull=False, valid_after_days=0
    ).prefetch_related("produced_by")
    return {
        token.document_id: min(order[it.id] for it in token.produced_by.all() if it.id in order)
        for token in tokens
        if token.document_id
    }
