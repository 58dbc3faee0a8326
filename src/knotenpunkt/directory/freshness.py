"""How far an entry can be trusted today. The criteria are this code, and explain themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knotenpunkt.directory.enums import FieldPart, SignKind
from knotenpunkt.directory.models import FreshnessSign, Service

MARKED_AFTER = dt.timedelta(days=180)  # a visible mark, and a lower rank (invariant 39)
HIDDEN_AFTER = dt.timedelta(days=365)  # the public no longer sees it
ASKED_AFTER = dt.timedelta(days=150)  # the owner is asked before the mark appears
# How much a sign says on the day it is seen: 1 is certain, negative speaks against the entry.
WEIGHT = {
    SignKind.CONFIRMED: 1.0,
    SignKind.CHANGED: 1.0,
    SignKind.APPOINTMENT_HELD: 0.7,
    SignKind.REFERRAL_ANSWERED: 0.6,
    SignKind.LINK_WORKS: 0.3,
    SignKind.LINK_BROKEN: -0.6,
    SignKind.MAIL_BOUNCED: -0.8,
    SignKind.NOBODY_THERE: -0.8,
}


@dataclass(frozen=True)
class Confidence:
    """`value` from 0 (do not rely on it) to 1 (just confirmed), and the sign that counts most."""

    part: str
    value: float
    sign: FreshnessSign | None

    @property
    def percent(self) -> int:
        return round(self.value * 100)


def confidence(
    part: str, signs: Iterable[FreshnessSign], verified_on: dt.date | None, now: dt.datetime
) -> Confidence:
    """Return the confidence in one part of a service.

    What speaks for it fades to nothing within a year; the strongest counts. What speaks against
    it stays until someone confirms or changes the entry, and is taken off.
    """
    own = sorted((sign for sign in signs if sign.part == part), key=lambda sign: sign.at)
    best, best_sign, against, against_sign = 0.0, None, 0.0, None
    if verified_on:
        best = _faded(1.0, (now.date() - verified_on).days)
    for sign in own:
        weight = WEIGHT[SignKind(sign.kind)]
        if weight < 0:
            if weight < against:
                against, against_sign = weight, sign
            continue
        if weight == 1.0:
            against, against_sign = 0.0, None
        value = _faded(weight, (now - sign.at).days)
        if value >= best:
            best, best_sign = value, sign
    return Confidence(part, round(max(best + against, 0.0), 2), against_sign or best_sign)


def _faded(weight: float, days: int) -> float:
    return weight * max(1 - days / HIDDEN_AFTER.days, 0.0)


def is_stale(service: Service, today: dt.date) -> bool:
    """Return whether the entry carries the mark: for 180 days nobody has confirmed it."""
    return today - service.vouched_on > MARKED_AFTER


def is_hidden(service: Service, today: dt.date) -> bool:
    """Return whether the public no longer sees it: for 365 days nobody has confirmed it."""
    return today - service.vouched_on > HIDDEN_AFTER


@dataclass(frozen=True)
class Criterion:
    """One question about the quality of an entry, what it counts, and how to do better."""

    key: str
    text: str | Promise
    cure: str | Promise
    weight: int
    is_met: Callable[[Service, dt.date], bool]


@dataclass(frozen=True)
class Score:
    """Points of 100, with every criterion and whether it is met."""

    points: int
    parts: tuple[tuple[Criterion, bool], ...]


MANY_LANGUAGES = 4
LONG_ENOUGH = 40
CRITERIA = (
    Criterion(
        "confirmed",
        _("Confirmed within 180 days"),
        _("Confirm it, or say what has changed."),
        30,
        lambda it, today: not is_stale(it, today),
    ),
    Criterion(
        "described",
        _("A description of a sentence or more"),
        _("Say in one sentence what happens there."),
        15,
        lambda it, _today: len(it.description.get("de", "")) >= LONG_ENOUGH,
    ),
    Criterion(
        "translated",
        _("Named in four languages or more"),
        _("Add the name in the languages of the people who come."),
        15,
        lambda it, _today: len([text for text in it.name.values() if text]) >= MANY_LANGUAGES,
    ),
    Criterion(
        "for_whom",
        _("Says for whom it is"),
        _("Name the target group, or that it is for everyone."),
        10,
        lambda it, _today: bool(it.eligibility or it.target_groups),
    ),
    Criterion(
        "place",
        _("Has a place"),
        _("Name the location, or that it is by telephone."),
        10,
        lambda it, _today: it.mode in ("phone", "video") or bool(it.services_at_location.all()),
    ),
    Criterion(
        "people",
        _("Someone is there for it"),
        _("Name the staff who offer it."),
        10,
        lambda it, _today: bool(it.staff.all()),
    ),
    Criterion(
        "reachable",
        _("Can be reached"),
        _("Add mail, telephone or address of the page."),
        10,
        lambda it, _today: bool(
            it.email or it.url or it.organization.email or it.organization.phone
        ),
    ),
)


def score_of(service: Service, today: dt.date) -> Score:
    """Return the quality of an entry, 0 to 100. Prefetch places and staff for lists."""
    parts = tuple((criterion, criterion.is_met(service, today)) for criterion in CRITERIA)
    return Score(sum(it.weight for it, is_met in parts if is_met), parts)


def parts_to_ask(service: Service) -> list[str]:
    """Return the parts an owner is asked about: those that the entry has."""
    has_link = {FieldPart.LINK.value: bool(service.url)}
    return [part for part in FieldPart.values if has_link.get(part, True)]
