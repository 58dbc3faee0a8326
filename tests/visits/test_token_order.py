"""Tokens order needs; where several needs bring the same token, any one of them suffices."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from knotenpunkt.planner import AnyFirst, Precedence
from knotenpunkt.visits.planning.catalogue import Catalogue
from knotenpunkt.visits.planning.translation import Missing, TokenOrder, token_order
from knotenpunkt.visits.planning.wish import VisitWish

ADDRESS = UUID(int=100)
FIRST, SECOND, LAST = (UUID(int=n) for n in range(3))


def catalogue(produces: dict[UUID, int]) -> Catalogue:
    """Return a catalogue whose last service requires the address; `produces` brings it, in days."""
    services: list[Any] = [SimpleNamespace(id=it) for it in (FIRST, SECOND, LAST)]
    return Catalogue(
        services=services,
        staff={},
        sessions={},
        places={},
        requires={FIRST: set(), SECOND: set(), LAST: {ADDRESS}},
        produces={
            it.id: {ADDRESS: produces[it.id]} if it.id in produces else {} for it in services
        },
        locations=[],
        travel={},
        interpreters=[],
    )


def wish(**changes: Any) -> VisitWish:
    day = dt.date(2027, 1, 4)
    network: Any = None
    return VisitWish(network, (FIRST, SECOND, LAST), day, day, **changes)


def test_who_brings_what_another_needs_comes_first() -> None:
    order = token_order(wish(), catalogue({FIRST: 2}))

    assert order == TokenOrder((Precedence(0, 2, 0, 2),), (), ())


def test_of_several_who_bring_it_any_one_suffices() -> None:
    order = token_order(wish(), catalogue({FIRST: 2, SECOND: 0}))

    choice = AnyFirst((Precedence(0, 2, 0, 2), Precedence(1, 2, 0, 0)))
    assert order == TokenOrder((), (choice,), ())


def test_what_nobody_brings_is_missing_unless_it_is_held() -> None:
    without = catalogue({})

    assert token_order(wish(), without).missing == (Missing(LAST, ADDRESS),)
    assert token_order(wish(held_tokens=frozenset({ADDRESS})), without) == TokenOrder((), (), ())
