"""Whom the API knows: a token acts for one account, with the rights of its role."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja.errors import HttpError
from ninja.security import HttpBearer

from knotenpunkt.foundation.scope import look_as
from knotenpunkt.network.models import Account, Location, Network
from knotenpunkt.network.queries import account_of_token
from knotenpunkt.people.actions import log_read
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.visits.queries import organization_of
from knotenpunkt.web.access import EVERYONE
from knotenpunkt.web.api import schemas
from knotenpunkt.web.scope import viewer_of

PER_PAGE = 20
REFUSALS = dict.fromkeys((401, 403, 404, 409, 422, 503), schemas.Problem)


class TokenAuth(HttpBearer):
    """`Authorization: Bearer kp_...`; another role than these gets 403."""

    def __init__(self, roles: frozenset[str] = EVERYONE) -> None:
        super().__init__()
        self.roles = roles

    def authenticate(self, request: HttpRequest, token: str) -> Account | None:
        account = account_of_token(token)
        if account is None or organization_of(account) is None:
            return None
        if account.staff_member.role not in self.roles:
            raise HttpError(403, "This is not for your role")
        look_as(viewer_of(account))
        return account


def account_of(request: HttpRequest) -> Account:
    """Return the account for which the token acts."""
    return request.auth  # type: ignore[attr-defined, no-any-return]


def network_of(request: HttpRequest) -> Network:
    """Return the network in which it acts."""
    return account_of(request).staff_member.organization.network


def location_of(request: HttpRequest, location_id: UUID) -> Location:
    """Return a place of the network; 404 otherwise."""
    return get_object_or_404(Location, pk=location_id, network=network_of(request))


def person_of(request: HttpRequest, person_id: UUID, what: str = "api") -> Person:
    """Return a person the account may see, and write down that it has; 404 otherwise."""
    found = persons_visible_to(account_of(request)).select_related("network")
    person = get_object_or_404(found, pk=person_id)
    note_look(request, [person], what)
    return person


def note_look(request: HttpRequest, persons: list[Person], what: str) -> None:
    """Write down who is looked at, before the answer is made."""
    with transaction.atomic():
        log_read(persons=persons, by=account_of(request), what=what)


def page_of(rows: Any, number: int) -> tuple[list[Any], dict[str, int]]:
    """Return the rows of a page (from 1) and what the answer says about pages."""
    paginator = Paginator(rows, PER_PAGE)
    found = list(paginator.page(number)) if number <= paginator.num_pages else []
    return found, {"page": number, "pages": paginator.num_pages, "total": paginator.count}
