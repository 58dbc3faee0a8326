"""Compiled code is kept until any file of its area changes, not only the one it starts in."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from numba.core.caching import CacheImpl, InTreeCacheLocator, UserWideCacheLocator

FOLDER = Path(__file__).parent
COHORT = FOLDER.parent / "cohort"


def stamp(area: Path | None = None) -> str:
    """Return a digest of the source of all compiled functions of an area (this folder)."""
    digest = hashlib.sha256()
    pattern = "*/*.py" if area == COHORT else "*.py"
    for path in sorted((area or FOLDER).glob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _area_of(py_file: str) -> Path | None:
    return next((area for area in (FOLDER, COHORT) if area in Path(py_file).parents), None)


class _Here:
    """Answers only for functions of an area, with the stamp of all of them."""

    _py_file: str

    def get_source_stamp(self) -> Any:
        return stamp(_area_of(self._py_file))

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> Any:
        if _area_of(py_file) is None:
            return None
        return super().from_function(py_func, py_file)  # type: ignore[misc]


class BesideTheSource(_Here, InTreeCacheLocator):
    """In `__pycache__`, where it can be written."""


class OfTheUser(_Here, UserWideCacheLocator):
    """In the user's cache otherwise."""


if BesideTheSource not in CacheImpl._locator_classes:
    CacheImpl._locator_classes[:0] = [BesideTheSource, OfTheUser]
