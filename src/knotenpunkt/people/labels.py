"""Names of fields and kinds of rows in plain words, in the language that is active or German.

Data (`people/data/labels.toml`): what a table calls a column is no word for a person.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Field, Model
from django.utils.translation import get_language

FILE = Path(__file__).parent / "data" / "labels.toml"
LANGUAGES = ("de", "ar")  # in the order of the file


@cache
def _labels() -> dict[str, dict[str, list[str]]]:
    found: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {part: found[part] for part in ("fields", "kinds")}


def _in_language(texts: list[str]) -> str:
    language = (get_language() or "de")[:2]
    return texts[LANGUAGES.index(language)] if language in LANGUAGES else texts[0]


def label_of(field: Field[Any, Any]) -> str:
    """Return what a person calls this field. Raises KeyError if nobody has written it."""
    fields = _labels()["fields"]
    own = f"{field.model.__name__}.{field.name}"
    return _in_language(fields[own] if own in fields else fields[field.name])


def kind_of(model: type[Model]) -> str:
    """Return what a person calls rows of this model. Raises KeyError if nobody has written it."""
    return _in_language(_labels()["kinds"][model._meta.label])
