"""One step in the life of something shared, allowed by the tables in `enums`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from knotenpunkt.casework.errors import IllegalStep


def step(subject: Any, table: Mapping[str, frozenset[str]], new: str, *changed: str) -> bool:
    """Move the row on and save it with the other changed fields; False if it is there already.

    Raises `IllegalStep`.
    """
    if subject.status == new:
        return False
    if new not in table.get(subject.status, frozenset()):
        raise IllegalStep(subject._meta.model_name, subject.pk, subject.status, new)
    subject.status = new
    subject.save(update_fields=["status", *changed])
    return True
