"""Every request runs under its viewer; one that only reads runs in one transaction."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from knotenpunkt.foundation.scope import NOBODY, Viewer, viewer_scope

READS = frozenset({"GET", "HEAD"})


def viewer_of(account: object) -> Viewer:
    """Return the viewer behind an account; nobody if it belongs to no staff member at work."""
    staff_member = getattr(account, "staff_member", None) if account else None
    if staff_member is None or staff_member.left_on is not None:
        return NOBODY
    return Viewer(
        kind="staff",
        staff_member=staff_member.pk,
        organization=staff_member.organization_id,
        role=staff_member.role,
    )


class ScopeMiddleware:
    """Tell the database who is looking, around everything that answers the request.

    A staff member's read and its entry in the read log share a transaction, so an answer never
    leaves without its entry. Requests that change something keep the transactions of their
    actions, so that locks are short.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_known = settings.SESSION_COOKIE_NAME in request.COOKIES  # else leave cookies alone
        account = request.user if is_known and request.user.is_authenticated else None
        with viewer_scope(viewer_of(account)):
            if account is None or request.method not in READS:
                return self.get_response(request)
            with transaction.atomic():
                response = self.get_response(request)
                if response.status_code >= 500:
                    transaction.set_rollback(True)
                return response
