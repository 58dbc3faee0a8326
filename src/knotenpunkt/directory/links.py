"""Links out of the product and links into it: pages of partners, and signed ways to answer."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import httpx
from django.core import signing

from knotenpunkt.directory.models import ConfirmationRequest

SALT = "directory.confirm"
MAX_AGE_SECONDS = 60 * 24 * 3600
MOST_REDIRECTS = 3


def confirmation_path(request: ConfirmationRequest) -> str:
    """Return the address of the page on which its owner answers."""
    return f"/confirm/{signing.dumps(str(request.id), salt=SALT)}/"


def request_of(token: str) -> ConfirmationRequest | None:
    """Return the request of a signed link of the last sixty days, or None."""
    try:
        found = UUID(signing.loads(token, salt=SALT, max_age=MAX_AGE_SECONDS))
    except (signing.BadSignature, ValueError):
        return None
    return (
        ConfirmationRequest.objects.select_related("organization__network").filter(pk=found).first()
    )


def is_public_address(url: str) -> bool:
    """Return whether every address of the host lies outside private and local networks."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return False
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, proto=socket.IPPROTO_TCP)
    except (OSError, ValueError):
        return False
    return bool(found) and all(ipaddress.ip_address(it[4][0]).is_global for it in found)


def check_link(url: str, *, client: httpx.Client, may_fetch: Callable[[str], bool]) -> bool:
    """Return whether the page answers; follows three redirects, each checked like the first."""
    for _ in range(MOST_REDIRECTS + 1):
        if not may_fetch(url):
            return False
        try:
            with client.stream("GET", url, follow_redirects=False) as answer:
                if not answer.is_redirect:
                    return answer.status_code < 400
                url = urljoin(url, answer.headers.get("location", ""))
        except (httpx.HTTPError, httpx.InvalidURL):
            return False
    return False
