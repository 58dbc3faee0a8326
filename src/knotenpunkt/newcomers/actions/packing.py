"""Papers that lie ready."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from knotenpunkt.newcomers.models import PackedDocument
from knotenpunkt.visits.models import Visit


@transaction.atomic
def pack_documents(*, visit: Visit, documents: Iterable[UUID]) -> None:
    """Let exactly these papers be ticked for the visit."""
    wanted = set(documents)
    kept = PackedDocument.objects.filter(visit=visit)
    kept.exclude(document_id__in=wanted).delete()
    PackedDocument.objects.bulk_create(
        [PackedDocument(visit=visit, document_id=document) for document in sorted(wanted)],
        ignore_conflicts=True,
    )
