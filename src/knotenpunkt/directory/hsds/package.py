"""HSDS as a tabular data package: one CSV file a table and a datapackage.json, in one zip."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

from knotenpunkt.directory.hsds.spec import VERSION, Bundle, Field, Row, empty_bundle, tables
from knotenpunkt.directory.spreadsheet.cells import from_safe_cell, safe_cell

MAX_UNPACKED_BYTES = 50_000_000


class BadPackage(ValueError):
    """The file is not a tabular data package that can be read."""


def write_package(bundle: Bundle) -> bytes:
    """Return the zip. Cells that a spreadsheet would run as a formula are escaped."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in tables().items():
            archive.writestr(f"{name}.csv", _csv_of(bundle.get(name, []), [*table.fields]))
        archive.writestr("datapackage.json", json.dumps(_datapackage(), indent=1))
    return memory.getvalue()


def _csv_of(rows: list[Row], columns: list[str]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: safe_cell(row.get(key)) for key in columns})
    return text.getvalue()


def _datapackage() -> dict[str, Any]:
    return {
        "name": "human_services_data",
        "title": "Human Services Data Specification",
        "version": VERSION,
        "profile": "tabular-data-package",
        "resources": [
            {
                "name": name,
                "path": f"{name}.csv",
                "description": table.description,
                "format": "csv",
                "mediatype": "text/csv",
                "profile": "tabular-data-resource",
                "schema": {
                    "primaryKey": "id",
                    "fields": [_field(it) for it in table.fields.values()],
                },
            }
            for name, table in tables().items()
        ],
    }


def _field(field: Field) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": field.is_required}
    if field.choices:
        constraints["enum"] = list(field.choices)
    kinds = {"uuid": "uuid", "uri": "uri", "email": "email"}
    described: dict[str, Any] = {
        "name": field.name,
        "type": field.kind,
        "constraints": constraints,
    }
    return {**described, **({"format": kinds[field.format]} if field.format in kinds else {})}


def read_package(content: bytes) -> Bundle:
    """Return the tables of the zip. Raises `BadPackage`; a zip bomb is refused unopened."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise BadPackage("this is not a zip file") from error
    if sum(it.file_size for it in archive.infolist()) > MAX_UNPACKED_BYTES:
        raise BadPackage("unpacked, the files are larger than 50 MB")
    bundle = empty_bundle()
    for info in archive.infolist():
        name = info.filename.rsplit("/", 1)[-1].removesuffix(".csv")
        if info.filename.endswith(".csv") and name in bundle:
            bundle[name] = _rows_of(archive.read(info), name)
    if not any(bundle.values()):
        raise BadPackage("there is no HSDS table in it")
    return bundle


def _rows_of(content: bytes, name: str) -> list[Row]:
    fields = tables()[name].fields
    # The schema lets these be empty but not missing, and CSV cannot tell one from the other.
    plain = {it.name for it in fields.values() if it.is_plain_need}
    try:
        lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), strict=True)
        return [
            {
                key: _value(fields.get(key), cell)
                for key, cell in line.items()
                if key and (cell or key in plain)
            }
            for line in lines
        ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadPackage(f"{name}.csv cannot be read: {error}") from error


def _value(field: Field | None, cell: str) -> Any:
    """Return a number where HSDS wants one and the cell holds one; else the text."""
    text = from_safe_cell(cell)
    if field is None or field.kind != "number":
        return text
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number
