"""Proposals for a wish, or the reason why there are none."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from knotenpunkt.planner import Plan, PreparedNetwork, Refusal, solve
from knotenpunkt.planner.alternatives import alternatives
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.planning.translation import Missing, Translated, translate
from knotenpunkt.visits.planning.wish import VisitWish

SECONDS = 8.0
SECONDS_OF_A_KIND = 1.0


@dataclass(frozen=True)
class Proposal:
    """One plan to choose, and what it costs the person. `kind` is a word of the planner."""

    kind: str
    plan: BookingPlan
    days: int
    locations: int
    minutes: int
    interpreted: int
    last_to_open: tuple[UUID, ...]


@dataclass(frozen=True)
class Relief:
    """Giving up one wish helps: `wish` with its service (if it is about one), and the best plan."""

    wish: str
    service: UUID | None
    plan: BookingPlan
    days: int


@dataclass(frozen=True)
class Proposals:
    """The answer to a wish: proposals, best first, or a refusal with what would help."""

    proposals: tuple[Proposal, ...] = ()
    missing: tuple[Missing, ...] = ()
    conflict: tuple[tuple[str, UUID | None], ...] = ()
    reliefs: tuple[Relief, ...] = ()
    is_complete: bool = True


def propose_visits(wish: VisitWish) -> Proposals:
    """Return the best visits for a wish. Raises `BadWish` for what cannot be searched."""
    translated = translate(wish.checked())
    if translated.missing:
        return Proposals(missing=translated.missing)
    prepared = PreparedNetwork(translated.problem.network)
    solution = solve(translated.problem, top=3, time_limit=SECONDS, prepared=prepared)
    if solution.best is None:
        return _refused(translated, solution.refusal)
    found = alternatives(translated.problem, solution.plans, prepared, time_limit=SECONDS_OF_A_KIND)
    return Proposals(
        proposals=tuple(_proposal(translated, it.kind, it.plan) for it in found),
        is_complete=solution.status != "time_limit",
    )


def _proposal(translated: Translated, kind: str, plan: Plan) -> Proposal:
    booking = translated.booking_plan(plan)
    return Proposal(
        kind=kind,
        plan=booking,
        days=len(plan.days),
        locations=len({leg.site for leg in plan.legs}),
        minutes=plan.objective.span_ticks * translated.problem.network.tick_minutes,
        interpreted=sum(leg.interpreter is not None for leg in plan.legs),
        last_to_open=_last_to_open(translated, plan),
    )


def _last_to_open(translated: Translated, plan: Plan) -> tuple[UUID, ...]:
    """Return the services whose notice period ends last and so set the earliest possible day."""
    earliest = [item.earliest_day for item in translated.problem.request.items]
    latest = max(earliest)
    if latest == 0 or plan.objective.last_day < latest:
        return ()
    return tuple(
        service
        for service, day in zip(translated.wish.services, earliest, strict=True)
        if day == latest
    )


def _refused(translated: Translated, refusal: Refusal | None) -> Proposals:
    if refusal is None:
        return Proposals(is_complete=False)
    services = translated.wish.services

    def subject(wish: str, index: int | None) -> UUID | None:
        if index is None:
            return None
        rule = translated.problem.request.precedence
        return services[rule[index].after if wish == "lag" else index]

    reliefs = []
    for concession in refusal.concessions:
        if concession.plan is not None and concession.wish != "need":
            plan = translated.booking_plan(concession.plan)
            about = subject(concession.wish, concession.subject)
            reliefs.append(Relief(concession.wish, about, plan, len(concession.plan.days)))
    return Proposals(
        conflict=tuple((wish, subject(wish, index)) for wish, index in refusal.conflict),
        reliefs=tuple(reliefs),
    )
