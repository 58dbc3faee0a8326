"""HSDS in documents (`GET /services/{id}`) and in tables: each from the other."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from knotenpunkt.directory.hsds.spec import Bundle, Child, Row, empty_bundle, tables

_SERVICES_OF_ORGANIZATION = Child("services", "services", "organization_id", is_many=True)
_SERVICE_OF_PLACE = Child("service", "services", "service_id", is_many=False)


class Nest:
    """A bundle, indexed so that each document is put together without searching."""

    def __init__(self, bundle: Bundle) -> None:
        self.rows = {
            name: {str(row["id"]): row for row in rows if row.get("id")}
            for name, rows in bundle.items()
        }
        self._children: dict[tuple[str, str], dict[str, list[Row]]] = {}
        for table in tables().values():
            for child in table.children:
                if child.is_many and (child.table, child.link) not in self._children:
                    self._children[child.table, child.link] = _by(bundle, child)
        self._children["services", "organization_id"] = _by(bundle, _SERVICES_OF_ORGANIZATION)

    def service(self, row_id: str) -> Row:
        """Return the full document of a service."""
        return self._document("services", self.rows["services"][row_id], frozenset())

    def organization(self, row_id: str) -> Row:
        """Return the full document of an organization with its services."""
        row = self.rows["organizations"][row_id]
        document = self._document("organizations", row, frozenset())
        services = self._children["services", "organization_id"].get(row_id, [])
        document["services"] = [
            self._document("services", it, frozenset({"organization"})) for it in services
        ]
        return document

    def service_at_location(self, row_id: str) -> Row:
        """Return the full document of a service at a location, with both."""
        row = self.rows["service_at_location"][row_id]
        document = self._document("service_at_location", row, frozenset())
        service = self.rows["services"].get(str(row.get("service_id")))
        if service:
            without = frozenset({"service_at_locations"})
            document["service"] = self._document("services", service, without)
        return document

    def taxonomy_term(self, row_id: str) -> Row:
        return self._document("taxonomy_terms", self.rows["taxonomy_terms"][row_id], frozenset())

    def _document(self, name: str, row: Row, without: frozenset[str]) -> Row:
        document: Row = dict(row)
        for child in tables()[name].children:
            if child.name in without:
                continue
            if child.is_many:
                found = self._children[child.table, child.link].get(str(row.get("id")), [])
                if found:
                    document[child.name] = [
                        self._document(child.table, it, frozenset()) for it in found
                    ]
            else:
                one = self.rows[child.table].get(str(row.get(child.link)))
                if one is not None:
                    document[child.name] = self._document(child.table, one, frozenset())
        return document


def _by(bundle: Bundle, child: Child) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in bundle.get(child.table, ()):
        if row.get(child.link):
            found[str(row[child.link])].append(row)
    return found


def in_tables(documents: dict[str, list[Any]]) -> Bundle:
    """Return nested documents (`{"services": [...], "organizations": [...]}`) as a bundle.

    What appears in several places (an organization in each of its services) becomes one row.
    """
    rows: dict[str, dict[str, Row]] = {name: {} for name in empty_bundle()}
    for name, found in documents.items():
        table = name if name in rows else {"service_at_locations": "service_at_location"}[name]
        for document in found:
            _flatten(table, document, rows)
    return {name: list(found.values()) for name, found in rows.items()}


def _flatten(name: str, document: Row, rows: dict[str, dict[str, Row]]) -> None:
    table = tables()[name]
    children = [*table.children]
    if name == "organizations":
        children.append(_SERVICES_OF_ORGANIZATION)
    if name == "service_at_location":
        children.append(_SERVICE_OF_PLACE)
    row = {key: value for key, value in document.items() if key in table.fields}
    for child in children:
        nested = document.get(child.name)
        if not nested:
            continue
        if child.is_many:
            for it in nested:
                _flatten(child.table, {child.link: document.get("id"), **it}, rows)
        else:
            row.setdefault(child.link, nested.get("id"))
            _flatten(child.table, nested, rows)
    key = str(document.get("id") or f"{name}/{len(rows[name])}")
    rows[name].setdefault(key, {}).update(row)
