"""Stable identifiers: the same region file always yields the same rows."""

from __future__ import annotations

import uuid

_NAMESPACE = uuid.UUID("6f1f2a0e-1f0b-5b52-9a53-6b6f74656e70")


def stable_id(*parts: object) -> uuid.UUID:
    """Return the UUID that belongs to these parts, today and after every reload."""
    return uuid.uuid5(_NAMESPACE, "/".join(str(part) for part in parts))
