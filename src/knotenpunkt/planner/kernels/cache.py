"""Compiled code is kept until any file of this folder changes, not only the one it starts in."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from numba.core.caching import CacheImpl, InTreeCacheLocator, UserWideCacheLocator

FOLDER = Path(__file__).parent


def stamp() -> str:
    """Return a digest of the source of all compiled functions."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


class _Here:
    """Answers only for functions of this folder, with the stamp of all of them."""

    def get_source_stamp(self) -> Any:
        return stamp()

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> Any:
        if Path(py_file).parent != FOLDER:
            return None
        return super().from_function(py_func, py_file)  # type: ignore[misc]


class BesideTheSource(_Here, InTreeCacheLocator):
    """In `__pycache__`, where it can be written."""


class OfTheUser(_Here, UserWideCacheLocator):
    """In the user's cache otherwise."""


if BesideTheSource not in CacheImpl._locator_classes:
    CacheImpl._locator_classes[:0] = [BesideTheSource, OfTheUser]
