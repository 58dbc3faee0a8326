"""Who may open a page. Every view says so; the architecture test refuses one that does not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import activate, get_language

from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account
from knotenpunkt.visits.queries import BLIND_ROLES, organization_of

View = Callable[..., HttpResponse]
CASE_ROLES: frozenset[str] = frozenset(set(Role) - BLIND_ROLES - {Role.READER, Role.FRONT_DESK})
EVERYONE: frozenset[str] = frozenset(Role)
DESK_ROLES: frozenset[str] = EVERYONE - BLIND_ROLES  # may check in
GIVING_ROLES: frozenset[str] = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR})
FIGURE_ROLES: frozenset[str] = frozenset({Role.MANAGER, Role.COORDINATOR, Role.LEAD})


class DeskRequest(HttpRequest):
    """A request of a signed-in staff member."""

    user: Account


def staff(*, roles: frozenset[str]) -> Callable[[View], View]:
    """Let signed-in staff members with one of these roles in; others get 403.

    The page is in one language as a whole: German where the chosen one has no texts for staff.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        @login_required
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if organization_of(request.user) is None:
                raise PermissionDenied
            if request.user.staff_member.role not in roles:  # type: ignore[union-attr]
                raise PermissionDenied
            speak_a_desk_language(request)
            return view(request, *args, **kwargs)

        guarded.may_open = roles  # type: ignore[attr-defined]
        return guarded

    return decorate


def speak_a_desk_language(request: HttpRequest) -> None:
    """Answer this request in German if the chosen language has no texts for staff.

    The choice itself is kept, so pages for newcomers stay in it. Nothing is put back here: the
    locale middleware chooses anew for each request, and an error page follows the same language.
    """
    if (get_language() or settings.LANGUAGE_CODE)[:2] not in settings.DESK_LANGUAGES:
        activate(settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = settings.LANGUAGE_CODE


def is_at_desk(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Return whether this is a signed-in staff member who may check people in."""
    return (
        isinstance(user, Account)
        and organization_of(user) is not None
        and user.staff_member.role in DESK_ROLES
    )


def anyone(view: View) -> View:
    """Let everyone in: a public page."""
    view.may_open = "anyone"  # type: ignore[attr-defined]
    return view


def keepable(view: View) -> View:
    """A public page about houses, services and topics alone: a browser may keep it."""
    view.may_be_kept = True  # type: ignore[attr-defined]
    return view
