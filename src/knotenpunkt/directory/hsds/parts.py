"""Which rows of a bundle are no entities, and whose they are."""

from __future__ import annotations

from collections import defaultdict

from knotenpunkt.directory.hsds.spec import ENTITIES, OWNERS, Bundle, Row


def parts_by_owner(bundle: Bundle) -> dict[tuple[str, str], dict[str, list[Row]]]:
    """Return the rows that are no entities, by the entity they belong to."""
    table_of = {row["id"]: name for name, rows in bundle.items() for row in rows}
    rows = {row["id"]: row for name in bundle for row in bundle[name]}
    parts: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for name, found in bundle.items():
        if name in ENTITIES:
            continue
        for row in found:
            owner = _owner(row, table_of, rows, depth=4)
            if owner:
                parts[owner][name].append(row)
    return {owner: dict(found) for owner, found in parts.items()}


def _owner(
    row: Row, table_of: dict[str, str], rows: dict[str, Row], depth: int
) -> tuple[str, str] | None:
    for column, _table in OWNERS:
        target = row.get(column)
        table = table_of.get(str(target))
        if table in ENTITIES:
            return table, str(target)
        if table and depth:
            return _owner(rows[str(target)], table_of, rows, depth - 1)
    return None
