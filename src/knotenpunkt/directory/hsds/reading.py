"""HSDS from a file: a zip of CSV tables, tables as JSON, or nested documents as JSON."""

from __future__ import annotations

import json
from typing import Any

from knotenpunkt.directory.hsds.nesting import in_tables
from knotenpunkt.directory.hsds.package import BadPackage, read_package
from knotenpunkt.directory.hsds.spec import Bundle, Row, empty_bundle, tables


def read_bundle(name: str, content: bytes) -> Bundle:
    """Return what the file holds, by its name and look. Raises `BadPackage` (a ValueError)."""
    if name.lower().endswith(".zip") or content[:2] == b"PK":
        return read_package(content)
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BadPackage("this is neither a zip file nor JSON") from error
    return bundle_of(document)


def bundle_of(document: Any) -> Bundle:
    """Return JSON as a bundle: tables by name, lists of documents, one page, or one document."""
    if isinstance(document, dict) and isinstance(document.get("contents"), list):
        document = document["contents"]
    if isinstance(document, list):
        document = {"services": document}
    if isinstance(document, dict) and "id" in document and "name" in document:
        document = {"services" if "status" in document else "organizations": [document]}
    if not isinstance(document, dict):
        raise BadPackage("this is no HSDS document")
    lists: dict[str, list[Row]] = {}
    known = {*empty_bundle(), "service_at_locations"}
    for key, rows in document.items():
        table = str(key).removesuffix(".csv")
        if table in known and isinstance(rows, list):
            lists[table] = [row for row in rows if isinstance(row, dict)]
    if not any(lists.values()):
        raise BadPackage("there is no HSDS table in it")
    is_nested = any(
        isinstance(value, list | dict)
        for rows in lists.values()
        for row in rows
        for value in row.values()
    )
    return in_tables(lists) if is_nested else {name: lists.get(name, []) for name in tables()}
