"""Which files may be kept as the scan of a signed sheet: small, and of three kinds."""

from __future__ import annotations

MOST_BYTES = 5 * 1024 * 1024
# What a file of this kind begins with; the name and what a browser says of it prove nothing.
BEGINNINGS = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}


def kind_of_scan(content: bytes) -> str | None:
    """Return the media type by the first bytes, or None for what is not kept."""
    return next((it for start, it in BEGINNINGS.items() if content.startswith(start)), None)


def is_scan(content: bytes) -> bool:
    """Return whether this may be kept as a scan."""
    return len(content) <= MOST_BYTES and kind_of_scan(content) is not None
