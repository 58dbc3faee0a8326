"""Cells that no spreadsheet runs as a formula (OWASP, CSV injection)."""

from __future__ import annotations

from typing import Any

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: Any) -> str:
    """Return the text of a cell; an apostrophe keeps a formula from being one.

    Numbers stay numbers: -3.5 is harmless, -3+cmd is not.
    """
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return f"'{text}" if text.startswith((*DANGEROUS, "'")) else text


def from_safe_cell(text: str) -> str:
    """Return what `safe_cell` was given."""
    if text.startswith("'") and text[1:].startswith((*DANGEROUS, "'")):
        return text[1:]
    return text
