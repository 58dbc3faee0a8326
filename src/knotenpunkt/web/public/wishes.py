"""From answers to a wish, and what must come first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import QuerySet

from knotenpunkt.directory.models import Service, Token
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.models import Network
from knotenpunkt.people.enums import GenderWish
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.planning.mending import ahead_of, is_same, planned, wish_of_visit
from knotenpunkt.visits.planning.wish import LONGEST_HORIZON, VisitWish
from knotenpunkt.web.public.answers import Answers, offered_services

USUAL_HORIZON = 28
SHORTER = 3 * 60  # minutes of a day with the switch "shorter days"
LATER = 10 * 60
SCHOOL_RUN = dt.time(13)
FETCH_MINUTES = 60  # around the hour: the way there, the way back
SCHOOL_DAYS = range(5)


def wish_of_answers(network: Network, answers: Answers) -> VisitWish:
    """Return what she asks for, from today or the day she chose."""
    today = clock.today()
    first = max(answers.first_day or today, today)
    horizon = LONGEST_HORIZON if "long" in answers.switches else USUAL_HORIZON
    last = min(first + dt.timedelta(days=horizon - 1), today + dt.timedelta(days=LONGEST_HORIZON))
    is_with_woman = "woman" in answers.switches
    wish = VisitWish(
        network=network,
        services=answers.needs,
        first_day=first,
        last_day=max(first, last),
        languages=spoken(answers),
        municipality=home_of(network, answers),
        held_tokens=answers.held_tokens,
        unavailable=school_run(answers),
        interpreter_gender=GenderWish.ONLY_FEMALE if is_with_woman else GenderWish.NONE,
        needs_step_free="step_free" in answers.companions,
        max_days=1 if "one_day" in answers.switches else 2,
        earliest=LATER if "later" in answers.switches else 0,
        longest_day=SHORTER if "shorter" in answers.switches else None,
        for_public=True,
    )
    return _of_person(wish, answers.changes) if answers.changes else wish


def home_of(network: Network, answers: Answers) -> UUID | None:
    """Return the municipality she named; None when she lives elsewhere or does not know."""
    found = network.municipalities.filter(code=answers.municipality)
    return found.values_list("id", flat=True).first() if answers.municipality else None


def _of_person(wish: VisitWish, visit_id: UUID) -> VisitWish:
    """Return the wish with all that is known of the visit that is to change, and of its person."""
    with system_scope("the visit that her session changes"):
        visit = Visit.objects.select_related("person__network").get(pk=visit_id)
        own = wish_of_visit(visit, ahead_of(visit))
    is_wished = wish.interpreter_gender != GenderWish.NONE
    return replace(
        own,
        first_day=wish.first_day,
        last_day=wish.last_day,
        for_public=True,
        unavailable=tuple(dict.fromkeys((*own.unavailable, *wish.unavailable))),
        interpreter_gender=wish.interpreter_gender if is_wished else own.interpreter_gender,
        max_days=wish.max_days,
        earliest=wish.earliest,
        longest_day=wish.longest_day,
    )


def is_as_booked(plan: BookingPlan, visit_id: UUID) -> bool:
    """Return whether the plan leaves a visit as it is: then it is no other time."""
    with system_scope("the visit that her session changes"):
        booked = [planned(it) for it in ahead_of(Visit.objects.get(pk=visit_id))]
    return all(any(is_same(leg, it) for it in booked) for leg in plan.legs)


def spoken(answers: Answers) -> tuple[str, ...]:
    """Return the languages she understands, best first."""
    first = answers.language or "de"
    return (first, "de") if answers.speaks_german and first != "de" else (first,)


def school_run(answers: Answers) -> tuple[tuple[int, tuple[int, int]], ...]:
    """Return the weekly windows, in minutes of the day, in which she fetches children."""
    fetch_at = answers.fetch_at or (SCHOOL_RUN if "school" in answers.switches else None)
    if fetch_at is None:
        return ()
    middle = fetch_at.hour * 60 + fetch_at.minute
    window = (middle - FETCH_MINUTES // 2, middle + FETCH_MINUTES // 2)
    return tuple((day, window) for day in SCHOOL_DAYS)


@dataclass(frozen=True)
class MissingState:
    """A state some needs rest on: she has it, or one of `producers` gives it."""

    token: Token
    needed_for: list[Service]
    producers: list[Service]


def missing_states(network: Network, answers: Answers) -> list[MissingState]:
    """Return what the chosen needs rest on and neither she nor another need provides."""
    offered = offered_services(network, answers)
    missing = _missing_tokens(offered, answers)
    if not missing:
        return []
    tokens = Token.objects.in_bulk({it for tokens in missing.values() for it in tokens})
    needed: dict[UUID, list[Service]] = {}
    for service in offered.filter(id__in=missing):
        for token_id in sorted(missing[service.id], key=lambda it: tokens[it].code):
            needed.setdefault(token_id, []).append(service)
    producers = offered.filter(produces__in=needed).prefetch_related("produces")
    return [
        MissingState(
            tokens[token_id],
            services,
            [it for it in producers if token_id in {token.id for token in it.produces.all()}],
        )
        for token_id, services in needed.items()
    ]


def _missing_tokens(offered: QuerySet[Service], answers: Answers) -> dict[UUID, set[UUID]]:
    """Return what each need still misses, only those that miss something; one query of ids."""
    chosen = offered.filter(id__in=answers.needs).order_by()
    links = list(chosen.values_list("id", "requires", "produces"))
    have = answers.held_tokens | {produced for _, _, produced in links}
    missing: dict[UUID, set[UUID]] = {}
    for service_id, required, _ in links:
        if required is not None and required not in have:
            missing.setdefault(service_id, set()).add(required)
    return missing


@dataclass(frozen=True)
class Step:
    """One need in the order in which they can be met; `after_days` since those before it."""

    service: Service
    after_days: int
    waits_for: list[Token]


def order_of(network: Network, answers: Answers) -> list[Step]:
    """Return the chosen needs, those first that others wait for."""
    open_ones = list(
        offered_services(network)
        .filter(id__in=answers.needs)
        .prefetch_related("requires", "produces")
    )
    have = set(answers.held_tokens)
    produced = {token.id for service in open_ones for token in service.produces.all()}
    steps: list[Step] = []
    while open_ones:
        ready = [it for it in open_ones if not _awaited(it, produced - have)] or open_ones
        steps += [_step(service, produced) for service in ready]
        have |= {token.id for service in ready for token in service.produces.all()}
        open_ones = [it for it in open_ones if it not in ready]
    return steps


def _awaited(service: Service, later: set[UUID]) -> set[UUID]:
    return {token.id for token in service.requires.all()} & later


def _step(service: Service, produced: set[UUID]) -> Step:
    waits_for = [token for token in service.requires.all() if token.id in produced]
    return Step(service, max((it.valid_after_days for it in waits_for), default=0), waits_for)
