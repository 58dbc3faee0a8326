"""Bytes that lie in the database encrypted: a copy of the tables alone opens no signed sheet.

Fernet (AES-128 in CBC with HMAC-SHA256, from `cryptography`), with the first of `SCAN_KEYS`; older
keys still open what they sealed, until `knotenpunkt scans seal` has sealed it anew.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

BEGINS = b"gAAAA"  # every Fernet token does; no PDF, JPEG or PNG


def seals() -> MultiFernet:
    """Return what seals with the first key and opens with each. Without keys: one of the secret."""
    secret = hashlib.sha256(b"knotenpunkt scans" + settings.SECRET_KEY.encode()).digest()
    keys = [*settings.SCAN_KEYS, base64.urlsafe_b64encode(secret).decode()]
    return MultiFernet([Fernet(key) for key in keys])


class SealedBinaryField(models.BinaryField):  # type: ignore[type-arg]
    """Sealed on its way into the database, opened on its way out. Cannot be searched."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        sealed = None if value is None else seals().encrypt(bytes(value))
        return super().get_db_prep_value(sealed, connection, prepared)

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> bytes | None:
        """Open it; what was kept before there were keys is returned as it is."""
        if value is None or not bytes(value).startswith(BEGINS):
            return value if value is None else bytes(value)
        try:
            return seals().decrypt(bytes(value))
        except InvalidToken as error:
            cure = "add the key that sealed this scan to the end of the list"
            raise ImproperlyConfigured(f"SCAN_KEYS: {cure}") from error
