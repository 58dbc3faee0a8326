"""What HSDS 3.0 says of its tables, read from the published schemas beside this file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).parent / "schemas"
VERSION = "3.0"
Row = dict[str, Any]
Bundle = dict[str, list[Row]]


@dataclass(frozen=True)
class Field:
    """A column: `kind` is string or number; `format` uuid, uri, email, date-time or empty."""

    name: str
    kind: str
    format: str
    choices: tuple[str, ...]
    is_required: bool

    @property
    def is_plain_need(self) -> bool:
        """Return whether this is a needed text of no special form."""
        is_text = self.kind == "string" and not self.format and not self.choices
        return self.is_required and is_text and not self.name.endswith("_id")


@dataclass(frozen=True)
class Child:
    """Rows of another table that nest under a property of this one.

    With `is_many` the child's `link` names this row; otherwise this row's `link` names the child.
    """

    name: str
    table: str
    link: str
    is_many: bool


@dataclass(frozen=True)
class Table:
    """A table: `singular` is the name of its schema, `name` the stem of its file."""

    singular: str
    name: str
    description: str
    fields: dict[str, Field]
    children: tuple[Child, ...]


def _link_of(singular: str, prop: str, child: str, *, is_many: bool) -> str:
    """Return the column that ties parent and child together."""
    if not is_many:
        return {"taxonomy_detail": "taxonomy_id"}.get(prop, f"{prop}_id")
    return {"attribute": "link_id", "metadata": "resource_id"}.get(child, f"{singular}_id")


@cache
def tables() -> dict[str, Table]:
    """Return every table of HSDS by the stem of its file, `service_at_location` and all."""
    documents = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(SCHEMAS.glob("*.json"))
    }
    names = {singular: Path(it["path"]).stem for singular, it in documents.items()}
    return {names[singular]: _table(it, names) for singular, it in documents.items()}


def _table(document: dict[str, Any], names: dict[str, str]) -> Table:
    required = {*document["required"], *document.get("tabular_required", ())}
    fields, children = {}, []
    for name, it in document["properties"].items():
        reference = (it.get("items") or it).get("$ref")
        if reference:
            child, is_many = Path(reference).stem, "items" in it
            link = _link_of(document["name"], name, child, is_many=is_many)
            children.append(Child(name, names[child], link, is_many))
        else:
            fields[name] = Field(
                name,
                it.get("type", "string"),
                it.get("format", ""),
                tuple(it.get("enum", ())),
                name in required,
            )
    return Table(
        document["name"],
        names[document["name"]],
        document["description"],
        fields,
        tuple(children),
    )


# Tables whose rows are entities of their own; all others are parts of one of these.
ENTITIES = (
    "organizations",
    "locations",
    "programs",
    "taxonomies",
    "taxonomy_terms",
    "services",
    "service_at_location",
)
# Where a part belongs when it names several owners: the first of these columns that is filled.
OWNERS: tuple[tuple[str, str], ...] = (
    ("service_at_location_id", "service_at_location"),
    ("service_id", "services"),
    ("location_id", "locations"),
    ("organization_id", "organizations"),
    ("contact_id", "contacts"),
    ("phone_id", "phones"),
    ("link_id", ""),
    ("resource_id", ""),
)


def empty_bundle() -> Bundle:
    return {name: [] for name in tables()}


def tidy(bundle: Bundle) -> Bundle:
    """Return the bundle without empty values and columns HSDS does not know, sorted by id.

    A needed text that is missing becomes an empty one, as in CSV, where they are the same.
    """
    clean = empty_bundle()
    for name, table in tables().items():
        if not bundle.get(name):
            continue
        needed = {key: "" for key, field in table.fields.items() if field.is_plain_need}
        for row in bundle[name]:
            clean[name].append(
                needed
                | {
                    key: _tidy_value(field, row[key])
                    for key, field in table.fields.items()
                    if row.get(key) is not None and (row[key] != "" or field.is_required)
                }
            )
        clean[name].sort(key=lambda row: str(row.get("id", "")))
    return clean


def _tidy_value(field: Field, value: Any) -> Any:
    """Return an identifier that came as a number as the text it is."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number and field.kind == "string" else value


def links_of(table: Table) -> Iterator[tuple[str, str]]:
    """Yield (column, table it points at) of the references HSDS itself defines."""
    targets = {it.singular: it.name for it in tables().values()}
    for name in table.fields:
        singular = {"parent_organization_id": "organization"}.get(name, name.removesuffix("_id"))
        if name == "parent_id":
            yield name, "taxonomy_terms"
        elif name.endswith("_id") and singular in targets:
            yield name, targets[singular]
