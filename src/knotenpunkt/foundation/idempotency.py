"""A retry gets the answer of the first try; key, fingerprint and answer live in its transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction

from knotenpunkt.foundation.actions import keep_answer
from knotenpunkt.foundation.models import IdempotencyRecord

LOCK_TIMEOUT = "55P03"


class InProgress(Exception):
    """The first request with this key is still being answered (RFC draft: 409)."""


class KeyReused(Exception):
    """The key was used before for another request (RFC draft: 422)."""


@dataclass(frozen=True)
class Answer:
    """A status code and a JSON body."""

    status_code: int
    body: dict[str, Any]


def fingerprint(*parts: Any) -> str:
    """Return the SHA-256 of the request, however its JSON was spaced or ordered."""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _wait_for(name: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) == LOCK_TIMEOUT:
            raise InProgress from error
        raise


@transaction.atomic
def once(*, scope: str, key: str, request: str, do: Callable[[], Answer]) -> Answer:
    """Do it, or return what it answered before. Raises `KeyReused`.

    A second request with the same key waits for the first, at most as long as `lock_timeout`
    allows, then it is `InProgress`; errors roll everything back, the key included, so that the
    same key may try again.
    """
    _wait_for(f"{scope}/{key}")
    known = IdempotencyRecord.objects.filter(scope=scope, key=key).first()
    if known is not None:
        if known.fingerprint != request:
            raise KeyReused
        return Answer(known.status_code, json.loads(known.answer))
    answer = do()
    keep_answer(
        scope=scope, key=key, request=request, status_code=answer.status_code, body=answer.body
    )
    return answer
