"""Tables that are too large are refused before they cost anything; cells never become code."""

from __future__ import annotations

import io
import zipfile

import pytest

from knotenpunkt.directory.spreadsheet import reading
from knotenpunkt.directory.spreadsheet.cells import from_safe_cell, safe_cell
from knotenpunkt.directory.spreadsheet.columns import parsed
from knotenpunkt.directory.spreadsheet.reading import MAX_BYTES, UnreadableTable, read_table

HEADER = b"Angebot;Ort;Adresse;Dauer in Minuten\n"


def refused(name: str, content: bytes) -> str:
    with pytest.raises(UnreadableTable) as caught:
        read_table(name, content)
    return caught.value.reason


def test_fifty_megabytes_are_refused_unread() -> None:
    assert refused("a.csv", b"x" * (MAX_BYTES + 1)) == "too_large"


def test_a_million_rows_are_refused_before_one_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading.csv, "reader", None)  # parsing would fail

    assert refused("a.csv", HEADER + b";\n" * 1_000_000) == "too_many_rows"


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "MAX_UNPACKED_BYTES", 1_000_000)
    monkeypatch.setattr(reading, "CalamineWorkbook", None)  # opening would fail
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 1_000_001)

    assert len(packed.getvalue()) < 10_000
    assert refused("a.xlsx", packed.getvalue()) == "too_large"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [("a.pdf", b"x", "unknown_kind"), ("a.xlsx", b"no zip", "not_a_table"),
     ("a.csv", b"", "empty"), ("a.csv", b"a\0b", "not_a_table")],
)  # fmt: skip
def test_what_is_no_table_is_said(name: str, content: bytes, reason: str) -> None:
    assert refused(name, content) == reason


@pytest.mark.parametrize("cell", ["=1+1", "+49 5555", "-3+cmd", "@SUM(A1)", "\tx", "'=x", "plain"])
def test_a_cell_is_exported_as_text_and_comes_back(cell: str) -> None:
    written = safe_cell(cell)

    assert not written.startswith(("=", "+", "-", "@", "\t"))
    assert from_safe_cell(written) == cell


def test_a_formula_stays_the_text_it_is() -> None:
    table = read_table("a.csv", HEADER + b'"=HYPERLINK(""x"")";Haus;Weg 1, 50000 Ort;30\n')
    rows, faults = parsed(table)

    assert faults == []
    assert rows[0]["name"] == '=HYPERLINK("x")'


def test_every_fault_names_its_row_and_column() -> None:
    table = read_table("a.csv", HEADER + b"Rat;Haus;Weg 1, 50000 Ort;bald\n;Haus;;30\n")
    _rows, faults = parsed(table)

    assert [(it.row, it.column) for it in faults] == [
        (2, "Dauer in Minuten"), (3, "Angebot"), (3, "Adresse"),
    ]  # fmt: skip
