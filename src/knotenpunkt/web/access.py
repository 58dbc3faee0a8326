"""Who may open a page. Every view says so; the architecture test refuses one that does not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account
from knotenpunkt.visits.queries import BLIND_ROLES, organization_of

View = Callable[..., HttpResponse]
CASE_ROLES: frozenset[str] = frozenset(set(Role) - BLIND_ROLES - {Role.READER, Role.FRONT_DESK})
EVERYONE: frozenset[str] = frozenset(Role)
DESK_ROLES: frozenset[str] = EVERYONE - BLIND_ROLES  # may check in
FIGURE_ROLES: frozenset[str] = frozenset({Role.MANAGER, Role.COORDINATOR, Role.LEAD})


class DeskRequest(HttpRequest):
    """A request of a signed-in staff member."""

    user: Account


def staff(*, roles: frozenset[str]) -> Callable[[View], View]:
    """Let signed-in staff members with one of these roles in; others get 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        @login_required
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if organization_of(request.user) is None:
                raise PermissionDenied
            if request.user.staff_member.role not in roles:  # type: ignore[union-attr]
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.may_open = roles  # type: ignore[attr-defined]
        return guarded

    return decorate


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
