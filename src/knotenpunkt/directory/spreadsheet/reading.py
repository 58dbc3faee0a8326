"""A partner's table (xlsx, ods, csv) as rows of text. Formulas are read as values, never run."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineWorkbook

from knotenpunkt.directory.spreadsheet.cells import from_safe_cell

MAX_BYTES = 50_000_000
MAX_UNPACKED_BYTES = 200_000_000
MAX_ROWS = 5_000
LONGEST_CELL = 4_000


class UnreadableTable(ValueError):
    """The file cannot be a partner's table; `reason` is a stable word (see web forms)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Table:
    """The first sheet: its header, and each further row with its number in the file."""

    header: list[str]
    rows: list[tuple[int, list[str]]]


def read_table(name: str, content: bytes) -> Table:
    """Return the table. Raises `UnreadableTable` before anything large is unpacked or parsed."""
    if len(content) > MAX_BYTES:
        raise UnreadableTable("too_large")
    suffix = name.lower().rsplit(".", 1)[-1]
    if suffix == "csv":
        lines = _csv_lines(content)
    elif suffix in {"xlsx", "ods"}:
        lines = _sheet_lines(content)
    else:
        raise UnreadableTable("unknown_kind")
    if not lines:
        raise UnreadableTable("empty")
    numbered = [(number, line) for number, line in enumerate(lines[1:], start=2) if any(line)]
    return Table([cell.strip() for cell in lines[0]], numbered)


def _csv_lines(content: bytes) -> list[list[str]]:
    if content.count(b"\n") > MAX_ROWS:
        raise UnreadableTable("too_many_rows")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise UnreadableTable("not_a_table")
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    try:
        return [
            [_cell(cell) for cell in line]
            for line in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
        ]
    except csv.Error as error:
        raise UnreadableTable("not_a_table") from error


def _sheet_lines(content: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(it.file_size for it in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise UnreadableTable("too_large")
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
    except (zipfile.BadZipFile, CalamineError, IndexError) as error:
        raise UnreadableTable("not_a_table") from error
    if sheet.total_height > MAX_ROWS + 1:
        raise UnreadableTable("too_many_rows")
    return [[_cell(_plain(cell)) for cell in line] for line in sheet.to_python()]


def _plain(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _cell(text: str) -> str:
    return from_safe_cell(text.strip())[:LONGEST_CELL]
