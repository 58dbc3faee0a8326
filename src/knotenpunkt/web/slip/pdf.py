"""The slip as tagged PDF. Only our own static files can be embedded, never a path or a URL."""

from __future__ import annotations

import mimetypes
from functools import cache
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import Any

import segno
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from knotenpunkt.web.slip.view import Slip

# An address that nobody can have (RFC 2606): whatever is asked there is ours or refused.
OURS = "https://static.invalid/"

_one_at_a_time = Lock()


class Refused(ValueError):
    """A slip tried to load something that is not one of our static files."""


def slip_as_pdf(slip: Slip) -> bytes:
    """Return the PDF (PDF/UA-1) of a slip: one page a day, each with the QR code of the visit."""
    return pdf_of(render_to_string("slip/print.html", {"slip": slip, "qr": qr_code(slip.address)}))


def pdf_of(html: str) -> bytes:
    """Return a page in the style of the slips as PDF/UA-1."""
    document = _weasyprint().HTML(string=html, url_fetcher=_fetcher(), base_url=OURS)
    with _one_at_a_time:  # the fonts are shared, and their library is not made for threads
        style, fonts = _style()
        pdf = document.write_pdf(pdf_variant="pdf/ua-1", stylesheets=[style], font_config=fonts)
    return bytes(pdf)


def qr_code(address: str) -> str:
    """Return the QR code of an address as a data URI (SVG)."""
    return str(segno.make(address, error="m").svg_data_uri(scale=4, border=1))


def static_file(url: str) -> bytes:
    """Return one of our own fonts or styles by its address under `OURS`, or raise `Refused`."""
    name = url.removeprefix(OURS)
    if not url.startswith(OURS) or ".." in PurePosixPath(name).parts:
        raise Refused(url)
    path = finders.find(name)
    if not isinstance(path, str):
        raise Refused(url)
    return Path(path).read_bytes()


@cache
def _fetcher() -> Any:
    """Return what WeasyPrint asks for files: data in the page itself, or our static files."""
    urls = _weasyprint().urls

    class OnlyOurs(urls.URLFetcher):  # type: ignore[misc, name-defined]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            kind = mimetypes.guess_type(url)[0] or "application/octet-stream"
            return urls.URLFetcherResponse(url, static_file(url), {"Content-Type": kind})

    return OnlyOurs(allowed_protocols=["data"])


@cache
def _style() -> tuple[Any, Any]:
    """Return the style sheet and its fonts, unpacked once for all slips."""
    weasyprint = _weasyprint()
    fonts = weasyprint.text.fonts.FontConfiguration()
    address = f"{OURS}knotenpunkt/slip.css"
    style = weasyprint.CSS(url=address, url_fetcher=_fetcher(), font_config=fonts)
    return style, fonts


@cache
def _weasyprint() -> Any:
    import weasyprint.text.fonts  # noqa: PLC0415 - see below
    import weasyprint.urls  # noqa: PLC0415 - 1.4 s and 55 MB, needed by this page alone

    return weasyprint
