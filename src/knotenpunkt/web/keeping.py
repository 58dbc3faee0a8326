"""Nothing about a person stays in a browser or on the way: an answer is kept by nobody (N02)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

OPEN_DATA = "hsds"  # the public directory for machines


class KeptNowhereMiddleware:
    """Answer with `no-store`: what a withdrawal has ended must not live on in a memory.

    A page that names nobody says so itself (`access.keepable`) and may be kept by a guest's
    browser; it names who signed in, so never by that of an account.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not may_be_kept(request) or _is_signed_in(request):
            add_never_cache_headers(response)
        return response


def may_be_kept(request: HttpRequest) -> bool:
    """Return whether the answer speaks of houses and services alone."""
    found = request.resolver_match
    if found is None:  # nothing is there
        return False
    return found.namespace == OPEN_DATA or getattr(found.func, "may_be_kept", False)


def _is_signed_in(request: HttpRequest) -> bool:
    is_known = settings.SESSION_COOKIE_NAME in request.COOKIES  # else leave cookies alone
    return is_known and request.user.is_authenticated
