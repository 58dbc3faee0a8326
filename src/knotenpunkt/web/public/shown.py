"""Proposals and refusals as the pages for newcomers show them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language_bidi

from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Network
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.planning.proposals import Proposals
from knotenpunkt.web.day_picture import DayPicture, day_pictures
from knotenpunkt.web.legs import ShownLeg, shown_legs
from knotenpunkt.web.stops import Stop, Travel, stops_of, travel_of

MOST_SHOWN = 4
# Which switch turns a wish of the planner off; what has none can only be explained.
SWITCH_OF_WISH = {
    "interpreter_gender": "woman",
    "max_days": "one_day",
    "day_span": "shorter",
}


@dataclass(frozen=True)
class ShownDay:
    """One day of a proposal: its picture, and its stops in words."""

    picture: DayPicture
    stops: list[Stop]


@dataclass(frozen=True)
class ShownProposal:
    kind: str
    days: list[ShownDay]
    plan_text: str
    interpreted: int
    locations: int
    last_to_open: list[Service]

    @property
    def appointments(self) -> int:
        return sum(len(day.stops) for day in self.days)


@dataclass(frozen=True)
class ShownRelief:
    """What would help: a wish to give up (its switch, if it has one), and what she would get."""

    wish: str
    switch: str
    days: list[ShownDay]


@dataclass(frozen=True)
class ShownRefusal:
    """Why nothing fits: wishes and needs that do not go together, and the nearest that does."""

    wishes: list[str]
    needs: list[Service]
    reliefs: list[ShownRelief]


def shown_days(legs: list[ShownLeg], travel: Travel) -> list[ShownDay]:
    """Return the days of a plan in the reading direction of the page."""
    pictures = day_pictures(legs, right_to_left=get_language_bidi())
    return [ShownDay(picture, stops_of(picture.legs, travel)) for picture in pictures]


def days_of_plan(network: Network, plan: BookingPlan) -> list[ShownDay]:
    """Return the days of one plan."""
    return shown_days(shown_legs([plan])[0], travel_of(network))


def shown_proposals(network: Network, found: Proposals) -> list[ShownProposal]:
    """Return the proposals to choose from, best first."""
    chosen = found.proposals[:MOST_SHOWN]
    if not chosen:
        return []
    travel = travel_of(network)
    all_legs = shown_legs(it.plan for it in chosen)
    services = {leg.service.id: leg.service for legs in all_legs for leg in legs}
    return [
        ShownProposal(
            kind=proposal.kind,
            days=shown_days(legs, travel),
            plan_text=proposal.plan.model_dump_json(),
            interpreted=proposal.interpreted,
            locations=proposal.locations,
            last_to_open=[services[service] for service in proposal.last_to_open],
        )
        for proposal, legs in zip(chosen, all_legs, strict=True)
    ]


def shown_refusal(network: Network, found: Proposals) -> ShownRefusal | None:
    """Return why there is nothing; None when there is something."""
    if found.proposals:
        return None
    needs = [subject for wish, subject in found.conflict if wish == "need" and subject]
    services = Service.objects.select_related("organization").in_bulk(needs)
    travel = travel_of(network)
    all_legs = shown_legs(relief.plan for relief in found.reliefs)
    return ShownRefusal(
        wishes=[wish for wish, _subject in found.conflict if wish != "need"],
        needs=[services[need] for need in needs],
        reliefs=[
            ShownRelief(relief.wish, SWITCH_OF_WISH.get(relief.wish, ""), shown_days(legs, travel))
            for relief, legs in zip(found.reliefs, all_legs, strict=True)
        ],
    )
