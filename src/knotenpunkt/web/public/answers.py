"""What a newcomer has answered so far. It lives in her session alone: no person is stored.

The session ends two hours after the last page, or when she deletes it. Names and numbers are
never in it, and nothing of it is ever in an address.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, QueryDict
from pydantic import BaseModel, ConfigDict, ValidationError

from knotenpunkt.directory.enums import ServiceStatus
from knotenpunkt.directory.models import Service
from knotenpunkt.directory.queries import services_public
from knotenpunkt.network.models import Network

KEY = "answers"
KEPT_SECONDS = 2 * 3600
# The talk that finds out what someone needs is the service that gives this state.
CLEARED = "needs_assessed"
SWITCHES = ("shorter", "later", "woman", "school", "one_day", "long")


class Answers(BaseModel):
    """The three questions, what she has already, and what she wished on the page of proposals."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    is_placed: bool = False
    municipality: str = ""
    is_accompanied: bool = False
    companions: frozenset[str] = frozenset()
    fetch_at: dt.time | None = None
    language: str = ""
    speaks_german: bool = False
    topics: tuple[str, ...] = ()
    needs: tuple[UUID, ...] = ()
    held_tokens: frozenset[UUID] = frozenset()
    switches: frozenset[str] = frozenset()
    first_day: dt.date | None = None
    packed: frozenset[UUID] = frozenset()
    plan: str = ""
    key: str = ""
    changes: UUID | None = None  # the visit for which another time is sought
    seen_version: int = 0  # of that visit, when she asked


def read_answers(request: HttpRequest) -> Answers:
    """Return the answers of this session; none when there are none, or they are of old."""
    try:
        return Answers.model_validate(request.session.get(KEY, {}))
    except ValidationError:
        return Answers()


def keep_answers(request: HttpRequest, answers: Answers, **changed: Any) -> Answers:
    """Keep the answers, changed in these fields, in the session."""
    kept = Answers.model_validate(answers.model_dump() | changed)
    request.session[KEY] = kept.model_dump(mode="json")
    if not request.user.is_authenticated:
        request.session.set_expiry(KEPT_SECONDS)
    return kept


def forget_answers(request: HttpRequest) -> None:
    """Delete everything this browser has told us."""
    if request.user.is_authenticated:
        request.session.pop(KEY, None)
    else:
        request.session.flush()


def public_network() -> Network:
    """Return the network this installation serves. Raises `Http404` before one is loaded."""
    network = Network.objects.order_by("code").first()
    if network is None:
        raise Http404
    return network


def offered_services(network: Network, answers: Answers | None = None) -> Any:
    """Return the services anyone may ask for here: confirmed within a year, and not paused.

    With answers, those for where she lives: a service with areas (HSDS `service_areas`, by name)
    is for people of these municipalities alone, and one without is for everyone.
    """
    found = services_public(network).filter(status=ServiceStatus.VERIFIED)
    if answers is not None and answers.is_placed:
        found = found.filter(_for_place(network, answers.municipality))
    return found.order_by("topic__position", "code")


def _for_place(network: Network, municipality: str) -> Q:
    """Return the condition for services that serve a municipality; an empty code is elsewhere."""
    for_all = Q(details__service_areas__isnull=True) | Q(details__service_areas=[])
    place = network.municipalities.filter(code=municipality).first()
    if place is None:
        return for_all
    return for_all | Q(details__service_areas__contains=[{"name": place.name}])


def clearing_talk(network: Network) -> Service:
    """Return the talk in which someone finds out with her what she needs.

    Raises `Http404` if the network has no such service: then there is nothing to plan at all.
    """
    found = offered_services(network)
    talk = found.filter(produces__code=CLEARED).first() or found.first()
    if talk is None:
        raise Http404
    return talk  # type: ignore[no-any-return]


def without(values: Iterable[UUID], *left_out: UUID) -> tuple[UUID, ...]:
    """Return the values but these, in their order, each once."""
    return tuple(value for value in dict.fromkeys(values) if value not in left_out)


def sent(request: HttpRequest) -> QueryDict | None:
    """Return what a form sent, even if it is empty; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None
