"""Writing many rows that may be there already."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from django.db import models

from knotenpunkt.foundation.ids import stable_id
from knotenpunkt.network.models import Network

Row = TypeVar("Row", bound=models.Model)


def put(model: type[Row], rows: Iterable[Row]) -> list[Row]:
    """Insert the rows, or bring those with the same id up to date."""
    rows = list(rows)
    fields = [
        field.name
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.auto_created
    ]
    return model._default_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=fields
    )


def put_links(through: type[models.Model], links: Iterable[dict[str, UUID]]) -> None:
    """Insert rows of a many-to-many table that are not there yet."""
    through._default_manager.bulk_create([through(**link) for link in links], ignore_conflicts=True)


def row_id(network: Network, kind: str, code: str) -> UUID:
    """Return the id that this entity of this network always has."""
    return stable_id(network.code, kind, code)
