"""From the form of a new visit to a wish, and from proposals to what the page shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knotenpunkt.availability.wall_time import minutes
from knotenpunkt.directory.models import Service, Token
from knotenpunkt.people.enums import GenderWish
from knotenpunkt.people.models import Person
from knotenpunkt.visits.planning.proposals import Proposal, Proposals
from knotenpunkt.visits.planning.wish import VisitWish, wish_of
from knotenpunkt.web.day_picture import DayPicture, day_pictures
from knotenpunkt.web.legs import shown_legs

KINDS = {
    "best": gettext_lazy("Best proposal"),
    "another_day": gettext_lazy("Other days"),
    "shorter_days": gettext_lazy("Shorter days"),
    "fewer_locations": gettext_lazy("Fewer ways"),
    "own_language": gettext_lazy("Without interpreter"),
    "later_start": gettext_lazy("Later start"),
}
WISHES = {
    "interpreter_gender": gettext_lazy("the wish for the interpreter"),
    "no_interpreter": gettext_lazy("doing without interpreters"),
    "locations": gettext_lazy("only places without steps"),
    "max_days": gettext_lazy("all on one day"),
    "day_span": gettext_lazy("the short day"),
    "break": gettext_lazy("the break after long talks"),
    "legs_per_day": gettext_lazy("not too many appointments a day"),
    "times": gettext_lazy("the times at which the person can come"),
    "lag": gettext_lazy("the waiting time before"),
}


@dataclass(frozen=True)
class ShownProposal:
    """A proposal with its pictures and the text of its plan for the form."""

    title: str
    proposal: Proposal
    pictures: list[DayPicture]
    last_to_open: list[Service]

    @property
    def plan_text(self) -> str:
        return self.proposal.plan.model_dump_json()


@dataclass(frozen=True)
class ShownRefusal:
    """Why there is no plan, in words, and what would help."""

    reasons: list[str]
    services: list[Service]
    reliefs: list[tuple[str, int]]
    missing: list[tuple[Service, Token, list[Service]]]


def wish_from(person: Person, values: dict[str, Any]) -> VisitWish:
    """Return the wish of a valid `WishForm`; the person's own constraints stay in force."""
    services = tuple(service.id for service in values["services"])
    wish = wish_of(person, services, values["first_day"], values["last_day"])
    return replace(
        wish,
        max_days=values["max_days"],
        interpreter_gender=GenderWish(values["interpreter_gender"]),
        with_interpreters=values["with_interpreters"],
        earliest=minutes(values["earliest"]) if values["earliest"] else 0,
        latest=minutes(values["latest"]) if values["latest"] else 24 * 60,
    )


def shown_proposals(found: Proposals, *, right_to_left: bool) -> list[ShownProposal]:
    """Return the proposals as the page shows them."""
    services = Service.objects.select_related("organization").in_bulk(
        {service for proposal in found.proposals for service in proposal.last_to_open}
    )
    return [
        ShownProposal(
            title=str(KINDS[proposal.kind]),
            proposal=proposal,
            pictures=day_pictures(list(legs), right_to_left=right_to_left),
            last_to_open=[services[service] for service in proposal.last_to_open],
        )
        for proposal, legs in zip(
            found.proposals, shown_legs(it.plan for it in found.proposals), strict=True
        )
    ]


def shown_refusal(found: Proposals) -> ShownRefusal | None:
    """Return the refusal as the page shows it; None when there are proposals."""
    if found.proposals:
        return None
    ids = {subject for _wish, subject in found.conflict if subject}
    ids |= {missing.service for missing in found.missing}
    services = Service.objects.select_related("organization").in_bulk(ids)
    return ShownRefusal(
        reasons=[str(WISHES[wish]) for wish, _subject in found.conflict if wish in WISHES],
        services=[
            services[subject] for wish, subject in found.conflict if wish == "need" and subject
        ],
        reliefs=[(_about(relief.wish), relief.days) for relief in found.reliefs],
        missing=_missing(found, services),
    )


def _about(wish: str) -> str:
    return str(WISHES.get(wish, _("this wish")))


def _missing(
    found: Proposals, services: dict[UUID, Service]
) -> list[tuple[Service, Token, list[Service]]]:
    tokens = Token.objects.prefetch_related("produced_by__organization").in_bulk(
        {missing.token for missing in found.missing}
    )
    return [
        (services[it.service], tokens[it.token], list(tokens[it.token].produced_by.all()))
        for it in found.missing
    ]
